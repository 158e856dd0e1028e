"""Nobody types anything twice: a form holds again what its writer typed before, in a draft or as their session ended."""

import secrets
from collections.abc import Collection, Mapping

from sqlalchemy import Connection
from starlette.requests import Request

from tracker.identity import sessions
from tracker.identity.bearer import hashed
from tracker.people import drafts
from tracker.people.drafts import LONGEST_FORM
from tracker.people.sending import Sender
from tracker.people.visit import Visit
from tracker.web.forms import Form
from tracker.web.problems import KEPT, Again
from tracker.web.routes import has_page
from tracker.web.session import lent, session_token
from tracker.web.site import site_of

SHOWN_AT = {"/account/name": "/account/details", "/account/address": "/account/details"}
"""Where forms stand that are sent to another address than their page's."""
NEVER_KEPT = frozenset({"command_id", "code", "credential", "draft"})


def keep_refused(request: Request) -> Again | None:
    """Keeps a form that was refused because its writer's session had ended; None if it was not refused for that, or
    somebody else is signed in here now.

    That it is the writer's own is shown by its token, which was made for their session. Only this browser gets to show
    the text again, and only to them.
    """
    ended: str | None = getattr(request.state, "form_made_for", None)
    form = SHOWN_AT.get(request.url.path, request.url.path)
    if ended is None or len(form) > LONGEST_FORM or not has_page(request, form):
        return None
    site, token = site_of(request), session_token(request)
    now = site.clock()
    with site.database.read() as conn:
        writer = sessions.whose(conn, ended)
        here = sessions.find(conn, token, now) if token else None
    if writer is None or (here is not None and (here.id == ended or here.person_id != writer)):
        return None
    browser = lent(request, KEPT) or secrets.token_urlsafe(16)
    fields = {name: text for name, text in request.state.typed.items() if name not in NEVER_KEPT}
    site.database.run(lambda tx: drafts.save(tx, writer, form, fields, now, browser=hashed(browser)))
    return Again(form, browser, int(drafts.LOST_FOR.total_seconds()))


def remembered(visit: Visit, values: Mapping[str, str], *, about: Collection[str] = ()) -> Form:
    """A form with these values, or with what the reader typed into it before; `about` names the fields in which the two
    must agree, since they say what the form is about."""
    found = None
    if visit.signed_in and visit.as_of is None:
        browser = lent(visit.request, KEPT)
        found = drafts.find(
            visit.live,
            visit.actor.person_id,
            visit.request.url.path,
            visit.now,
            browser=hashed(browser) if browser else "",
        )
    if found is None or any(found.fields.get(name, "") != values.get(name, "") for name in about):
        return Form(values)
    return Form({**values, **found.fields, "command_id": values.get("command_id", "")}, found)


def forget(tx: Connection, sender: Sender) -> None:
    """What was kept for the form that was sent is kept no longer: it was recorded, or is to be dropped."""
    path = sender.request.url.path
    drafts.erase(tx, sender.actor.person_id, SHOWN_AT.get(path, path))
