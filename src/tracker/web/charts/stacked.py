"""Shares of a whole, one bar a row: which part of each is in which state."""

from collections.abc import Mapping, Sequence

import msgspec

from tracker.web.charts.marks import WIDTH, Bar, Drawing, Line, Mark, Words
from tracker.web.charts.scale import room, shortened
from tracker.web.charts.shares import segments

LEFT = 228.0
"""Where bars begin, after the names; they end before the row's own words."""
BOLDER = 1.1
"""How much wider strong words are."""
PITCH, THICK, GAP = 20.0, 14.0, 10.0
HEAD = 38.0


class Row(msgspec.Struct, frozen=True):
    """`parts`: (ink, count). `told`: a few words after the bar. A `leading` row stands for the ones below it."""

    name: str
    parts: Sequence[tuple[str, int]]
    told: str = ""
    leading: bool = False


def stacked(rows: Sequence[Row], keys: Mapping[str, str], told: Sequence[str]) -> Drawing:
    """Bars of equal length. `keys`: the words of each ink that occurs; `told`: two lines above the rows' own words."""
    used = {ink for row in rows for ink, count in row.parts if count}
    legend, top = _legend([(ink, words) for ink, words in keys.items() if ink in used])
    marks: list[Mark] = [*legend]
    right = (
        WIDTH - max((room(line) for line in [*told, *(row.told for row in rows)]), default=0) * BOLDER - 22
    )
    y = top + HEAD
    for number, row in enumerate(rows):
        y += GAP if row.leading and number else 0
        marks += _row(row, y, right)
        y += PITCH
    lines = _axis(top + HEAD, y, right) if rows else [Words(LEFT, y, "Nothing to count yet.", kind="dim")]
    lines += [
        Words(WIDTH, top + 12 + 15 * n, line, "end", "dim") for n, line in enumerate(told if rows else ())
    ]
    return Drawing(y + 22, (*lines, *marks))


def _row(row: Row, y: float, right: float) -> list[Mark]:
    base, kind = y + THICK - 3, "strong" if row.leading else ""
    marks: list[Mark] = [Words(0, base, shortened(row.name, LEFT - 10), kind=kind)]
    for ink, begins, wide in segments(row.parts, right - LEFT):
        marks.append(Bar(LEFT + begins, y, wide, THICK, ink))
    return [*marks, Words(WIDTH, base, row.told, "end", kind)]


def _axis(top: float, bottom: float, right: float) -> list[Mark]:
    marks: list[Mark] = []
    for percent in (0, 25, 50, 75, 100):
        x = LEFT + (right - LEFT) * percent / 100
        marks.append(Line(((x, top - 4), (x, bottom)), "rule" if percent else "axis"))
        for y in (top - 9, bottom + 16):
            marks.append(Words(x, y, f"{percent}\u00a0%", "middle", "dim"))
    return marks


def _legend(items: Sequence[tuple[str, str]]) -> tuple[list[Mark], float]:
    """The keys in as many lines as they need, and where the last line ends."""
    marks: list[Mark] = []
    x, y = 0.0, 0.0
    for ink, words in items:
        wide = 22 + room(words) + 16
        if x and x + wide > WIDTH:
            x, y = 0.0, y + 22
        marks += [Bar(x + 0.5, y + 1, 16, 13, ink), Words(x + 23, y + 12, words)]
        x += wide
    return marks, y + 28 if items else y
