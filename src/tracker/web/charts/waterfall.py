"""How a number came about: from what there was, by what came and what went, to what there is."""

from collections.abc import Sequence

import msgspec

from tracker.web.charts.marks import WIDTH, Bar, Drawing, Line, Mark, Words
from tracker.web.charts.scale import wrapped

TOP, BASE, HEIGHT = 26.0, 236.0, 276.0
THINNEST = 1.5


class Step(msgspec.Struct, frozen=True):
    """`change`: what it adds or, below 0, takes away; None for a step that shows the level. `level`: once it is done."""

    name: str
    level: int
    change: int | None
    ink: str


def waterfall(steps: Sequence[Step], nothing: str) -> Drawing:
    """A column a step, each where the one before ended. `nothing`: what is said where every level is 0."""
    most = max((max(step.level, step.level - (step.change or 0)) for step in steps), default=0)
    unit = (BASE - TOP) / max(most, 1)
    wide = WIDTH / max(len(steps), 1)
    marks: list[Mark] = []
    for number, step in enumerate(steps):
        middle = wide * (number + 0.5)
        before = 0 if step.change is None else step.level - step.change
        high, low = max(before, step.level), min(before, step.level)
        height = max((high - low) * unit, THINNEST if high != low else 0)
        top = min(BASE - high * unit, BASE - height)
        if height:
            marks.append(Bar(middle - wide * 0.31, top, wide * 0.62, height, step.ink))
        if number + 1 < len(steps):
            y, begins = BASE - step.level * unit, 0.31 if height else -0.31
            marks.append(Line(((middle + wide * begins, y), (middle + wide * 0.69, y)), "link", dashed=True))
        marks.append(Words(middle, top - 7, signed(step), "middle", "strong"))
        for line, words in enumerate(wrapped(step.name, wide - 6)):
            marks.append(Words(middle, BASE + 18 + 15 * line, words, "middle"))
    if not most:
        marks.append(Words(WIDTH / 2, (TOP + BASE) / 2, nothing, "middle", "dim"))
    return Drawing(HEIGHT, (*marks, Line(((0, BASE), (WIDTH, BASE)), "axis")))


def signed(step: Step) -> str:
    """The number that a step shows, with the sign of a change."""
    if step.change is None:
        return f"{step.level:,}"
    return f"{step.change:+,}".replace("-", "−") if step.change else "0"
