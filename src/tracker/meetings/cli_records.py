"""Further commands of `tracker meeting`: what is listed, put right, and recorded about a meeting."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import click
from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt
from tracker.meetings import commands as c
from tracker.meetings import queries, service
from tracker.meetings.events import MeetingKind
from tracker.people.desk import Desk, reading, writing
from tracker.people.policy import Actor
from tracker.terminal.answer import Answer, table, words
from tracker.terminal.parameters import Code, Day, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

KIND = Words(*get_args(MeetingKind))


@click.command("list")
@click.option("--body", type=Code(), help="Of this body.")
@click.option("--state", type=Words("planned", "held", "cancelled"), help="Only those that are so.")
@click.option("--kind", type=KIND, help="Only those of this kind.")
@reading
def list_(desk: Desk, body: str | None, state: str | None, kind: str | None) -> Answer:
    """List meetings by body, the oldest first.

    \b
    Examples:
      tracker meeting list
      tracker meeting list --body ASEM-CMM --state planned
    """
    with desk.reading() as (known, live, _):
        found = queries.meetings(known, queries.body(live, body).code if body else None)
    rows = [each for each in found if state in (None, each.state) and kind in (None, each.kind)]
    return Answer(rows, lambda: _draw(rows, len(found)))


@click.command()
@click.argument("code", type=Code())
@click.option("--title", help="Its right theme; else as it was.")
@click.option("--place", help="Such as “Sofia, Bulgaria”; else as it was.")
@click.option("--country", type=Code(), help="The host country's code; else as it was.")
@click.option("--host", help="Who hosts it; else as it was.")
@click.option("--source", help="The document that says so; else as it was.")
@click.option("--note", help="What a reader should know; else as it was.")
@click.option("--reason", default="", help="Why it is revised.")
@writing
def revise(desk: Desk, code: str, reason: str, **said: str | None) -> Answer:
    """Put a meeting's title, place, host or notes right.

    \b
    Example:
      tracker meeting revise CMM8 --host "Ministry of Culture, Bulgaria" --reason "as its report names it"
    """
    return _handle(desk, code, lambda was: c.ReviseMeeting(**_as_it_was(was, said), reason=reason))


@click.command()
@click.argument("code", type=Code())
@click.option(
    "--number", type=click.IntRange(1), help="Its right number in the body's count; else as it was."
)
@click.option("--kind", type=KIND, help="Who met; else as it was.")
@click.option("--prepares", type=Code(), help="The meeting that it prepares; else as it was.")
@click.option("--announced", help="The date in the announcement's own words; else as it was.")
@click.option("--from", "starts_on", type=Day(), help="The first day on which it was held; else as it was.")
@click.option("--to", "ends_on", type=Day(), help="The last day on which it was held; else as it was.")
@click.option("--reason", required=True, help="Why it is corrected; it stays in the history.")
@writing
def correct(desk: Desk, code: str, reason: str, **said: int | str | date | None) -> Answer:
    """Put right which meeting it is or when it was held; `tracker meeting move` is for one that is planned.

    \b
    Example:
      tracker meeting correct CMM8 --from 2018-03-01 --to 2018-03-03 --reason "it ended a day later"
    """
    return _handle(desk, code, lambda was: c.CorrectMeeting(**_as_it_was(was, said), reason=reason))


@click.command()
@click.argument("code", type=Code())
@click.argument("reports_by", type=Day(), required=False)
@click.option("--reason", default="", help="Why it moves; needed where there is a day already.")
@writing
def cutoff(desk: Desk, code: str, reports_by: date | None, reason: str) -> Answer:
    """Say by which day reports must be in for a planned meeting; without a day, by none.

    \b
    Example:
      tracker meeting cutoff CMM9 2027-04-30
    """
    return _handle(desk, code, lambda was: c.SetCutoff(reports_by=reports_by, reason=reason))


@click.command()
@click.argument("code", type=Code())
@click.option("--reason", required=True, help="Why; it stays in the history.")
@writing
def cancel(desk: Desk, code: str, reason: str) -> Answer:
    """Record that a planned meeting will not take place.

    \b
    Example:
      tracker meeting cancel CMM9 --reason "no host was found"
    """
    return _handle(desk, code, lambda was: c.CancelMeeting(reason=reason))


@click.command()
@click.argument("code", type=Code())
@click.argument("text")
@click.option("--source", default="", help="The document that names it.")
@click.option("--line", "lines", multiple=True, help="Its lines there, such as 12-15; may be repeated.")
@writing
def workshop(desk: Desk, code: str, text: str, source: str, lines: Sequence[str]) -> Answer:
    """Record a workshop of a meeting, or record it anew; its code names the meeting.

    \b
    Example:
      tracker meeting workshop CMM8-W90 "Creative entrepreneurship"
    """
    command = c.RecordWorkshop(code=code, text=text, source=source, lines=list(lines))
    return _handle(desk, code.partition("-")[0], lambda was: command)


@click.command()
@click.argument("code", type=Code())
@click.argument("text")
@click.option("--source", "sources", multiple=True, help="A document that says so; may be repeated.")
@writing
def fact(desk: Desk, code: str, text: str, sources: Sequence[str]) -> Answer:
    """Record a fact about a meeting that is no recommendation, or record it anew; its code names the meeting.

    \b
    Example:
      tracker meeting fact CMM8-N90 "All partners were represented." --source "Chair's statement"
    """
    command = c.RecordFact(code=code, text=text, sources=list(sources))
    return _handle(desk, code.partition("-")[0], lambda was: command)


def _handle(desk: Desk, code: str, command: Callable[[queries.Meeting], c.MeetingCommand]) -> Answer:
    """Runs a command, which may depend on what stands there now."""

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        made = command(queries.meeting(tx, code))
        return service.handle_meeting(tx, actor, code, made, context)

    return desk.write(work)


def _as_it_was(was: queries.Meeting, said: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(was, name) if value is None else value for name, value in said.items()}


def _draw(rows: Sequence[queries.Meeting], of: int) -> Iterator["RenderableType"]:
    if rows:
        drawn = (
            (each.code, each.body, each.number, words(each.kind), each.state, _days(each), each.place)
            for each in rows
        )
        yield table("Code", "Body", "#No.", "Kind", "State", "Days", "~Place", rows=drawn)
        yield ""
    yield f"{len(rows)} of {of} meetings."


def _days(meeting: queries.Meeting) -> str:
    if meeting.starts_on is None:
        return "no date"
    return f"{meeting.starts_on} to {meeting.ends_on}"
