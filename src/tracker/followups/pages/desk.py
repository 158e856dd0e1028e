"""A secretariat's desk: what waits in each of its bodies, each line with the way to do it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.followups.waiting import waiting
from tracker.kit.errors import BadInput
from tracker.meetings import queries as meetings
from tracker.people.visit import Reading, Visit

router = APIRouter()
AtTheDesk = Annotated[Visit, Depends(Reading("desk.open"), scope="function")]
MOST = 10
"""Lines of each list on the desk; the whole list has an address of its own."""
LISTS = {
    "disputed": "Disputed reports",
    "unvalidated": "Reports that wait for the partner’s authority",
    "unverified": "Reports that nobody verified",
    "without_focal_point": "Partners without a main focal point",
    "undirected": "Recommendations that are directed to nobody",
    "undated": "Recommendations without a due date",
}


@router.get("/desk")
def show(visit: AtTheDesk, body: str = "", list: str = "") -> Response:  # noqa: A002 – as it stands in the address
    """What waits; with `list`, all of one list of one body."""
    if visit.as_of is not None:
        raise BadInput("The desk shows what waits now; go back to now to see it.")
    mine = [each for each in meetings.bodies(visit.conn) if visit.may("desk.open", body=each.code)]
    whole = list in LISTS
    return visit.page(
        "followups/desk.html",
        desks=[waiting(visit.conn, each, visit.today) for each in mine if body in ("", each.code)],
        lists={list: LISTS[list]} if whole else LISTS,
        whole=whole,
        most=10_000 if whole else MOST,
    )
