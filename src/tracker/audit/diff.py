"""Two wordings of a text word by word: what stayed, what went, what came."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 3_000
"""Of both wordings together: the time to compare grows with their square; longer ones are told as a whole."""
LEAST_ALIKE = 0.3
"""A share of the words: with less in common, word by word would be harder to read than both."""


class Piece(NamedTuple):
    """A run of words."""

    how: Literal["same", "gone", "new"]
    text: str


def by_words(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; what went stands before what came in its place."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) <= MOST_WORDS:
        found = _compared(old, new)
        same = _words("".join(piece.text for piece in found if piece.how == "same"))
        if 2 * same >= LEAST_ALIKE * (_words(before) + _words(after)):
            return found
    return [piece for piece in (Piece("gone", before), Piece("new", after)) if piece.text]


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        gone, came = Piece("gone", "".join(old[a:b])), Piece("new", "".join(new[c:d]))
        found += [piece for piece in (gone, came) if piece.text]
    return found


def _words(text: str) -> int:
    return len(text.split())
