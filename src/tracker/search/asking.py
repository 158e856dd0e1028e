"""What is asked for: words that all occur, each as the beginning of one; "phrases" word for word.

Both sides are compared as index terms: a unit each, and where two units of a script without spaces follow one another,
the two together. So two Chinese characters are one look-up, and a longer run is a phrase of pairs.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

import msgspec

from tracker.kit.errors import BadInput
from tracker.search.letters import units, without_spaces

LONGEST = 200
"""Characters of a question."""
_PHRASE = re.compile('"([^"]*)"')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))


class Needle(msgspec.Struct, frozen=True):
    """An index term to look for, whole or (`begins`) as the beginning of one."""

    term: str
    begins: bool


class Asked(msgspec.Struct, frozen=True):
    """Units that follow one another; `begins`: the last one may go on."""

    units: tuple[str, ...]
    begins: bool

    @property
    def needles(self) -> list[Needle]:
        """The index terms of every text that holds this."""
        *before, last = index_terms(self.units)
        whole = [Needle(term, begins=False) for term in before]
        if before and all(map(without_spaces, self.units[-2:])):
            return whole  # the last pair says already which character ends it
        return [*whole, Needle(last, self.begins or without_spaces(last))]

    @property
    def in_order(self) -> str | None:
        """How the index terms of a text must follow one another, as a piece of `joined`; None where one needle says it all."""
        if len(self.needles) == 1:
            return None
        *_, last = self.units
        return " " + " ".join(index_terms(self.units)) + ("" if self.begins or without_spaces(last) else " ")

    def begins_at(self, text: Sequence[str], at: int) -> bool:
        """Whether it stands in these units from `at` on."""
        *before, last = self.units
        there = text[at : at + len(self.units)]
        if len(there) < len(self.units) or list(there[:-1]) != before:
            return False
        return there[-1].startswith(last) if self.begins else there[-1] == last


def read(words: str) -> list[Asked]:
    """What somebody typed; empty if it holds no letter or digit. Raises `BadInput` if it is too long."""
    if len(words) > LONGEST:
        raise BadInput(f"Please ask with at most {LONGEST} characters.", field="words")
    words = words.translate(_QUOTES)
    phrases = [tuple(units(phrase)) for phrase in _PHRASE.findall(words)]
    rest = [piece for chunk in _PHRASE.sub(" ", words).split() for piece in _pieces(units(chunk))]
    return list(dict.fromkeys([Asked(phrase, begins=False) for phrase in phrases if phrase] + rest))


def joined(text: str) -> str:
    """The index terms of a text as one string, a space around each."""
    return f" {' '.join(index_terms(units(text)))} "


def index_terms(of: Sequence[str]) -> list[str]:
    """A term for each unit."""
    followed = pairwise([*of, ""])
    return [
        unit + after if after and without_spaces(unit) and without_spaces(after) else unit
        for unit, after in followed
    ]


def _pieces(chunk: list[str]) -> list[Asked]:
    """The words of a piece without white space, each for itself; a run of characters without spaces stays together."""
    found: list[Asked] = []
    for run, group in groupby(chunk, without_spaces):
        own = tuple(group)
        found += [Asked(own, begins=False)] if run else [Asked((unit,), begins=True) for unit in own]
    return found
