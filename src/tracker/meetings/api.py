"""For programs: bodies and their meetings."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from tracker.meetings import queries
from tracker.meetings.commands import ReleaseMeeting
from tracker.meetings.service import handle_meeting
from tracker.people.calling import AnyCaller, Commander, Commanding
from tracker.people.written import Written, written
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


@router.post("/meetings/{code}/release", **gives(Written))
def release(commander: Annotated[Commander, Depends(Commanding("meeting.release"))], code: str) -> Response:
    """Makes public what the meeting adopted; it stays public. Takes no body."""
    context = commander.context()

    def work(tx: Connection) -> Written:
        command, seen = ReleaseMeeting(), commander.expected_version
        receipt = handle_meeting(tx, commander.actor, code, command, context, expected_version=seen)
        return written(tx, receipt, commander.key)

    return answer(commander.run(work))
