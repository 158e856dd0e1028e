"""Commands that list: recommendations with what became of them, and the grid of recommendation × partner."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.followups import lists, queries
from tracker.followups.lists import Listed
from tracker.meetings import queries as meetings
from tracker.people.desk import Desk, reading
from tracker.recommendations import queries as recommendations
from tracker.terminal.answer import Answer, counted, table, width, words
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
GAP = 2
"""Between two columns of a table."""
STATUS = Words(*MARKS)


@click.command("list")
@click.argument("text", nargs=-1)
@click.option("--body", type=Code(), help="Of this body.")
@click.option("--meeting", type=Code(), help="Adopted by this meeting.")
@click.option("--theme", help="Under this theme.")
@click.option("--kind", type=Words("action_plan", "recommendation"), help="Of this kind.")
@click.option("--partner", type=Code(), help="Directed to this partner; statuses are then its own.")
@click.option(
    "--status",
    type=STATUS,
    metavar="STATUS",
    help=f"Where an addressee stands so: {', '.join(STATUS.typed)}.",
)
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
    with desk.reading() as (known, live, _):
        lists.check_filters(live, body=body, partner=partner, meeting=asked["meeting"], theme=asked["theme"])
        rows = lists.matching(
            known,
            desk.today,
            status=status,
            overdue=overdue,
            body=body,
            partner=partner,
            text=" ".join(text),
            **asked,
        )
        of = len(recommendations.search(known, body=body))
    return Answer(rows, lambda: _draw_list(rows, of))


@click.command()
@click.argument("meeting", type=Code(), required=False)
@click.option("--body", type=Code(), help="The body, if no meeting is named.")
@click.option("--theme", help="Only recommendations under this theme.")
@click.option("--grouping", help="Only partners of this grouping, such as Asia.")
@click.option("--partner", type=Code(), help="Only this partner.")
@click.option(
    "--status", type=STATUS, metavar="STATUS", help="Only cells that stand so; `tracker list -h` names all."
)
@reading
def grid(desk: Desk, meeting: str | None, body: str | None, **asked: Any) -> Answer:
    """Show who stands where: recommendation × partner.

    \b
    Examples:
      tracker grid CMM8 --grouping Asia
      tracker grid --body ASEM-CMM --status implemented
    """
    with desk.reading() as (known, live, _):
        code = meetings.meeting(live, meeting).body if meeting else lists.body_of(live, body)
        lists.check_filters(
            live, body=code, partner=asked["partner"], theme=asked["theme"], grouping=asked["grouping"]
        )
        found = queries.grid(known, code, desk.today, meeting=meeting, **asked)
    return Answer(found, lambda: _draw_grid(found))


def _draw_list(rows: Sequence[Listed], of: int) -> "Iterator[RenderableType]":
    if rows:
        drawn = (
            (row.code, row.due_on, row.addressees, _heard(row.statuses), _marked(row), row.text)
            for row in rows
        )
        yield table("Code", "Due", "#To", "Follow-up", "", "~Text", rows=drawn)
        yield ""
    yield f"{len(rows)} of {of} elements."


def _heard(statuses: dict[str, int]) -> str:
    """Of how many addressees something was heard; of the others nothing was."""
    heard = {status: number for status, number in statuses.items() if status != "no_information"}
    return counted(heard) or ("no information" if statuses else "")


def _marked(row: Listed) -> str:
    overdue = f"{row.overdue} overdue" if row.overdue else ""
    marks = (
        "demonstration" if row.demonstration else "",
        "due date demonstration" if row.due_demonstration else "",
    )
    return ", ".join(filter(None, (overdue, *marks)))


def _draw_grid(found: queries.Grid) -> "Iterator[RenderableType]":
    if not found.rows:
        yield "Nothing is directed to anybody here; `tracker direct` does that."
        return
    room = width() - max(len(row.recommendation) for row in found.rows)
    for block in _blocks(found.partners, room):
        yield table("", *block, rows=_grid_rows(found.rows, block))
        yield ""
    counts = {status: found.counts[status] for status in MARKS if status in found.counts}
    yield ", ".join([*(f"{MARKS[status]} {words(status)}" for status in counts), "! overdue"])
    yield f"Of {sum(counts.values())} follow-ups: {counted(counts)}."


def _blocks(partners: Iterable[str], room: int) -> Iterator[list[str]]:
    """The partners that stand side by side in a width."""
    block: list[str] = []
    for partner in partners:
        if block and sum(len(each) + GAP for each in (*block, partner)) > room:
            yield block
            block = []
        block.append(partner)
    yield block


def _grid_rows(rows: Iterable[queries.GridRow], block: Sequence[str]) -> Iterator[list[str]]:
    for row in rows:
        cells = (row.cells.get(partner) for partner in block)
        yield [
            row.recommendation,
            *("" if cell is None else MARKS[cell.status] + "!" * cell.overdue for cell in cells),
        ]
