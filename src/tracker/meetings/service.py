"""What may be done about bodies and meetings: may they, does it exist, decide, append."""

from datetime import date, datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.kit.clock import at_midnight
from tracker.kit.errors import BadInput, RuleBroken
from tracker.kit.given import cleaned
from tracker.meetings import commands as c
from tracker.meetings import queries
from tracker.meetings.decider import BODY, MEETING
from tracker.people import queries as people
from tracker.people.policy import Actor, require

EARLIEST_ZONE = timedelta(hours=14)


def handle_body(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.BodyCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Establishes or revises a body, or defines a theme of it."""
    require(actor, "body.manage", body=code)
    command = cleaned(command, longest={"groupings": 80, "title": 200})
    if isinstance(command, c.EstablishBody):
        _check_code(command.code, code)
    else:
        queries.body(tx, code)

    def check() -> None:
        if isinstance(command, c.ReviseBody):
            _check_groupings(tx, queries.body(tx, code), command, context)

    return execute(tx, BODY, code, command, context, expected_version=expected_version, check=check)


def handle_meeting(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.MeetingCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Schedules, revises, moves, holds, releases or cancels a meeting, or records what belongs to it."""
    command = cleaned(command)
    if isinstance(command, c.ScheduleMeeting):
        _check_code(command.code, code)
        body = command.body
    else:
        body = queries.meeting(tx, code).body
    release = isinstance(command, c.ReleaseMeeting)
    require(actor, "meeting.release" if release else "meeting.manage", body=body)

    def check() -> None:
        if isinstance(command, c.ScheduleMeeting):
            queries.body(tx, body)
        if isinstance(command, c.ScheduleMeeting | c.CorrectMeeting):
            _check_prepared(tx, code, body, command.prepares)
            _check_number(tx, code, body, command)
        if isinstance(command, c.HoldMeeting | c.CorrectMeeting):
            _check_begun(tx, code, command, context)

    return execute(tx, MEETING, code, command, context, expected_version=expected_version, check=check)


def dated_at(context: Context, meeting: queries.Meeting) -> Context:
    """The same, effective within the days of the meeting, on its last if it is over: a meeting's decision holds from
    the meeting on, whenever somebody records it."""
    if meeting.starts_on is None or meeting.ends_on is None:
        return context
    day = max(meeting.starts_on, min(meeting.ends_on, context.effective_at.date()))
    if day == context.effective_at.date():
        return context
    return replace(context, effective_at=at_midnight(day))


def check_decides(meeting: queries.Meeting, *, body: str, about: str, since: date, now: datetime) -> None:
    """Raises `RuleBroken` unless the meeting could decide on what there is `about` since a day: it is one of the body,
    has begun somewhere on earth, and was not over before that day."""
    if meeting.body != body:
        raise RuleBroken(
            f"{meeting.code} is a meeting of {meeting.body}; only a meeting of {body} decides on this.",
            field="meeting",
        )
    begun = meeting.starts_on is not None and meeting.starts_on <= (now + EARLIEST_ZONE).date()
    if meeting.state == "cancelled" or not begun:
        raise RuleBroken(
            f"{meeting.code} has not met yet, so it has decided nothing; name a meeting that did.",
            field="meeting",
        )
    if meeting.ends_on is not None and meeting.ends_on < since:
        raise RuleBroken(
            f"{meeting.code} ended on {meeting.ends_on}, before {about} on {since}; name the meeting that decided.",
            field="meeting",
        )


def _check_code(given: str, asked: str) -> None:
    if given != asked:
        raise BadInput(f"The code {given} is not the code {asked} that was asked for.", field="code")


def _check_groupings(tx: Connection, body: queries.Body, command: c.ReviseBody, context: Context) -> None:
    """A grouping that partners belong to stays."""
    used = set(people.groupings_of(tx, body.code, context.effective_at.date()).values())
    lost = sorted(used & set(body.groupings) - set(command.groupings))
    if lost:
        raise RuleBroken(
            f"Partners belong to {', '.join(lost)} in {body.code}; let them join another grouping first.",
            field="groupings",
        )


def _check_prepared(tx: Connection, code: str, body: str, prepares: str | None) -> None:
    """The meeting that this one prepares is there and of the same body."""
    if prepares is not None and prepares != code:
        prepared = queries.meeting(tx, prepares)
        if prepared.body != body:
            raise RuleBroken(
                f"{prepared.code} is a meeting of {prepared.body}; name one of {body}.", field="prepares"
            )


def _check_number(
    tx: Connection, code: str, body: str, command: c.ScheduleMeeting | c.CorrectMeeting
) -> None:
    """Of the meetings of one kind that were not cancelled, each has a number of its own."""
    if command.number is None:
        return
    for other in queries.meetings(tx, body):
        same = (other.number, other.kind) == (command.number, command.kind)
        if same and other.code != code and other.state != "cancelled":
            raise RuleBroken(
                f"{other.code} is number {other.number} of {body} already; each meeting of a kind has its own number.",
                field="number",
            )


def _check_begun(
    tx: Connection, code: str, command: c.HoldMeeting | c.CorrectMeeting, context: Context
) -> None:
    """A meeting can be recorded as held once its first day has come somewhere on earth."""
    if isinstance(command, c.CorrectMeeting) and queries.meeting(tx, code).state != "held":
        return
    if command.starts_on is not None and (context.effective_at + EARLIEST_ZONE).date() < command.starts_on:
        raise RuleBroken(
            f"The meeting starts on {command.starts_on}; it can be recorded as held from that day on.",
            field="starts_on",
        )
