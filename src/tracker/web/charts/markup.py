"""Shapes as SVG."""

from collections.abc import Iterable

from markupsafe import Markup

from tracker.web.charts import inks
from tracker.web.charts.marks import Bar, Dot, Line, Mark, Words
from tracker.web.direction import contained

INK, DIM = "#17202c", "#4d5a6b"
LINES = {"axis": "#17202c", "grid": "#dde3ea", "link": "#4d5a6b"}


def drawn(marks: Iterable[Mark], prefix: str) -> Markup:
    """All shapes, with the patterns that they need."""
    marks = list(marks)
    used = [mark.ink for mark in marks if isinstance(mark, Bar)]
    return inks.patterns(used, prefix) + Markup("\n").join(_mark(mark, prefix) for mark in marks)


def _mark(mark: Mark, prefix: str) -> Markup:
    match mark:
        case Bar(x, y, width, height, ink):
            return Markup('<rect {} x="{}" y="{}" width="{}" height="{}"/>').format(
                inks.fill(ink, prefix), _n(x), _n(y), _n(width), _n(height)
            )
        case Line(points, kind, dashed):
            return Markup('<polyline class="{}" points="{}" fill="none" stroke="{}"{}{}/>').format(
                kind if kind in LINES else f"{kind} series",
                " ".join(f"{_n(x)},{_n(y)}" for x, y in points),
                LINES.get(kind) or inks.INKS[kind].hue,
                "" if kind in LINES else Markup(' stroke-width="2.5"'),
                Markup(' stroke-dasharray="6 4"') if dashed else "",
            )
        case Dot(x, y, ink, square):
            shape = Markup('<rect {} x="{}" y="{}" width="9" height="9"/>')
            if not square:
                shape = Markup('<circle {} cx="{}" cy="{}" r="5"/>')
            off = 4.5 if square else 0
            return shape.format(inks.fill(ink, prefix), _n(x - off), _n(y - off))
        case Words(x, y, text, anchor, kind):
            return Markup('<text x="{}" y="{}"{}{}>{}</text>').format(
                _n(x),
                _n(y),
                "" if anchor == "start" else Markup(' text-anchor="{}"').format(anchor),
                _KINDS[kind],
                contained(text),
            )


_KINDS = {
    "": Markup(),
    "dim": Markup(' class="dim" fill="{}"').format(DIM),
    "strong": Markup(' font-weight="600"'),
}


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
