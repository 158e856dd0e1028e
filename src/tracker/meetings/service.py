"""What may be done about bodies and meetings: may they, does it exist, decide, append."""

from datetime import timedelta

from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
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
        body = queries.body(tx, code)
        if isinstance(command, c.ReviseBody):
            _check_groupings(tx, body, command, context)
    return execute(tx, BODY, code, command, context, expected_version=expected_version)


def handle_meeting(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.MeetingCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Schedules, revises, moves, holds or cancels a meeting, or records what belongs to it."""
    command = cleaned(command)
    if isinstance(command, c.ScheduleMeeting):
        require(actor, "meeting.manage", body=command.body)
        _check_code(command.code, code)
        _check_scheduled(tx, command)
    else:
        require(actor, "meeting.manage", body=queries.meeting(tx, code).body)
    if isinstance(command, c.HoldMeeting):
        _check_begun(command, context)
    return execute(tx, MEETING, code, command, context, expected_version=expected_version)


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


def _check_scheduled(tx: Connection, command: c.ScheduleMeeting) -> None:
    """The body exists, and so does the meeting of the same body that this one prepares."""
    queries.body(tx, command.body)
    if command.prepares is not None and command.prepares != command.code:
        prepared = queries.meeting(tx, command.prepares)
        if prepared.body != command.body:
            raise RuleBroken(
                f"{prepared.code} is a meeting of {prepared.body}; name one of {command.body}.",
                field="prepares",
            )


def _check_begun(command: c.HoldMeeting, context: Context) -> None:
    """A meeting can be recorded as held once its first day has come somewhere on earth."""
    if (context.effective_at + EARLIEST_ZONE).date() < command.starts_on:
        raise RuleBroken(
            f"The meeting starts on {command.starts_on}; it can be recorded as held from that day on.",
            field="starts_on",
        )
