"""History for those who may read it: the newest events, and everything that happened to one thing."""

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from tracker.audit import queries
from tracker.eventstore.store import Recorded
from tracker.kit.errors import BadInput, NotFound
from tracker.people.visit import Auditor, Visit, chosen, recorders

router = APIRouter(include_in_schema=False)
A_PAGE = 50


@router.get("/history")
def history(visit: Auditor, about: str = "", before: str = "") -> Response:
    """The events before a log position, newest first; or those about one code."""
    code = chosen(about)
    if code is not None:
        return _about(visit, code.removeprefix("followup-"))
    newest = _position(before, visit.position)
    # Positions have no gaps: a page is a range of them.
    recorded = queries.read_shown(visit.live, max(newest - A_PAGE, 0), limit=A_PAGE, up_to=newest)
    return visit.page(
        "history/index.html",
        recorded=recorded[::-1],
        names=visit.names_then(recorders(recorded) | about_whom(recorded)),
        older=newest - A_PAGE + 1 if newest > A_PAGE else None,
        newer=min(newest + A_PAGE + 1, visit.position + 1) if newest < visit.position else None,
        links={each.stream_id: address_of(each.stream_id) for each in recorded},
    )


def _about(visit: Visit, code: str) -> Response:
    try:
        entries = queries.history(visit.live, code, up_to=visit.position)
    except NotFound as error:
        return visit.page(
            "history/about.html", status=404, code=code, entries=[], missing=error.message, link=None
        )
    link = address_of(f"{queries.find(visit.live, code).kind}-{code}")
    return visit.page("history/about.html", code=code, entries=entries[::-1], missing=None, link=link)


def about_whom(recorded: Iterable[Recorded]) -> dict[int | str, tuple[str | None, datetime | None]]:
    """The people whose streams these are, by stream, with the moment whose names are asked for."""
    mine = (each for each in recorded if each.stream_id.startswith("person-"))
    return {each.stream_id: (each.stream_id.partition("-")[2], each.recorded_at) for each in mine}


def address_of(stream_id: str) -> tuple[str, ...] | None:
    """The parts of the address at which what the stream is about can be seen."""
    kind, _, key = stream_id.partition("-")
    if kind == "followup":
        recommendation, _, partner = key.rpartition(":")
        return ("follow-ups", recommendation, partner)
    if kind == "focal_points":
        return ("partners", key.rpartition(":")[2])
    folder = {
        "recommendation": "recommendations",
        "meeting": "meetings",
        "activity": "activities",
        "partner": "partners",
    }
    return (folder[kind], key) if kind in folder else None


def _position(before: str, highest: int) -> int:
    if not before:
        return highest
    if not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadInput("A log position is a whole number.", field="before")
    return min(max(int(before) - 1, 0), highest)
