"""What all pictures of a meeting's figures have: of which day and log position they are, and what they rest on."""

from collections.abc import Sequence

from tracker.metrics.asked import Seen
from tracker.metrics.figures import Figure
from tracker.web.charts.marks import Drawing
from tracker.web.charts.picture import Column, Picture, Value
from tracker.web.render import counted, day


def made(
    seen: Seen,
    name: str,
    title: str,
    description: str,
    drawing: Drawing,
    shown: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    at: Sequence[tuple[str, int]] = (),
) -> Picture:
    """The picture with its stamp. `at`: day and log position of each row, where they differ."""
    figures, position = seen.counted.figures, seen.counted.position
    stamp = f"{figures.body}, {figures.meeting}: as of {day(figures.as_of)}, at log position {position:,}."
    if seen.played:
        stamp += f" Counts demonstration data: {counted(seen.played, 'follow-up')} of this body."
    more = (Column("as_of", "As of", shown=False), Column("position", "Log position", shown=False))
    ends = at or [(figures.as_of.isoformat(), position)] * len(rows)
    told = [(*row, *end) for row, end in zip(rows, ends, strict=True)]
    return Picture(name, title, description, stamp, drawing, (*shown, *more), told)


def rated(figure: Figure) -> tuple[float | None, int, int]:
    """Its rate, what is implemented, and of how many."""
    rate = None if figure.rate is None else round(float(figure.rate), 4)
    return rate, figure.implemented, figure.denominator
