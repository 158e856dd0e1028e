"""Builders that the tests of several features share."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from tracker.eventstore.execute import Command, Decider
from tracker.eventstore.registry import Event, name_of
from tracker.eventstore.store import Context, Recorded
from tracker.followups import commands as followup_commands
from tracker.followups.service import handle as handle_followup
from tracker.kit.clock import at_midnight
from tracker.kit.ids import new_id
from tracker.meetings import commands as meeting_commands
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people import commands as people_commands
from tracker.people.policy import OPERATOR, Actor
from tracker.people.service import handle_focal_points, handle_partner, invite
from tracker.recommendations import commands as recommendation_commands
from tracker.recommendations.service import handle as handle_recommendation

S = TypeVar("S")
C = TypeVar("C", bound=Command)

TODAY = date(2026, 11, 24)
RECORDED_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = "ASEM-CMM"


def recorded(stream_id: str, version: int, event: Event, metadata: dict[str, Any] | None = None) -> Recorded:
    """An event as the log would hold it, without a log."""
    event_type, schema_version = name_of(type(event))
    return Recorded(
        position=version,
        event_id=new_id(),
        stream_id=stream_id,
        stream_version=version,
        event_type=event_type,
        schema_version=schema_version,
        event=event,
        metadata=metadata or {},
        actor_id="tester",
        command_id=new_id(),
        correlation_id="test",
        causation_id=None,
        effective_at=RECORDED_AT,
        recorded_at=RECORDED_AT,
    )


def history(stream_id: str, *events: Event) -> list[Recorded]:
    """A stream that holds these events."""
    return [recorded(stream_id, version, event) for version, event in enumerate(events, 1)]


def decided(decider: Decider[S, C], past: Sequence[Event], command: C) -> list[Event]:
    """What a decider answers to a command after these events."""
    return list(decider.decide(command, decider.fold(history(decider.stream("x"), *past))))


def context(on: date = TODAY, *, actor_id: str = OPERATOR.person_id, demonstration: bool = False) -> Context:
    """Asked by the operator, effective on a day."""
    metadata = {"door": "cli"} | ({"demonstration": True} if demonstration else {})
    return Context(actor_id=actor_id, effective_at=at_midnight(on), metadata=metadata)


def put_body(tx: Connection, code: str = BODY, *, validation: bool = False) -> None:
    """A body with the groupings Asia and Europe."""
    command = meeting_commands.EstablishBody(
        code=code, name=f"The body {code}", groupings=["Asia", "Europe"], validation=validation
    )
    handle_body(tx, OPERATOR, code, command, context())


def put_meeting(
    tx: Connection,
    code: str,
    starts_on: date | None,
    *,
    held: bool = True,
    embargoed: bool = False,
    **fields: Any,
) -> None:
    """A meeting of one day, held on it unless told otherwise."""
    given = {"body": BODY, "starts_on": starts_on, "ends_on": starts_on} | fields
    handle_meeting(tx, OPERATOR, code, meeting_commands.ScheduleMeeting(code=code, **given), context())
    if held and starts_on is not None:
        hold = meeting_commands.HoldMeeting(
            starts_on=starts_on, ends_on=given["ends_on"], embargoed=embargoed
        )
        handle_meeting(tx, OPERATOR, code, hold, context(starts_on))


def put_partner(
    tx: Connection, code: str, *, grouping: str = "Asia", body: str = BODY, since: date = date(1996, 3, 1)
) -> None:
    """A country that belongs to a body."""
    register = people_commands.RegisterPartner(code=code, name=f"Country {code}", kind="country")
    handle_partner(tx, OPERATOR, code, register, context())
    join = people_commands.JoinBody(body=body, grouping=grouping, since=since)
    handle_partner(tx, OPERATOR, code, join, context())


def put_person(tx: Connection, email: str, *, name: str = "Official", time_zone: str = "UTC") -> str:
    """An account; the person's id."""
    return invite(tx, OPERATOR, name=name, email=email, locale="en", time_zone=time_zone, context=context())


def put_focal_point(
    tx: Connection,
    partner: str,
    person_id: str,
    *,
    standing: Any = "main",
    since: date = date(2018, 3, 2),
    body: str = BODY,
) -> None:
    """An appointment."""
    command = people_commands.AppointFocalPoint(person_id=person_id, standing=standing, since=since)
    handle_focal_points(tx, OPERATOR, body, partner, command, context())


def put_recommendation(
    tx: Connection,
    code: str,
    *partners: str,
    on: date = date(2018, 3, 2),
    themes: Sequence[str] = (),
    **fields: Any,
) -> None:
    """A recommendation of the meeting that its code names, directed to these partners on a day."""
    given = {
        "meeting": code.split("-")[0],
        "body": BODY,
        "kind": "recommendation",
        "text": f"Do what {code} says.",
    }
    record = recommendation_commands.RecordRecommendation(code=code, themes=list(themes), **(given | fields))
    handle_recommendation(tx, OPERATOR, code, record, context(on))
    if partners:
        direct = recommendation_commands.DirectRecommendation(partners=list(partners), on=on)
        handle_recommendation(tx, OPERATOR, code, direct, context(on))


def put_report(
    tx: Connection,
    code: str,
    partner: str,
    status: Any,
    as_of: date = TODAY,
    *,
    actor: Actor = OPERATOR,
    demonstration: bool = False,
    **fields: Any,
) -> str:
    """A report of progress; its id."""
    given = {
        "report_id": new_id(),
        "narrative": f"{partner} says so.",
        "status": status,
        "as_of": as_of,
    } | fields
    command = followup_commands.ReportProgress(recommendation=code, partner=partner, **given)
    asked = context(as_of, actor_id=actor.person_id, demonstration=demonstration)
    handle_followup(tx, actor, code, partner, command, asked, now=RECORDED_AT)
    return str(given["report_id"])
