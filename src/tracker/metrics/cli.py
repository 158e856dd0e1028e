"""The command that shows the implementation metrics of a meeting."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.metrics import service
from tracker.metrics.figures import Figure, Figures
from tracker.people.desk import Desk, reading
from tracker.terminal.answer import Answer, heading, table
from tracker.terminal.parameters import Code

if TYPE_CHECKING:
    from rich.console import RenderableType

TITLES = {
    "overall": "Overall (each recommendation once)",
    "pairs": "By addressee (each follow-up once)",
    "theme": "By theme",
    "partner": "By partner",
    "grouping": "By grouping",
}


@click.command()
@click.argument("meeting", type=Code(), required=False)
@click.option("--body", type=Code(), help="The upcoming meeting of this body, if no meeting is named.")
@reading
def metrics(desk: Desk, meeting: str | None, body: str | None) -> Answer:
    """Show how much is implemented, for a meeting or the upcoming one.

    \b
    Examples:
      tracker metrics CMM9
      tracker metrics --body ASEM-CMM --as-of 2026-06-30
    """
    with desk.reading() as (known, live, _):
        if body:
            meetings.body(live, body)
        code = meeting or _upcoming(desk, known, body)
        figures = service.compute(known, code, desk.today)
        position = desk.position(live)
    return Answer(figures.told(position), lambda: _draw(figures, position))


def _upcoming(desk: Desk, conn: Connection, body: str | None) -> str:
    codes = [body] if body else [each.code for each in meetings.bodies(conn)]
    found = [upcoming.code for code in codes if (upcoming := meetings.upcoming(conn, code, desk.today))]
    if len(found) != 1:
        these = f"these are ahead: {', '.join(found)}" if found else "none is planned"
        raise NotFound(f"Please name a meeting, such as `tracker metrics CMM9`; {these}.", field="meeting")
    return found[0]


def _draw(figures: Figures, position: int) -> "Iterator[RenderableType]":
    yield f"{figures.meeting}, as of {figures.as_of}, computed at log position {position}"
    for scope, title in TITLES.items():
        rows = [_row(each) for each in figures.figures if each.scope == scope]
        if rows:
            yield heading(title)
            yield table("", "#Rate", "#Implemented", "#Of", "#No information", "#Left out", rows=rows)
    flow = figures.waterfall
    yield heading(f"Since {flow.opens_on or 'the beginning'}")
    yield (
        f"{flow.opening} open + {flow.new} new + {flow.reopened} reopened - {flow.implemented} implemented "
        f"- {flow.otherwise_ended} otherwise ended = {flow.closing} open now"
    )


def _row(figure: Figure) -> tuple[object, ...]:
    rate = "not available" if figure.rate is None else f"{float(figure.rate):.1%}"
    return figure.key, rate, figure.implemented, figure.denominator, figure.no_information, figure.left_out
