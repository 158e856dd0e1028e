"""A secretariat's desk: what waits in each of its bodies, each line with the way to do it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.followups.waiting import waiting
from tracker.meetings import queries as meetings
from tracker.people.visit import Reading, Visit

router = APIRouter()
AtTheDesk = Annotated[
    Visit, Depends(Reading("desk.open", "The desk shows what waits now."), scope="function")
]
MOST, A_PAGE = 10, 60
"""Lines of each list on the desk, and on a page of the whole list, which has an address of its own."""
LISTS = {
    "disputed": "Disputed reports",
    "unvalidated": "Reports that wait for the partner’s authority",
    "unverified": "Reports that nobody verified",
    "without_focal_point": "Partners without a main focal point",
    "undirected": "Recommendations that are directed to nobody",
    "undated": "Recommendations without a due date",
}


@router.get("/desk")
def show(visit: AtTheDesk, body: str = "", only: str = "", after: str = "") -> Response:
    """What waits; with `only`, all of one list of one body, a page at a time."""
    mine = [each for each in meetings.bodies(visit.conn) if visit.may("desk.open", body=each.code)]
    whole = only in LISTS
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    return visit.page(
        "followups/desk.html",
        desks=[waiting(visit.conn, each, visit.today) for each in mine if body in ("", each.code)],
        lists={only: LISTS[only]} if whole else LISTS,
        whole=whole,
        start=start if whole else 0,
        most=A_PAGE if whole else MOST,
    )
