"""For programs that keep up with the log: events after a position, history of a code, what changed between two days."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.responses import Response

from tracker.audit import queries
from tracker.eventstore.store import Recorded
from tracker.followups.opened import open_evidence
from tracker.kit.clock import at_midnight
from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.people.calling import AuditCaller
from tracker.people.visit import Visit
from tracker.recommendations import queries as recommendations
from tracker.web.answers import Items, Page, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)
FURTHEST = 2**62
A_DAY = timedelta(days=1)
By = Annotated[queries.By, Query(description="By when it was so, or by when the tracker learned it.")]


class Told(msgspec.Struct, frozen=True):
    """An event as the log holds it; `body` is what it says."""

    position: int
    event_id: str
    stream_id: str
    stream_version: int
    type: str
    schema_version: int
    actor_id: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    effective_at: datetime
    recorded_at: datetime
    metadata: dict[str, Any]
    body: dict[str, Any]


class Changes(msgspec.Struct, frozen=True):
    """What is otherwise than it was; `told_late`: events recorded meanwhile about the time before."""

    since: datetime
    until: datetime
    by: str
    changes: list[queries.Changed]
    told_late: int


@router.get("/events", **gives(Page[Told]))
def events(
    visit: AuditCaller,
    after: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """The events after a log position, in order. Positions have no gaps and none appears late: who gives the last one
    that they saw as `after` misses nothing. What is under embargo for the caller is left out: its positions come once
    it is released, to whoever reads them again."""
    found = queries.read_shown(visit.live, after, limit=limit + 1, up_to=visit.position)
    shown = found[:limit]
    bodies: dict[str, str] = {}
    told = [_told(visit, each, bodies) for each in shown]
    return answer(Page(told, shown[-1].position if found[limit:] else None))


@router.get("/history/{code}", **gives(Items[queries.Entry]))
def history(visit: AuditCaller, code: str) -> Response:
    """Everything that happened to what a code stands for, oldest first, with before and after."""
    return answer(Items(queries.history(visit.live, code, up_to=visit.position)))


@router.get("/changes", **gives(Changes))
def changes(visit: AuditCaller, since: str, until: str | None = None, by: By = "effective") -> Response:
    """What changed between the ends of two days or meetings; without `until`, up to now."""
    start = _moment(visit.live, since, "since")
    end = _moment(visit.live, until, "until") if until else visit.now
    if start >= end:
        raise BadInput("`since` must lie before `until`.", field="since")
    late = 0 if by == "recorded" else queries.told_late(visit.live, start, end)
    return answer(Changes(start, end, by, queries.changes(visit.live, start, end, by=by), late))


def _told(visit: Visit, each: Recorded, bodies: dict[str, str]) -> Told:
    body = msgspec.to_builtins(each.event)
    if body.get("evidence"):
        body["evidence"] = _evidence(visit, each.stream_id.partition("-")[2], each.event, bodies)
    return Told(
        position=each.position,
        event_id=each.event_id,
        stream_id=each.stream_id,
        stream_version=each.stream_version,
        type=each.event_type,
        schema_version=each.schema_version,
        actor_id=each.actor_id,
        command_id=each.command_id,
        correlation_id=each.correlation_id,
        causation_id=each.causation_id,
        effective_at=each.effective_at,
        recorded_at=each.recorded_at,
        metadata=each.metadata,
        body=body,
    )


def _evidence(visit: Visit, subject: str, said: Any, bodies: dict[str, str]) -> list[Any]:
    """The evidence about one follow-up that the caller may see; `bodies` remembers whose recommendation is whose."""
    recommendation, _, partner = subject.partition(":")
    if recommendation not in bodies:
        bodies[recommendation] = recommendations.recommendation(visit.live, recommendation).body
    return [
        msgspec.to_builtins(item)
        for item in open_evidence(said.evidence, visit.actor, bodies[recommendation], partner)
    ]


def _moment(conn: Connection, given: str, field: str) -> datetime:
    """The end of a day, or of a meeting's last day, in UTC."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        try:
            ends_on = meetings.meeting(conn, given).ends_on
        except NotFound as error:
            raise BadInput(f"{error.message} Days are written as 2026-11-24.", field=field) from None
        if ends_on is None:
            raise BadInput(f"{given} has no date yet; give a day instead.", field=field) from None
        day = ends_on
    if day == date.max:
        raise BadInput("This day lies too far ahead.", field=field)
    return at_midnight(day + A_DAY) - timedelta(microseconds=1)
