"""Shares over a row of occasions, such as rates at meetings. What is not known is a gap."""

from collections.abc import Iterator, Sequence

import msgspec

from tracker.web.charts.marks import WIDTH, Bar, Dot, Drawing, Line, Mark, Words
from tracker.web.charts.scale import apart, every, room, shortened

LEFT, RIGHT, TOP, BASE, HEIGHT = 48.0, 486.0, 14.0, 234.0, 278.0
LONGEST = 72.0
"""Of the label of an occasion."""
UNKNOWN = "not available"


class Series(msgspec.Struct, frozen=True):
    """`values` between 0 and 1, None where it is not known. `name` and `told`, its last value, stand beside its end."""

    name: str
    told: str
    values: Sequence[float | None]


def lines(occasions: Sequence[tuple[str, str]], series: Sequence[Series]) -> Drawing:
    """A line for each of two series at most. Each occasion has two lines of words."""
    step = (RIGHT - LEFT) / max(len(occasions), 1)
    marks = [*_axis(), *_gaps(series, step), *_occasions(occasions, step)]
    for each, ink in zip(series, ("first", "second"), strict=False):
        marks += _series(each.values, step, ink)
    return Drawing(HEIGHT, (*marks, *_ends(series)))


def _axis() -> Iterator[Mark]:
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent / 100)
        yield Line(((LEFT, y), (RIGHT, y)), "rule" if percent else "axis")
        yield Words(LEFT - 8, y + 4, f"{percent}\u00a0%", "end", "dim")


def _gaps(series: Sequence[Series], step: float) -> Iterator[Mark]:
    """The ground of each run of occasions of which nothing is known."""
    values = zip(*(each.values for each in series), strict=True)
    known = [any(value is not None for value in at) for at in values] or [False]
    begins = 0
    for end in range(1, len(known) + 1):
        if end < len(known) and known[end] == known[begins]:
            continue
        if not known[begins]:
            x, wide = LEFT + begins * step, (end - begins) * step
            yield Bar(x + 2, TOP, wide - 4, BASE - TOP - 1, "absent")
            if wide > room(UNKNOWN) + 24:
                mid, half = x + wide / 2, room(UNKNOWN) / 2 + 6
                yield Bar(mid - half, (TOP + BASE) / 2 - 14, 2 * half, 20, "paper")
                yield Words(mid, (TOP + BASE) / 2, UNKNOWN, "middle", "dim")
        begins = end


def _occasions(occasions: Sequence[tuple[str, str]], step: float) -> Iterator[Mark]:
    labels = [[shortened(line, LONGEST) for line in pair] for pair in occasions]
    stride = every([line for pair in labels for line in pair], step)
    for number in range(len(labels) - 1, -1, -stride):  # the last one always has its label
        for line, words in enumerate(labels[number]):
            y = BASE + 18 + 15 * line
            yield Words(LEFT + step * (number + 0.5), y, words, "middle", "dim" if line else "")


def _series(values: Sequence[float | None], step: float, ink: str) -> Iterator[Mark]:
    points = [None if v is None else (LEFT + step * (n + 0.5), _y(v)) for n, v in enumerate(values)]
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            yield Line(tuple(run), ink, dashed=ink == "second")
        run = []
    for x, y in filter(None, points):
        yield Dot(x, y, ink, square=ink == "second")


def _ends(series: Sequence[Series]) -> Iterator[Mark]:
    """The name of each series beside where it ends, with its mark."""
    last = [next((v for v in reversed(each.values) if v is not None), 0.5) for each in series]
    places = apart([_y(value) for value in last], 36, TOP + 4, BASE)
    for each, y, ink in zip(series, places, ("first", "second"), strict=False):
        yield Line(((RIGHT + 6, y), (RIGHT + 28, y)), ink, dashed=ink == "second")
        yield Dot(RIGHT + 17, y, ink, square=ink == "second")
        yield Words(RIGHT + 34, y - 2, shortened(each.name, WIDTH - RIGHT - 34))
        yield Words(RIGHT + 34, y + 13, shortened(each.told, WIDTH - RIGHT - 34), kind="strong")


def _y(share: float) -> float:
    return BASE - (BASE - TOP) * share
