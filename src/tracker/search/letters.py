"""How text becomes units that can be compared: the one folding, for what is found and for what is asked.

A unit is a word without case and accents. Scripts that are written without spaces (Chinese, Japanese, Thai, Lao,
Khmer, Burmese) have no words to cut at: there each character is a unit.
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_UNIT = 60
"""Characters; what is longer is no word, and is compared by its beginning."""
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic marks
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# Letters that Unicode does not take apart, as people type them who do not have them.
_ALIKE = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


class Unit(NamedTuple):
    """A unit and where it stands in the text: from `start` to before `end`."""

    text: str
    start: int
    end: int


def units(text: str) -> list[str]:
    """The units of a text, in order."""
    return [unit[:LONGEST_UNIT] for unit in text.translate(_FOLDED).split()]


def located(text: str) -> Iterator[Unit]:
    """The same with their places."""
    unit, start, end = "", 0, 0
    for at, letter in enumerate(text):
        folded = _FOLDED[ord(letter)]
        if not folded and unit:
            end = at + 1
        for each in folded:
            if each != " ":
                start = start if unit else at
                unit, end = unit + each, at + 1
            elif unit:
                yield Unit(unit[:LONGEST_UNIT], start, end)
                unit = ""
    if unit:
        yield Unit(unit[:LONGEST_UNIT], start, end)


def without_spaces(unit: str) -> bool:
    """Whether the unit is a character of a script that is written without spaces."""
    return len(unit) == 1 and any(first <= ord(unit) <= last for first, last in _WITHOUT_SPACES)


class _Folded(dict[int, str]):
    """What each character becomes: letters, with a space on either side of a unit of its own; a space between units;
    or nothing. Filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = "".join(map(_folded, unicodedata.normalize("NFKD", chr(code)).casefold()))
        return self[code]


def _folded(letter: str) -> str:
    category = unicodedata.category(letter)
    if unicodedata.combining(letter) or category == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F:
        return ""
    if category[0] not in "LNM":
        return " "
    return f" {letter} " if without_spaces(letter) else _ALIKE.get(letter, letter)


_FOLDED = _Folded()
