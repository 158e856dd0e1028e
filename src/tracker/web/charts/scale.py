"""Where things go: whole steps of an axis, and room for words."""

import unicodedata
from collections.abc import Sequence
from math import ceil

SIZE = 13.0
"""Of the letters."""
WIDE = frozenset("WF")
NARROW = frozenset("iljtfrI.,:;'|!()[] \u00a0")
BROAD = frozenset("mwMW%@—…")


def whole_steps(most: float, about: int = 4) -> list[int]:
    """Steps of 1, 2 or 5 times a power of ten, from 0 to the first that is not below `most`: at most `about` + 1."""
    wanted = max(ceil(most / about), 1)
    power = 1
    while True:
        for unit in (1, 2, 5):
            step = unit * power
            if step >= wanted:
                return list(range(0, max(ceil(most / step), 1) * step + 1, step))
        power *= 10


def room(text: str) -> float:
    """How wide the text may be at `SIZE`: more rather than less, since fonts differ."""
    return sum(_share(letter) for letter in text) * SIZE


def shortened(text: str, most: float) -> str:
    """As much of the text as there is room for, with a sign that there is more."""
    if room(text) <= most:
        return text
    kept = text
    while kept and room(kept + "…") > most:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, most: float, lines: int = 2) -> list[str]:
    """The text in at most so many lines, broken at spaces."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if room(longer) <= most or not found[-1] or len(found) == lines:
            found[-1] = longer
        else:
            found.append(word)
    return [shortened(line, most) for line in found]


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places between `low` and `high`, near those wanted and in their order, at least `gap` from one another. There
    must be room for all."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    lowest = low
    for rank, index in enumerate(order):
        above = high - gap * (len(order) - 1 - rank)
        placed[index] = min(max(wanted[index], lowest), above)
        lowest = placed[index] + gap
    return placed


def every(texts: Sequence[str], step: float) -> int:
    """Of labels that stand `step` apart, every how many there is room for."""
    widest = max(map(room, texts), default=0.0)
    return max(ceil((widest + 4) / step), 1)


def _share(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in WIDE:
        return 1.05
    if letter in NARROW:
        return 0.36
    if letter in BROAD:
        return 0.92
    return 0.68 if letter.isupper() else 0.57
