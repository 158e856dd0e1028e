"""Parts of a whole: how wide each is, and one bar of them with the keys of the table beside it."""

from collections.abc import Sequence

from markupsafe import Markup

from tracker.web.charts.marks import WIDTH, Bar
from tracker.web.charts.markup import drawn

ENDED = ("overtaken_by_events", "superseded", "closed_by_meeting")
"""Statuses that one ink stands for."""
THINNEST = 0.006
"""Of a bar's width: what can still be seen."""
THICK = 24.0


def segments(parts: Sequence[tuple[str, int]], width: float) -> list[tuple[str, float, float]]:
    """A bar's parts as (code, where it begins, how wide it is); what is some never disappears."""
    total = sum(count for _, count in parts)
    wide = [(code, max(count / total, THINNEST)) for code, count in parts if count]
    scale = width / sum(share for _, share in wide) if wide else 0
    found, begins = [], 0.0
    for code, share in wide:
        found.append((code, begins, share * scale))
        begins += share * scale
    return found


def share_bar(parts: Sequence[tuple[str, int]], prefix: str) -> Markup:
    """The shapes of one bar on a frame of `WIDTH` by `THICK`; ids begin with `prefix`."""
    inked = [(ink_of(code), count) for code, count in parts]
    bars = [Bar(x + 0.5, 0.5, max(wide - 1, 1), THICK - 1, ink) for ink, x, wide in segments(inked, WIDTH)]
    return drawn(bars, prefix, [ink for ink, _ in inked])


def share_key(code: str, prefix: str) -> Markup:
    """The shape by which a part of the bar is known, on a frame of 16 by 16."""
    return drawn([Bar(1, 1, 14, 14, ink_of(code))], prefix, ())


def ink_of(code: str) -> str:
    """The ink of a status."""
    return "ended" if code in ENDED else code
