"""For programs that keep up with the log: events after a position, history of a code, what changed between two days."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from tracker.audit import queries
from tracker.audit.between import By, between
from tracker.audit.changes import MOST_EVENTS, Changed, Wanted, told_late
from tracker.audit.changes import changes as changed
from tracker.eventstore.store import Recorded
from tracker.followups.opened import open_evidence
from tracker.kit.errors import BadInput, NotFound
from tracker.people.calling import AuditCaller
from tracker.people.visit import Visit
from tracker.recommendations import queries as recommendations
from tracker.web.answers import Items, Page, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)
FURTHEST = 2**62
HowDated = Annotated[By, Query(description="By when it was so, or by when the tracker learned it.")]


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
    """What is otherwise than it was, by what was known at the log position; `told_late`: events recorded meanwhile about
    the time before."""

    since: datetime
    until: datetime
    by: str
    position: int
    changes: list[Changed]
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
def changes(
    visit: AuditCaller,
    since: str,
    until: str = "",
    by: HowDated = "effective",
    body: str | None = None,
    kind: str | None = None,
    partner: str | None = None,
    theme: str | None = None,
) -> Response:
    """What changed between the ends of two days or meetings; without `until`, up to now. Only what belongs to a body,
    is of a kind, concerns a partner or belongs to a theme, where one is given."""
    try:
        span = between(visit.live, since, until, by=by, up_to=visit.position, latest=visit.moment)
    except NotFound as error:  # the address is there; what it asks for is not understood
        raise BadInput(error.message, field=error.field) from None
    found = changed(visit.live, span, Wanted(body=body, kind=kind, partner=partner, theme=theme), MOST_EVENTS)
    late = 0 if by == "recorded" else told_late(visit.live, span)
    return answer(Changes(span.since, span.until, by, span.up_to, found, late))


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
