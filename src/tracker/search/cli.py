"""The command that searches."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args

import click

from tracker.followups import lists
from tracker.followups.events import Status
from tracker.people.desk import Desk, reading
from tracker.search import queries
from tracker.search.excerpts import Piece
from tracker.search.kinds import KINDS
from tracker.terminal.answer import Answer, table
from tracker.terminal.answer import words as spoken
from tracker.terminal.parameters import Code, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

STATUS = Words(*get_args(Status))
MOST_NAMED = 6
"""Values named of what the finds can be narrowed to."""


@click.command()
@click.argument("text", metavar="WORDS", nargs=-1, required=True)
@click.option("--kind", type=Words(*KINDS), help="Of this kind.")
@click.option("--body", type=Code(), help="Of this body.")
@click.option("--meeting", type=Code(), help="Of this meeting.")
@click.option("--theme", help="Under this theme.")
@click.option("--partner", type=Code(), help="Of this partner.")
@click.option("--status", type=STATUS, metavar="STATUS", help="Reports that say so, such as implemented.")
@click.option("--page", type=click.IntRange(1, queries.MOST), default=1, help="Which page of what is found.")
@reading
def search(desk: Desk, text: Sequence[str], page: int, **asked: Any) -> Answer:
    """Search recommendations, activities, reports, meetings and partners.

    Words stand in any order, each as the beginning of one, without regard to case and accents. A phrase in quotes
    stands word for word.

    \b
    Examples:
      tracker search creative industries
      tracker search '"cultural heritage"' --kind recommendation
      tracker search heritage --meeting CMM8 --json
    """
    with desk.reading() as (known, live, _):
        lists.check_filters(live, **{name: asked[name] for name in ("body", "meeting", "theme", "partner")})
        found = queries.find(known, " ".join(text), queries.Filters(**asked), page)
    return Answer(found, lambda: _draw(found))


def _draw(found: queries.Found) -> "Iterator[RenderableType]":
    if found.hits:
        yield table("Code", "What", "~Text", rows=map(_row, found.hits))
        yield ""
    shown = f", page {found.page} of {found.pages}" if found.pages > 1 else ""
    more = "More than " if found.more else ""
    yield f"{more}{found.total:,} found{shown}."
    for name, counts in found.counts.items():
        if len(counts) > 1:
            named = ", ".join(f"{spoken(each.value)} {each.count:,}" for each in counts[:MOST_NAMED])
            yield f"{name}: {named}{', …' if len(counts) > MOST_NAMED else ''}"
    if not found.hits:
        yield "Try fewer words, or only their beginnings; `tracker list` lists all recommendations."


def _row(hit: queries.Hit) -> tuple[str, str, str]:
    marks = [hit.kind, spoken(hit.status) if hit.status else "", "demonstration" if hit.demonstration else ""]
    texts = filter(None, (_plain(hit.title), _plain(hit.excerpt)))
    return hit.code, ", ".join(filter(None, marks)), ": ".join(texts)


def _plain(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)
