"""For programs: the figures of a meeting, and the numbers of its pictures."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from tracker.metrics import service
from tracker.metrics.pictures import picture_of
from tracker.people.calling import AnyCaller
from tracker.web.answers import answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


@router.get("/metrics/{meeting}", **gives(dict[str, Any]))
def metrics(visit: AnyCaller, meeting: str) -> Response:
    """How much is implemented: each figure with its denominator, at the log position that is named."""
    return answer(service.compute(visit.conn, meeting, visit.today).told(visit.position))


@router.get("/metrics/{meeting}/{picture}", **gives(dict[str, Any]))
def picture(visit: AnyCaller, meeting: str, picture: str) -> Response:
    """The numbers of one picture: rates, cycle, themes, partners or activity."""
    return answer(picture_of(visit, meeting, picture).told())
