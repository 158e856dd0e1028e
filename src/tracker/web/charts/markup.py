"""Shapes as SVG. All is ours but the words, and words are escaped."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from tracker.web.charts import inks
from tracker.web.charts.marks import Bar, Dot, Line, Mark, Words
from tracker.web.direction import contained

INK, DIM = "#17202c", "#4d5a6b"
LINES = {"axis": "#17202c", "rule": "#dde3ea", "link": "#4d5a6b"}
KINDS = {"": "", "dim": f' class="dim" fill="{DIM}"', "strong": ' font-weight="600"'}


def drawn(marks: Iterable[Mark], prefix: str, defined: Iterable[str] | None = None) -> Markup:
    """All shapes, with the patterns of the inks `defined`; if it is None, with those that they need."""
    marks = list(marks)
    used = [mark.ink for mark in marks if isinstance(mark, Bar)] if defined is None else defined
    shapes = "\n".join(_mark(mark, prefix) for mark in marks)
    return Markup(inks.patterns(used, prefix) + shapes)  # noqa: S704 (words were escaped)


def _mark(mark: Mark, prefix: str) -> str:
    match mark:
        case Bar(x, y, width, height, ink):
            size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            return f"<rect {inks.fill(ink, prefix)} {size}/>"
        case Line():
            return _line(mark)
        case Dot(x, y, ink, square):
            if not square:
                return f'<circle {inks.fill(ink, prefix)} cx="{_n(x)}" cy="{_n(y)}" r="5"/>'
            corner = f'x="{_n(x - 4.5)}" y="{_n(y - 4.5)}"'
            return f'<rect {inks.fill(ink, prefix)} {corner} width="9" height="9"/>'
        case Words(x, y, text, anchor, kind):
            at = "" if anchor == "start" else f' text-anchor="{anchor}"'
            return f'<text x="{_n(x)}" y="{_n(y)}"{at}{KINDS[kind]}>{escape(contained(text))}</text>'


def _line(line: Line) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.points)
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    if line.kind in LINES:
        paint = f'class="{line.kind}" stroke="{LINES[line.kind]}"'
    else:
        paint = f'class="{line.kind} series" stroke="{inks.INKS[line.kind].hue}" stroke-width="2.5"'
    return f'<polyline {paint} points="{points}" fill="none"{dashes}/>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
