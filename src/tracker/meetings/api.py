"""For programs: bodies and their meetings."""

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from tracker.meetings import queries
from tracker.people.calling import AnyCaller
from tracker.web.answers import Items, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


class OfMeeting(msgspec.Struct, frozen=True):
    """A meeting with its workshops and facts; what it adopted: `/recommendations?meeting=…`."""

    meeting: queries.Meeting
    cycle: queries.Cycle
    workshops: list[queries.Workshop]
    facts: list[queries.Fact]


@router.get("/bodies", **gives(Items[queries.Body]))
def bodies(visit: AnyCaller) -> Response:
    """Every body, by code."""
    return answer(Items(queries.bodies(visit.conn)))


@router.get("/meetings", **gives(Items[queries.Meeting]))
def meetings(visit: AnyCaller, body: str | None = None) -> Response:
    """The meetings of one body or of all, oldest first."""
    if body is not None:
        queries.body(visit.conn, body)
    return answer(Items(queries.meetings(visit.conn, body)))


@router.get("/meetings/{code}", **gives(OfMeeting))
def meeting(visit: AnyCaller, code: str) -> Response:
    """One meeting: its days, its cycle as [opens_on, closes_on], workshops and facts."""
    conn = visit.conn
    found = queries.meeting(conn, code)
    return answer(
        OfMeeting(found, queries.cycle(conn, code), queries.workshops(conn, code), queries.facts(conn, code))
    )
