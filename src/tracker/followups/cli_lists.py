"""Commands that list: recommendations with what became of them, and the grid of recommendation × partner."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
import msgspec
from sqlalchemy import Connection

from tracker.followups import queries
from tracker.kit.errors import BadInput
from tracker.meetings import queries as meetings
from tracker.people.desk import Desk, reading
from tracker.recommendations import queries as recommendations
from tracker.terminal.answer import Answer, short, table, words
from tracker.terminal.parameters import Code, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKS = {
    "implemented": "I",
    "partially_implemented": "P",
    "under_implementation": "U",
    "not_started": "N",
    "not_implemented": "X",
    "overtaken_by_events": "O",
    "superseded": "S",
    "closed_by_meeting": "C",
    "no_information": "·",
}
ACROSS = 24
"""Partners side by side in one block of the grid."""
STATUS = Words(*MARKS)


class Listed(msgspec.Struct, frozen=True):
    """One recommendation of the list; `statuses`: how many of its addressees stand where."""

    code: str
    meeting: str
    kind: str
    text: str
    themes: list[str]
    due_on: date | None
    addressees: int
    overdue: int
    statuses: dict[str, int]
    demonstration: bool


@click.command("list")
@click.argument("text", nargs=-1)
@click.option("--body", type=Code(), help="Of this body.")
@click.option("--meeting", type=Code(), help="Adopted by this meeting.")
@click.option("--theme", help="Under this theme.")
@click.option("--kind", type=Words("action_plan", "recommendation"), help="Of this kind.")
@click.option("--partner", type=Code(), help="Directed to this partner; statuses are then its own.")
@click.option("--status", type=STATUS, help="Where an addressee stands so.")
@click.option("--overdue", is_flag=True, help="Where an addressee is overdue.")
@reading
def list_(
    desk: Desk,
    text: Sequence[str],
    body: str | None,
    partner: str | None,
    status: str | None,
    overdue: bool,
    **asked: str | None,
) -> Answer:
    """List recommendations; words look for text, in any order.

    \b
    Examples:
      tracker list --meeting CMM8
      tracker list --partner IDN --overdue
      tracker list creative industries --theme heritage
    """
    with desk.reading() as (known, _, _):
        found = recommendations.search(known, body=body, partner=partner, text=" ".join(text), **asked)
        bodies = sorted({each.body for each in found})
        grids = [queries.grid(known, code, desk.today, partner=partner) for code in bodies]
    cells = {row.recommendation: list(row.cells.values()) for grid in grids for row in grid.rows}
    rows = [_listed(each, cells.get(each.code, [])) for each in found]
    rows = [row for row in rows if (not status or status in row.statuses) and (not overdue or row.overdue)]
    return Answer(rows, lambda: _draw_list(rows))


@click.command()
@click.argument("meeting", type=Code(), required=False)
@click.option("--body", type=Code(), help="The body, if no meeting is named.")
@click.option("--theme", help="Only recommendations under this theme.")
@click.option("--grouping", help="Only partners of this grouping, such as Asia.")
@click.option("--partner", type=Code(), help="Only this partner.")
@click.option("--status", type=STATUS, help="Only cells that stand so.")
@reading
def grid(desk: Desk, meeting: str | None, body: str | None, **asked: Any) -> Answer:
    """Show who stands where: recommendation × partner.

    \b
    Examples:
      tracker grid CMM8 --grouping Asia
      tracker grid --body ASEM-CMM --status implemented
    """
    with desk.reading() as (known, _, _):
        code = meetings.meeting(known, meeting).body if meeting else body_of(known, body)
        found = queries.grid(known, code, desk.today, meeting=meeting, **asked)
    return Answer(found, lambda: _draw_grid(found))


def body_of(conn: Connection, code: str | None) -> str:
    """The body that is meant: the one named, else the only one. Raises `NotFound`, or `BadInput` that names them."""
    if code is not None:
        return meetings.body(conn, code).code
    known = [body.code for body in meetings.bodies(conn)]
    if len(known) != 1:
        raise BadInput(
            f"Please say which body with --body: {', '.join(known) or 'there is none yet'}.", field="body"
        )
    return known[0]


def _listed(found: recommendations.Recommendation, cells: Sequence[queries.Cell]) -> Listed:
    return Listed(
        code=found.code,
        meeting=found.meeting,
        kind=found.kind,
        text=found.text,
        themes=found.themes,
        due_on=found.due_on,
        addressees=found.addressees,
        overdue=sum(cell.overdue for cell in cells),
        statuses=dict(Counter(cell.status for cell in cells)),
        demonstration=found.demonstration or any(cell.demonstration for cell in cells),
    )


def _draw_list(rows: Sequence[Listed]) -> "Iterator[RenderableType]":
    if not rows:
        yield "Nothing found. `tracker list` without filters lists everything."
        return
    drawn = (
        (row.code, short(row.text, 70), row.due_on, row.addressees, _counted(row.statuses), _marked(row))
        for row in rows
    )
    yield table("Code", "Text", "Due", "#To", "Follow-up", "", rows=drawn)


def _marked(row: Listed) -> str:
    overdue = f"{row.overdue} overdue" if row.overdue else ""
    return ", ".join(filter(None, (overdue, "demonstration" if row.demonstration else "")))


def _counted(statuses: dict[str, int]) -> str:
    return ", ".join(f"{number} {words(status)}" for status, number in statuses.items())


def _draw_grid(found: queries.Grid) -> "Iterator[RenderableType]":
    if not found.rows:
        yield "Nothing is directed to anybody here yet; `tracker direct` does that."
        return
    partners = list(found.partners)
    for start in range(0, len(partners), ACROSS):
        block = partners[start : start + ACROSS]
        yield table("", *block, rows=_grid_rows(found.rows, block))
    yield ", ".join(f"{mark} {words(status)}" for status, mark in MARKS.items() if status in found.counts)
    yield "Total: " + _counted(found.counts)


def _grid_rows(rows: Iterable[queries.GridRow], block: Sequence[str]) -> Iterator[list[str]]:
    for row in rows:
        cells = (row.cells.get(partner) for partner in block)
        yield [
            row.recommendation,
            *("" if cell is None else MARKS[cell.status] + "!" * cell.overdue for cell in cells),
        ]
