"""The security log, for administrators and auditors."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.identity import security_log
from tracker.kit.errors import BadInput
from tracker.people import called
from tracker.people.visit import Reading, Visit, chosen
from tracker.web.render import heading

router = APIRouter()
Watcher = Annotated[
    Visit,
    Depends(
        Reading(
            "security.read",
            "The security log stands beside the events and is shown whole; each entry tells its time.",
        ),
        scope="function",
    ),
]
A_PAGE = 100


@router.get("/security")
def show(visit: Watcher, what: str = "", client: str = "", before: str = "") -> Response:
    """What happened at the door, newest first."""
    kinds = security_log.kinds(visit.live)
    found = security_log.entries(
        visit.live,
        what=chosen(what, kinds),
        client=chosen(client),
        before=_id(before),
        limit=A_PAGE + 1,
    )
    shown = found[:A_PAGE]
    return visit.page(
        "people/security.html",
        entries=shown,
        names=called.names(visit.live, {each.person_id for each in shown if each.person_id}),
        kinds=[(kind, heading(kind)) for kind in kinds],
        what=what,
        client=client,
        older=shown[-1].id if len(found) > A_PAGE else None,
    )


def _id(before: str) -> int | None:
    if not before:
        return None
    if not (before.isascii() and before.isdigit() and len(before) < 10):
        raise BadInput("“before” is the number of an entry.", field="before")
    return int(before)
