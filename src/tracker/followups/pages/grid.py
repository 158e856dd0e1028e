"""The grid of recommendation and partner: a letter a cell, for seeing gaps at a glance."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups import queries
from tracker.followups.tallies import ORDER, parts, total
from tracker.meetings import queries as meetings
from tracker.people.visit import Reader, chosen

router = APIRouter()


@router.get("/grid")
def show(
    visit: Reader, body: str = "", meeting: str = "", grouping: str = "", theme: str = "", status: str = ""
) -> Response:
    """The grid of one meeting of one body; without a choice, of the last meeting that adopted something."""
    conn = visit.conn
    bodies = meetings.bodies(conn)
    held = [each for each in meetings.meetings(conn) if each.state == "held"]
    at = next((each for each in held if each.code == meeting), None)
    code = (
        at.body if at else chosen(body, [each.code for each in bodies]) or (bodies[0].code if bodies else "")
    )
    at = at or next((each for each in reversed(held) if each.body == code), None)
    groupings = next((each.groupings for each in bodies if each.code == code), [])
    themes = meetings.themes(conn, code)
    filters = {
        "meeting": at.code if at else None,
        "grouping": chosen(grouping, groupings),
        "theme": chosen(theme, [each.code for each in themes]),
        "status": chosen(status, ORDER),
    }
    grid = queries.grid(conn, code, visit.today, **filters)
    return visit.page(
        "followups/grid.html",
        grid=grid,
        at=at,
        meetings=[(each.code, f"{each.code} {each.place}") for each in held],
        groupings=[(each, each) for each in groupings],
        themes=[(each.code, each.title) for each in themes],
        statuses=ORDER,
        filters=filters,
        parts=parts,
        total=total,
    )
