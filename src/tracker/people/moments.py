"""The moment for which somebody asks: read from the address, allowed to those who may ask, and put together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request

from tracker.eventstore.past import Past
from tracker.eventstore.store import head, position_at
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, RuleBroken
from tracker.people import policy
from tracker.people.policy import Actor
from tracker.web.asked import KNOWN, VALID, Asked, asked

PAST = Past()
"""The days gone by that this process keeps."""
DOOR_IS_NOW = "To sign in and to confirm is done now."
ACCOUNT_IS_NOW = "Your account is shown as it is now; “Access” tells who could do what on an earlier day."


def asked_for(request: Request, actor: Actor, now: datetime, zone: str, now_only: str = "") -> Asked | None:
    """The moment in the address, for those who may ask what was known then; None for now. Raises `BadInput`, also where
    a page can tell of now alone (`now_only` says why)."""
    if not {KNOWN, VALID} & request.query_params.keys():
        return None
    then = asked(request.query_params, now, zone)
    if then is None:
        return None
    policy.require(actor, "audit.read")
    request.state.asked = (
        then  # links keep it, and what is missing then may have come later, a problem page says
    )
    if now_only:
        raise BadInput(now_only)
    return then


@contextmanager
def opened(database: Database, then: Asked) -> Iterator[tuple[int, Connection]]:
    """The log position up to which was known, and a connection to what followed from it. Call it outside of any
    transaction: nothing is locked while the past is put together."""
    with database.read() as live:
        position = head(live) if then.known is None else position_at(live, then.known.at)
    with PAST.opened(database, position, None if then.valid is None else then.valid.at) as conn:
        yield position, conn


def refuse_the_past(request: Request) -> None:
    """Raises `RuleBroken` for a form that is sent to a moment gone by."""
    if {KNOWN, VALID} & request.query_params.keys():
        raise RuleBroken("You are looking at the past, where nothing can be changed; go back to now first.")
