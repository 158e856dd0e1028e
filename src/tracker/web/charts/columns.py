"""Counts over time, a column for each span of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracker.web.charts.marks import Bar, Drawing, Line, Mark, Words
from tracker.web.charts.scale import every, room, shortened, whole_steps

RIGHT, TOP, BASE, HEIGHT = 600.0, 22.0, 214.0, 244.0
THINNEST, LONGEST = 1.5, 80.0


class _Frame(NamedTuple):
    """Where columns begin, how far they stand apart, and the height of one."""

    left: float
    step: float
    unit: float


def columns(spans: Sequence[tuple[str, int]], nothing: str) -> Drawing:
    """`nothing`: what is said where every count is 0."""
    steps = whole_steps(max((count for _, count in spans), default=0))
    left = max(room(f"{steps[-1]:,}") + 10, LONGEST / 2)
    frame = _Frame(left, (RIGHT - left) / max(len(spans), 1), (BASE - TOP) / steps[-1])
    marks = [*_axis(steps, frame), *_columns(spans, frame), *_labels([name for name, _ in spans], frame)]
    if not any(count for _, count in spans):
        marks.append(Words((left + RIGHT) / 2, (TOP + BASE) / 2, nothing, "middle", "dim"))
    return Drawing(HEIGHT, tuple(marks))


def _axis(steps: Sequence[int], frame: _Frame) -> Iterator[Mark]:
    for value in steps:
        y = BASE - value * frame.unit
        yield Line(((frame.left, y), (RIGHT, y)), "rule" if value else "axis")
        yield Words(frame.left - 8, y + 4, f"{value:,}", "end", "dim")


def _columns(spans: Sequence[tuple[str, int]], frame: _Frame) -> Iterator[Mark]:
    left, step, unit = frame
    told = [f"{count:,}" if count else "" for _, count in spans]
    fits = max(map(room, told), default=0) + 4 <= step
    for number, (_, count) in enumerate(spans):
        if count:
            height = max(count * unit, THINNEST)
            yield Bar(left + step * (number + 0.12), BASE - height, step * 0.76, height, "second")
            if fits:
                yield Words(left + step * (number + 0.5), BASE - height - 5, told[number], "middle")


def _labels(names: Sequence[str], frame: _Frame) -> Iterator[Mark]:
    names = [shortened(name, LONGEST) for name in names]
    for number in range(0, len(names), every(names, frame.step)):
        yield Words(frame.left + frame.step * (number + 0.5), BASE + 20, names[number], "middle", "dim")
