"""Which status a report may give after another, and what it has to say. Pure.

What may follow is judged by the days they speak of (`as_of`), not by the order of arrival:

| reported | may not follow                                                  | needs a narrative                    |
|----------|-----------------------------------------------------------------|--------------------------------------|
| not started | under implementation, partially implemented, implemented     | no                                   |
| overtaken by events, not implemented | (follow anything)                   | yes, the reason                      |
| under or partially implemented, not implemented | (follow anything)        | yes; after implemented 10 characters |
| implemented | (follows anything)                                           | yes                                  |
| the same again | (follows itself)                                          | no: it means "no change"             |

Work that began cannot become "not started" again: an earlier report was wrong, and is to be corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tracker.followups import events as e
from tracker.kit.errors import RuleBroken

MAY_NOT_FOLLOW: dict[e.Status, frozenset[e.Status]] = {
    "not_started": frozenset({"under_implementation", "partially_implemented", "implemented"}),
}
SHORTEST_EXPLANATION = 10
"""Characters of narrative that a step back from implemented takes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says; a correction that says the same changes nothing."""

    status: e.Status
    as_of: date
    narrative: str
    evidence: tuple[e.Evidence, ...]
    raw_label: str


def check_order(said: Sequence[Said]) -> None:
    """Raises `RuleBroken` unless all that is said, in recorded order, follows one from another by day."""
    for previous, following in pairwise(_in_time(said)):
        _check_follows(following, previous)


def check_said(said: Sequence[Said], at: int) -> None:
    """The same, and what stands at `at` is new and says enough."""
    check_order(said)
    in_time = _in_time(said)
    place = next(place for place, each in enumerate(in_time) if each is said[at])
    _check_narrative(said[at], in_time[place - 1] if place else None)


def _in_time(said: Sequence[Said]) -> list[Said]:
    """By the day they speak of; of one day, the later recorded stays the later."""
    return sorted(said, key=lambda each: each.as_of)


def _check_follows(said: Said, previous: Said) -> None:
    if previous.status in MAY_NOT_FOLLOW.get(said.status, ()):
        raise RuleBroken(
            f"“{_words(said.status)}” as of {said.as_of} cannot follow “{_words(previous.status)}” as of "
            f"{previous.as_of}: work that began stays begun. If one of the two is wrong, correct that report instead.",
            field="status",
        )


def _check_narrative(said: Said, previous: Said | None) -> None:
    if said.status == "not_started" or (previous is not None and previous.status == said.status):
        return
    if (
        previous is not None
        and previous.status == "implemented"
        and len(said.narrative) < SHORTEST_EXPLANATION
    ):
        raise RuleBroken(
            f"It was reported as implemented as of {previous.as_of}; please explain in at least "
            f"{SHORTEST_EXPLANATION} characters why it no longer is.",
            field="narrative",
        )
    if not said.narrative:
        raise RuleBroken(
            f"Please say in a sentence what “{_words(said.status)}” rests on.", field="narrative"
        )


def _words(status: str) -> str:
    return status.replace("_", " ")
