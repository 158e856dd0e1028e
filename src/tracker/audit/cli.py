"""Commands that look at one thing or at time: show, history, as-of, changes."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec
from sqlalchemy import Connection

from tracker.audit import queries
from tracker.audit import show as shown_by_kind
from tracker.audit.draw import draw_changes, draw_history, draw_shown
from tracker.eventstore.store import position_at
from tracker.followups import queries as followups
from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.desk import Desk, asking, reading
from tracker.people.policy import require
from tracker.people.sight import seeing
from tracker.recommendations import queries as recommendations
from tracker.terminal.answer import Answer, heading, said, table, words
from tracker.terminal.parameters import CODE, Code, Instant, end_of

if TYPE_CHECKING:
    from rich.console import RenderableType


class State(msgspec.Struct, frozen=True):
    """How a body stood: `followups` counts them by status."""

    meetings: int
    recommendations: int
    followups: dict[str, int]


@click.command()
@click.argument("code", type=Code())
@reading
def show(desk: Desk, code: str) -> Answer:
    """Show what a code stands for, with all that belongs to it.

    \b
    Examples:
      tracker show CMM8-R03
      tracker show CMM8-R03:IDN
      tracker show IDN --as-of 2026-06-30
    """
    return _shown(desk, code)


@click.command()
@click.argument("code", type=Code())
@reading
def history(desk: Desk, code: str) -> Answer:
    """Show everything that happened to a thing, who did it, and before and after.

    \b
    Examples:
      tracker history CMM8-R03
      tracker history CMM8-R03:IDN --json
    """
    with desk.db.read() as live:
        require(actor := desk.actor(live), "audit.read")
        seeing(live, actor)
        up_to = None if desk.known_at is None else position_at(live, desk.known_at)
        entries = queries.history(live, code, up_to=up_to)
    return Answer(entries, lambda: draw_history(entries))


@click.command("as-of")
@click.argument("moment", metavar="DATE", type=Instant())
@click.argument("code", type=Code(), required=False)
@asking
def as_of(desk: Desk, moment: datetime, code: str | None) -> Answer:
    """Show what the tracker knew on a date: of one thing, or how everything stood.

    \b
    Examples:
      tracker as-of 2026-06-30
      tracker as-of 2026-06-30 CMM8-R03
    """
    then = dataclasses.replace(desk, known_at=moment)
    if code is not None:
        return _shown(then, code)
    with then.reading() as (known, live, _):
        position = position_at(live, moment)
        bodies = {body.code: _state(known, body.code, then) for body in meetings.bodies(known)}
    data = {"as_of": moment, "position": position, "bodies": bodies}
    return Answer(data, lambda: _draw_state(moment, position, bodies))


@click.command()
@click.option("--since", required=True, metavar="MEETING|DATE", help="A meeting's end, or the end of a day.")
@click.option("--until", metavar="MEETING|DATE", help="Likewise; else now.")
@click.option("--recorded", is_flag=True, help="By when the tracker learned it, not by when it was so.")
@asking
def changes(desk: Desk, since: str, until: str | None, recorded: bool) -> Answer:
    """Show what changed between two meetings or dates.

    \b
    Examples:
      tracker changes --since CMM7 --until CMM8
      tracker changes --since 2026-06-30 --recorded
    """
    with desk.db.read() as live:
        require(actor := desk.actor(live), "audit.read")
        seeing(live, actor)
        start, end = _moment(live, since), _moment(live, until) if until else desk.now
        if start >= end:
            raise BadInput(
                f"{since} is not before {until or 'now'}; name the earlier one with --since.", field="since"
            )
        found = queries.changes(live, start, end, by="recorded" if recorded else "effective")
        late = 0 if recorded else queries.told_late(live, start, end)
    data = {"since": start, "until": end, "by": "recorded" if recorded else "effective", "changes": found}
    return Answer(data | {"told_late": late}, lambda: _draw_changed(found, start, late))


def _shown(desk: Desk, code: str) -> Answer:
    with desk.reading() as (known, live, actor):
        found = queries.find(live, code)
        try:
            answer = shown_by_kind.about(known, found, desk.today, actor)
        except NotFound:
            if desk.known_at is None:
                raise
            raise NotFound(desk.not_yet(code)) from None
        # From the live database: names are in no event, so the past knows none.
        answer |= {"names": people.names(live, shown_by_kind.person_ids(answer))}
    return Answer(answer, lambda: draw_shown(answer))


def _state(conn: Connection, body: str, desk: Desk) -> State:
    return State(
        meetings=len(meetings.meetings(conn, body)),
        recommendations=len(recommendations.search(conn, body=body)),
        followups=followups.grid(conn, body, desk.today).counts,
    )


def _moment(conn: Connection, given: str) -> datetime:
    """A day's end, or the end of a meeting's last day; raises `BadInput`, `NotFound`."""
    if given[:1].isdigit() or not CODE.fullmatch(given.upper()):
        return Instant().convert(given, None, None)
    meeting = meetings.meeting(conn, given.upper())
    if meeting.ends_on is None:
        raise BadInput(f"{meeting.code} has no date yet; give a date instead.")
    return end_of(meeting.ends_on)


def _draw_changed(found: list[queries.Changed], start: datetime, late: int) -> "Iterator[RenderableType]":
    yield from draw_changes(found, start.date())
    if late:
        yield heading(
            f"{late} events were recorded in this time that speak of {start.date()} or before; --recorded shows them."
        )


def _draw_state(moment: datetime, position: int, bodies: dict[str, State]) -> "Iterator[RenderableType]":
    yield f"What the tracker knew on {said(moment)}: {position} events."
    if not position:
        yield "Nothing was recorded yet; `tracker changes --since` tells by when it was so, not by when it was recorded."
    for code, body in bodies.items():
        yield heading(f"{code}: meetings {body.meetings}, recommendations {body.recommendations}")
        if body.followups:
            yield table(
                "Follow-ups", "#", rows=[(words(name), number) for name, number in body.followups.items()]
            )
