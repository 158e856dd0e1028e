"""`tracker activity`: what was done, where documents speak of it, and what it implements."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt
from tracker.meetings import queries as meetings
from tracker.meetings.service import dated_at
from tracker.people.desk import Desk, reading, writing
from tracker.people.policy import Actor
from tracker.recommendations import commands as c
from tracker.recommendations import queries, service
from tracker.recommendations.cli_recommendation import BASIS, CODE, LINES_HELP
from tracker.recommendations.events import Basis
from tracker.terminal.answer import Answer, table
from tracker.terminal.parameters import Code

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.group()
def activity() -> None:
    """Record activities and what they implement; `tracker withdraw mention` takes a mention back.

    \b
    Example:
      tracker activity record ASEM-ACT-90 ASEM-CMM "Network of young curators"
    """


@activity.command("list")
@click.option("--body", type=Code(), help="Of this body.")
@reading
def list_(desk: Desk, body: str | None) -> Answer:
    """List activities, with how often documents speak of each and how many recommendations it implements.

    \b
    Example:
      tracker activity list --body ASEM-CMM
    """
    with desk.reading() as (known, live, _):
        found = queries.activities(known, meetings.body(live, body).code if body else None)
    return Answer(found, lambda: _draw(found))


@activity.command()
@CODE
@click.argument("body", type=Code())
@click.argument("title")
@click.option("--kind", default="other", show_default=True, help="Such as network, festival or website.")
@click.option("--note", default="", help="What a reader should know of it.")
@writing
def record(desk: Desk, code: str, body: str, title: str, kind: str, note: str) -> Answer:
    """Record an activity; one that recurs is one, with several mentions.

    \b
    Example:
      tracker activity record ASEM-ACT-90 ASEM-CMM "Network of young curators" --kind network
    """
    return _handle(desk, code, c.RecordActivity(code=code, body=body, title=title, kind=kind, note=note))


@activity.command()
@CODE
@click.option("--title", help="Its right title; else as it was.")
@click.option("--kind", help="Its right kind; else as it was.")
@click.option("--note", help="What a reader should know of it; else as it was.")
@click.option("--reason", default="", help="Why it is revised.")
@writing
def revise(
    desk: Desk, code: str, title: str | None, kind: str | None, note: str | None, reason: str
) -> Answer:
    """Put an activity's title, kind or note right.

    \b
    Example:
      tracker activity revise ASEM-ACT-01 --note "It ended in 2008." --reason "its last report says so"
    """

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        was = queries.activity(tx, code)
        command = c.ReviseActivity(
            title=was.title if title is None else title,
            kind=was.kind if kind is None else kind,
            note=was.note if note is None else note,
            reason=reason,
        )
        return service.handle_activity(tx, actor, code, command, context)

    return desk.write(work)


@activity.command()
@CODE
@click.argument("mention", type=Code())
@click.argument("text")
@click.option("--source", default="", help="The document that speaks of it.")
@click.option("--line", "lines", multiple=True, help=LINES_HELP)
@click.option("--note", default="", help="What a reader should know of its placement.")
@writing
def mention(
    desk: Desk, code: str, mention: str, text: str, source: str, lines: Sequence[str], note: str
) -> Answer:
    """Note what a meeting's document says of an activity, dated at the meeting; the entry's code names the meeting.

    \b
    Example:
      tracker activity mention ASEM-ACT-01 CMM8-F90 "The network met twice."
    """

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        meeting = meetings.meeting(tx, mention.split("-")[0])
        command = c.MentionActivity(
            code=mention, meeting=meeting.code, text=text, source=source, lines=list(lines), note=note
        )
        return service.handle_activity(tx, actor, code, command, dated_at(context, meeting))

    return desk.write(work)


@activity.command()
@CODE
@click.argument("recommendation", type=Code())
@BASIS
@click.option("--note", default="", help="How that is known.")
@writing
def link(desk: Desk, code: str, recommendation: str, basis: Basis, note: str) -> Answer:
    """Say that an activity implements a recommendation.

    \b
    Example:
      tracker activity link ASEM-ACT-01 CMM8-R03 --basis inferred
    """
    return _handle(desk, code, c.LinkActivity(recommendation=recommendation, basis=basis, note=note))


@activity.command()
@CODE
@click.argument("recommendation", type=Code())
@click.option("--reason", default="", help="Why it does not.")
@writing
def unlink(desk: Desk, code: str, recommendation: str, reason: str) -> Answer:
    """Say that an activity does not implement a recommendation after all.

    \b
    Example:
      tracker activity unlink ASEM-ACT-01 CMM8-R03 --reason "another fund is meant"
    """
    return _handle(desk, code, c.UnlinkActivity(recommendation=recommendation, reason=reason))


def _handle(desk: Desk, code: str, command: c.ActivityCommand) -> Answer:
    return desk.write(lambda tx, actor, context: service.handle_activity(tx, actor, code, command, context))


def _draw(found: Sequence[queries.Activity]) -> Iterator["RenderableType"]:
    rows = ((each.code, each.kind, each.mentions, each.implements, each.title) for each in found)
    yield table("Code", "Kind", "#Mentions", "#Implements", "~Title", rows=rows)
    yield ""
    yield f"{len(found)} {'activity' if len(found) == 1 else 'activities'}."
