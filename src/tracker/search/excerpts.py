"""Where in a text the words stand that were asked for, and the piece of it to show."""

from collections.abc import Iterable, Sequence

import msgspec

from tracker.search.asking import Asked
from tracker.search.letters import Unit, located

LONGEST = 280
"""Characters of an excerpt."""
BEFORE = 80
"""Characters shown before the first word found."""
Span = tuple[int, int]


class Piece(msgspec.Struct, frozen=True):
    """A piece of a text, and whether it is what was asked for."""

    text: str
    match: bool


def marked(text: str, asked: Sequence[Asked]) -> list[Piece]:
    """The whole text, in pieces."""
    return _cut(text, _spans(list(located(text)), asked))


def excerpt(texts: Iterable[str], asked: Sequence[Asked]) -> list[Piece]:
    """A piece of the text in which most of what is asked stands, from a little before it; of the first one if in none."""
    best, most, spans = "", -1, list[Span]()
    for text in (" ".join(each.split()) for each in texts):
        found = list(located(text))
        holding = sum(any(_at(found, each)) for each in asked)
        if holding > most:
            best, most, spans = text, holding, _spans(found, asked)
    start, end = _window(best, spans)
    within = [(max(first, start), min(last, end)) for first, last in spans if first < end and last > start]
    pieces = _cut(best[start:end], [(first - start, last - start) for first, last in within])
    around = [Piece("… ", match=False)] if start else []
    return [*around, *pieces, *([Piece(" …", match=False)] if end < len(best) else [])]


def _window(text: str, spans: Sequence[Span]) -> Span:
    """From where to where a text is shown; cut between words where there are some."""
    if len(text) <= LONGEST:
        return 0, len(text)
    first = spans[0][0] if spans else 0
    start = max(0, min(first - BEFORE, len(text) - LONGEST))
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = min(start + LONGEST, len(text))
    if end < len(text):
        end = (
            max(text.rfind(" ", first + 1, end), spans[0][1] if spans else 0)
            if " " in text[first + 1 : end]
            else end
        )
    return start, end


def _at(found: Sequence[Unit], each: Asked) -> Iterable[Span]:
    words = [unit.text for unit in found]
    for at in range(len(words) - len(each.units) + 1):
        if each.begins_at(words, at):
            yield found[at].start, found[at + len(each.units) - 1].end


def _spans(found: Sequence[Unit], asked: Sequence[Asked]) -> list[Span]:
    """In order, those that touch made one."""
    spans: list[Span] = []
    for start, end in sorted(span for each in asked for span in _at(found, each)):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _cut(text: str, spans: Iterable[Span]) -> list[Piece]:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [Piece(text[at:start], match=False), Piece(text[start:end], match=True)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:], match=False)] if piece.text]
