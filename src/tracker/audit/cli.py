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
from tracker.audit.between import between
from tracker.audit.changes import Changed, Wanted, told_late
from tracker.audit.changes import changes as changed
from tracker.audit.draw import draw_changes, draw_history, draw_shown
from tracker.followups import queries as followups
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.people import called
from tracker.people.desk import Desk, asking, knowing, reading
from tracker.people.policy import require
from tracker.people.sight import seeing
from tracker.recommendations import queries as recommendations
from tracker.terminal.answer import Answer, heading, said, table, words
from tracker.terminal.parameters import Code, Instant, Words

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
@knowing
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
        entries = queries.history(live, code, up_to=desk.position(live))
    return Answer(entries, lambda: draw_history(entries))


@click.command("as-of")
@click.argument("moment", metavar="DATE", type=Instant())
@click.argument("code", type=Code(), required=False)
@click.option("--valid", "valid_at", type=Instant(), help="As it was then, by what the tracker knew on DATE.")
@asking
def as_of(desk: Desk, moment: datetime, code: str | None) -> Answer:
    """Show what the tracker knew on a date: of one thing, or how everything stood.

    \b
    Examples:
      tracker as-of 2026-06-30
      tracker as-of 2026-06-30 CMM8-R03
      tracker as-of 2026-06-30 CMM8-R03 --valid 2018-12-31
    """
    then = dataclasses.replace(desk, known_at=moment)
    if code is not None:
        return _shown(then, code)
    with then.reading() as (known, live, _):
        position = then.position(live)
        bodies = {body.code: _state(known, body.code, then) for body in meetings.bodies(known)}
    data = {"as_of": moment, "valid": then.valid_at, "position": position, "bodies": bodies}
    return Answer(data, lambda: _draw_state(then, position, bodies))


@click.command()
@click.option("--since", required=True, metavar="MEETING|DATE", help="A meeting's end, or the end of a day.")
@click.option("--until", default="", metavar="MEETING|DATE", help="Likewise; else now.")
@click.option("--recorded", is_flag=True, help="By when the tracker learned it, not by when it was so.")
@click.option("--body", type=Code(), help="Only what belongs to this body.")
@click.option("--kind", type=Words(*queries.KINDS), help="Only things of this kind.")
@click.option("--partner", type=Code(), help="Only what concerns this partner.")
@click.option("--theme", help="Only recommendations of this theme, with their follow-ups.")
@knowing
def changes(
    desk: Desk,
    since: str,
    until: str,
    recorded: bool,
    body: str | None,
    kind: str | None,
    partner: str | None,
    theme: str | None,
) -> Answer:
    """Show what changed between two meetings or dates.

    \b
    Examples:
      tracker changes --since CMM7 --until CMM8
      tracker changes --since CMM7 --kind followup --partner IDN
      tracker changes --since 2026-06-30 --recorded
    """
    wanted = Wanted(body=body, kind=kind, partner=partner, theme=theme)
    with desk.db.read() as live:
        require(actor := desk.actor(live), "audit.read")
        seeing(live, actor)
        span = between(
            live,
            since,
            until,
            by="recorded" if recorded else "effective",
            up_to=desk.position(live),
            latest=desk.known_at or desk.now,
        )
        found = changed(live, span, wanted)
        late = 0 if recorded else told_late(live, span)
    data = {"since": span.since, "until": span.until, "by": span.by, "position": span.up_to, "changes": found}
    return Answer(data | {"told_late": late}, lambda: _draw_changed(found, span.since, late))


def _shown(desk: Desk, code: str) -> Answer:
    with desk.reading() as (known, live, actor):
        found = queries.find(live, code)
        try:
            answer = shown_by_kind.about(known, found, desk.today, actor)
        except NotFound:
            if not desk.in_the_past:
                raise
            raise NotFound(desk.not_yet(code)) from None
        # From the live database: names are in no event, so the past knows none.
        answer |= {"names": called.names(live, shown_by_kind.person_ids(answer))}
    return Answer(answer, lambda: draw_shown(answer))


def _state(conn: Connection, body: str, desk: Desk) -> State:
    return State(
        meetings=len(meetings.meetings(conn, body)),
        recommendations=len(recommendations.search(conn, body=body)),
        followups=followups.grid(conn, body, desk.today).counts,
    )


def _draw_changed(found: list[Changed], start: datetime, late: int) -> "Iterator[RenderableType]":
    yield from draw_changes(found, start.date())
    if late:
        yield heading(
            f"{late} events were recorded in this time that speak of {start.date()} or before; --recorded shows them."
        )


def _draw_state(then: Desk, position: int, bodies: dict[str, State]) -> "Iterator[RenderableType]":
    known = f"hat the tracker knew on {said(then.known_at)}: {position} events."
    yield f"W{known}" if then.valid_at is None else f"How things were on {said(then.valid_at)}, by w{known}"
    if not position:
        yield "Nothing was recorded yet; `tracker changes --since` tells by when it was so, not by when it was recorded."
    for code, body in bodies.items():
        yield heading(f"{code}: meetings {body.meetings}, recommendations {body.recommendations}")
        if body.followups:
            yield table(
                "Follow-ups", "#", rows=[(words(name), number) for name, number in body.followups.items()]
            )
