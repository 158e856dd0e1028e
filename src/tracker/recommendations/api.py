"""For programs: activities."""

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from tracker.meetings import queries as meetings
from tracker.people.calling import AnyCaller
from tracker.recommendations import queries
from tracker.web.answers import Items, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


class OfActivity(msgspec.Struct, frozen=True):
    """An activity, where documents speak of it, and what it implements."""

    activity: queries.Activity
    mentions: list[queries.Mention]
    implements: list[queries.Implements]


@router.get("/activities", **gives(Items[queries.Activity]))
def activities(visit: AnyCaller, body: str | None = None) -> Response:
    """The activities of one body or of all."""
    if body is not None:
        meetings.body(visit.conn, body)
    return answer(Items(queries.activities(visit.conn, body)))


@router.get("/activities/{code}", **gives(OfActivity))
def activity(visit: AnyCaller, code: str) -> Response:
    """One activity with every mention of it."""
    conn = visit.conn
    found = queries.activity(conn, code)
    return answer(
        OfActivity(found, list(queries.mentions_of(conn, code)), list(queries.implements(conn, code)))
    )
