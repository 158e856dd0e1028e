"""For programs: search."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from tracker.followups import lists
from tracker.followups.events import Status
from tracker.people.calling import AnyCaller
from tracker.search import queries
from tracker.search.asking import LONGEST
from tracker.search.kinds import Kind
from tracker.web.answers import answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


@router.get("/search", **gives(queries.Found))
def search(
    visit: AnyCaller,
    words: Annotated[str, Query(max_length=LONGEST)],
    kind: Kind | None = None,
    body: str | None = None,
    meeting: str | None = None,
    theme: str | None = None,
    partner: str | None = None,
    status: Status | None = None,
    page: Annotated[int, Query(ge=1, le=queries.MOST)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = queries.A_PAGE,
) -> Response:
    """Whatever holds all the words, each as the beginning of one, and the "phrases", counted by what it can be narrowed
    to; a page of it."""
    lists.check_filters(visit.live, body=body, partner=partner, theme=theme, meeting=meeting)
    filters = queries.Filters(kind, body, meeting, theme, partner, status)
    return answer(queries.find(visit.conn, words, filters, page, limit))
