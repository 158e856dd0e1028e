"""`tracker meeting`: schedule, move, hold; the further commands are in `cli_records`."""

from datetime import date
from typing import get_args

import click

from tracker.kit.errors import RuleBroken
from tracker.meetings import cli_records, service
from tracker.meetings.commands import HoldMeeting, MoveMeeting, ReleaseMeeting, ScheduleMeeting
from tracker.meetings.events import MeetingKind
from tracker.people.desk import Desk, writing
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Day, Words


@click.group()
def meeting() -> None:
    """List, schedule, move, hold, release and put right meetings.

    \b
    Example:
      tracker meeting schedule CMM10 ASEM-CMM --number 10 --from 2028-06-01 --to 2028-06-02
    """


for each in (
    cli_records.list_,
    cli_records.revise,
    cli_records.correct,
    cli_records.cutoff,
    cli_records.cancel,
    cli_records.workshop,
    cli_records.fact,
):
    meeting.add_command(each)


@meeting.command()
@click.argument("code", type=Code())
@click.argument("body", type=Code())
@click.option("--number", type=click.IntRange(1), help="Its number in the body's count.")
@click.option("--title", default="", help="Its theme.")
@click.option(
    "--kind", type=Words(*get_args(MeetingKind)), default="ministerial", show_default=True, help="Who meets."
)
@click.option("--prepares", type=Code(), help="The meeting that it prepares.")
@click.option("--place", default="", help="Such as “Sofia, Bulgaria”.")
@click.option("--country", type=Code(), default=None, help="The host country's code.")
@click.option("--host", default="", help="Who hosts it.")
@click.option("--from", "starts_on", type=Day(), help="Its first day, if known.")
@click.option("--to", "ends_on", type=Day(), help="Its last day, if known.")
@click.option("--announced", default="", help="The date in the announcement's own words.")
@writing
def schedule(
    desk: Desk,
    code: str,
    body: str,
    number: int | None,
    title: str,
    kind: MeetingKind,
    prepares: str | None,
    place: str,
    country: str | None,
    host: str,
    starts_on: date | None,
    ends_on: date | None,
    announced: str,
) -> Answer:
    """Plan a meeting of a body.

    \b
    Example:
      tracker meeting schedule CMM10 ASEM-CMM --number 10 --from 2028-06-01 --to 2028-06-02
    """
    command = ScheduleMeeting(
        code=code,
        body=body,
        number=number,
        title=title,
        kind=kind,
        prepares=prepares,
        place=place,
        country=country or "",
        host=host,
        starts_on=starts_on,
        ends_on=ends_on,
        announced=announced,
    )
    return desk.write(lambda tx, actor, context: service.handle_meeting(tx, actor, code, command, context))


@meeting.command()
@click.argument("code", type=Code())
@click.option("--from", "starts_on", type=Day(), required=True, help="Its new first day.")
@click.option("--to", "ends_on", type=Day(), required=True, help="Its new last day.")
@click.option("--place", default="", help="Where it moves to; else as before.")
@click.option("--country", type=Code(), default=None, help="The country it moves to; else as before.")
@click.option("--reason", default="", help="Why it moves.")
@writing
def move(
    desk: Desk, code: str, starts_on: date, ends_on: date, place: str, country: str | None, reason: str
) -> Answer:
    """Give a planned meeting other dates.

    \b
    Example:
      tracker meeting move CMM9 --from 2027-06-01 --to 2027-06-02 --reason "elections"
    """
    command = MoveMeeting(
        starts_on=starts_on, ends_on=ends_on, place=place, country=country or "", reason=reason
    )
    return desk.write(lambda tx, actor, context: service.handle_meeting(tx, actor, code, command, context))


@meeting.command()
@click.argument("code", type=Code())
@click.option("--from", "starts_on", type=Day(), required=True, help="Its first day.")
@click.option("--to", "ends_on", type=Day(), required=True, help="Its last day.")
@click.option(
    "--public", is_flag=True, help="What it adopts is public at once; else after `meeting release`."
)
@writing
def hold(desk: Desk, code: str, starts_on: date, ends_on: date, public: bool) -> Answer:
    """Record that a meeting took place. What it adopted is then under embargo.

    \b
    Example:
      tracker meeting hold CMM9 --from 2025-06-01 --to 2025-06-02
    """
    if ends_on > desk.today:
        raise RuleBroken(
            f"{code} cannot have been held by {ends_on}, which is still to come; `tracker meeting move` plans it."
        )
    command = HoldMeeting(starts_on=starts_on, ends_on=ends_on, embargoed=not public)
    return desk.write(
        lambda tx, actor, context: service.handle_meeting(tx, actor, code, command, context), since=ends_on
    )


@meeting.command()
@click.argument("code", type=Code())
@writing
def release(desk: Desk, code: str) -> Answer:
    """Make public what a meeting adopted. It stays public.

    \b
    Example:
      tracker meeting release CMM8
    """
    return desk.write(
        lambda tx, actor, context: service.handle_meeting(tx, actor, code, ReleaseMeeting(), context)
    )
