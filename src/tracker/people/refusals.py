"""What the policy refused to somebody who is known, and forms that no page of ours sent: a line in the security log.

Whoever is not signed in and opens a page that needs it is led to sign in, which is no attack and is not noted; nor is an
address, which may hold a link that works: the pattern of the route says what was asked for.
"""

import logging

from starlette.requests import Request

from tracker.identity import refusals
from tracker.identity.came import Came
from tracker.kit.errors import Forged, Gone, NotAllowed, TrackerError, Unproven
from tracker.people.visit import Visitor
from tracker.web.client import client_of
from tracker.web.site import site_of

log = logging.getLogger(__name__)


def note(request: Request, error: NotAllowed) -> None:
    """Notes it. A database that is away makes no other answer of the refusal, and is heard of in the program's log."""
    if isinstance(error, Gone | Unproven):  # the door counts and notes those itself
        return
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    known = visitor.actor.person_id if visitor is not None and visitor.signed_in else None
    forged = isinstance(error, Forged)
    if known is None and not forged:
        return
    site, asked = site_of(request), f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
    came = Came(client_of(request), request.headers.get("user-agent", ""), site.clock())
    thing = "form" if forged else "action"
    try:
        site.database.run(lambda tx: refusals.note(tx, came, thing, person_id=known, asked=asked))
    except TrackerError as trouble:
        log.error("A refusal could not be noted: %s", trouble.message)
