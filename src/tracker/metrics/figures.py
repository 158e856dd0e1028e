"""How implementation is counted. Pure: from what is known of every pair to figures; docs/decisions/0006-metrics.md.

A pair is one recommendation directed to one partner. Where it stands is asked of a day, so that the figures of today,
the opening of a cycle and its closing come from one function.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

import msgspec

Scope = Literal["overall", "pairs", "theme", "partner", "grouping"]
Kind = Literal["absent", "open", "implemented", "ended"]

LEAVES = ("superseded", "closed_by_meeting")
"""Endings that take a pair out of the denominator: nobody can implement it any more, and nobody failed to."""
COUNTED = ("validated", "verified")
SILENT = "no_information"


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one recommendation and one addressee; `reports` and `decisions` in recorded order, as
    `followups.tables` describes them."""

    recommendation: str
    partner: str
    since: date
    grouping: str = ""
    themes: Sequence[str] = ()
    superseded_on: date | None = None
    reports: Sequence[Mapping[str, Any]] = ()
    decisions: Sequence[Mapping[str, Any]] = ()


class State(msgspec.Struct, frozen=True):
    """Where a pair stood on a day. `kind` is what the waterfall counts; `status` what was reported or decided, None
    while there is no information."""

    kind: Kind
    status: str | None


class Figure(msgspec.Struct, frozen=True):
    """Implemented of so many assessed. Beside them those without information and those that left the count.

    `statuses`: how many pairs stood at each, `no_information` too; empty for recommendations, which have no status."""

    scope: Scope
    key: str
    implemented: int
    denominator: int
    no_information: int
    left_out: int
    statuses: Mapping[str, int] = {}

    @property
    def rate(self) -> Fraction | None:
        """Exact; None if nothing was assessed: not available."""
        return Fraction(self.implemented, self.denominator) if self.denominator else None


class Waterfall(msgspec.Struct, frozen=True):
    """What a cycle did to the open pairs: opening + new + reopened - implemented - otherwise ended = closing.

    `opens_on`: the first day of the cycle, None if no meeting was held before."""

    opens_on: date | None
    opening: int
    new: int
    reopened: int
    implemented: int
    otherwise_ended: int
    closing: int


class Figures(msgspec.Struct, frozen=True):
    """All figures for one meeting, of the state on the day `as_of`. `activity`: how many reports speak of each month
    (`2026-11`) until then, whoever checked them."""

    meeting: str
    body: str
    meeting_on: date | None
    as_of: date
    figures: tuple[Figure, ...]
    waterfall: Waterfall
    activity: Mapping[str, int] = {}

    def told(self, position: int) -> dict[str, Any]:
        """As data for programs: each rate a number to four places, and the log position for which it all holds."""
        data: dict[str, Any] = msgspec.to_builtins(self) | {"position": position}
        for row, figure in zip(data["figures"], self.figures, strict=True):
            row["rate"] = None if figure.rate is None else round(float(figure.rate), 4)
        return data

    def of(self, scope: Scope) -> tuple[Figure, ...]:
        """The figures of one scope, by key."""
        return tuple(figure for figure in self.figures if figure.scope == scope)

    @property
    def overall(self) -> Figure:
        """A recommendation counts once, to however many it is directed."""
        return self.of("overall")[0]

    @property
    def pairs(self) -> Figure:
        """Every addressee of every recommendation counts."""
        return self.of("pairs")[0]


def state_on(pair: Pair, day: date, *, validation: bool) -> State:
    """Where the pair stood at the end of `day`, as is known now.

    The last report carries forward for as long as there is no other. With `validation` only validated or verified
    reports are heard.
    """
    if pair.since > day:
        return State("absent", None)
    until = day.isoformat()
    decision = max((d for d in pair.decisions if d["on"] <= until), key=lambda d: d["version"], default=None)
    if decision is not None and decision["ending"] is not None:
        return _ended(decision["ending"])
    if pair.superseded_on is not None and pair.superseded_on <= day:
        return _ended("superseded")
    heard = [r for r in pair.reports if r["verification"] in COUNTED] if validation else pair.reports
    past = [report for report in heard if report["as_of"] <= until]
    report = max(past, key=lambda r: (r["as_of"], r["version"]), default=None)
    if report is None:
        return State("open", None)
    status = report["status"]
    if decision is not None and report["as_of"] < decision["on"]:
        # Reopened since: what was said before no longer finishes it.
        return State("open", "reopened" if _ended(status).kind != "open" else status)
    return _ended(status) if status in ("implemented", "overtaken_by_events") else State("open", status)


def count(pairs: Iterable[Pair], day: date, *, validation: bool) -> tuple[Figure, ...]:
    """The figures on a day: overall by recommendation, the rest by pair."""
    present = [(pair, state_on(pair, day, validation=validation)) for pair in pairs]
    present = [(pair, state) for pair, state in present if state.kind != "absent"]
    states = [state for _, state in present]
    figures = [_jointly(present), _figure("pairs", "", states)]
    figures += _grouped("theme", present, lambda pair: pair.themes or ("",))
    figures += _grouped("partner", present, lambda pair: (pair.partner,))
    figures += _grouped("grouping", present, lambda pair: (pair.grouping,))
    return tuple(figures)


def waterfall(pairs: Iterable[Pair], opens_on: date | None, day: date, *, validation: bool) -> Waterfall:
    """What happened to the pairs from the first day of the cycle to the end of `day`. Each pair moves once at most:
    what was reported and withdrawn within the cycle is no movement."""
    moves = dict.fromkeys(("opening", "new", "reopened", "implemented", "otherwise_ended", "closing"), 0)
    for pair in pairs:
        before = State("absent", None)
        if opens_on is not None:
            before = state_on(pair, opens_on - timedelta(days=1), validation=validation)
        after = state_on(pair, day, validation=validation)
        for move in _moves(before.kind, after.kind):
            moves[move] += 1
    return Waterfall(opens_on, **moves)


def activity(pairs: Iterable[Pair], day: date) -> dict[str, int]:
    """How many reports speak of each month until `day`; months of which none speaks are not there."""
    until = day.isoformat()
    months = Counter(r["as_of"][:7] for pair in pairs for r in pair.reports if r["as_of"] <= until)
    return dict(sorted(months.items()))


def _moves(before: Kind, after: Kind) -> list[str]:
    if after == "absent":
        return []
    entry = {"absent": "new", "open": "opening"}.get(before)
    if entry is None:  # it was done with before the cycle
        return ["reopened", "closing"] if after == "open" else []
    leaving = {"open": "closing", "implemented": "implemented", "ended": "otherwise_ended"}
    return [entry, leaving[after]]


def _ended(status: str) -> State:
    return State("implemented" if status == "implemented" else "ended", status)


def _figure(scope: Scope, key: str, states: Sequence[State]) -> Figure:
    left = sum(state.status in LEAVES for state in states)
    silent = sum(state.status is None for state in states)
    implemented = sum(state.kind == "implemented" for state in states)
    statuses = {} if scope == "overall" else Counter(state.status or SILENT for state in states)
    return Figure(
        scope, key, implemented, len(states) - left - silent, silent, left, dict(sorted(statuses.items()))
    )


def _jointly(present: Sequence[tuple[Pair, State]]) -> Figure:
    """Each recommendation once: implemented if all whom it still binds implemented it, assessed if one was heard."""
    by_recommendation: dict[str, list[State]] = {}
    for pair, state in present:
        by_recommendation.setdefault(pair.recommendation, []).append(state)
    return _figure("overall", "", [_joint(states) for states in by_recommendation.values()])


def _joint(states: Sequence[State]) -> State:
    bound = [state for state in states if state.status not in LEAVES]
    if not bound:
        return states[0]
    if all(state.status is None for state in bound):
        return State("open", None)
    done = all(state.kind == "implemented" for state in bound)
    return State("implemented", "implemented") if done else State("open", "joint")


def _grouped(
    scope: Scope, present: Sequence[tuple[Pair, State]], keys: Callable[[Pair], Sequence[str]]
) -> list[Figure]:
    groups: dict[str, list[State]] = {}
    for pair, state in present:
        for key in keys(pair):
            groups.setdefault(key, []).append(state)
    return [_figure(scope, key, states) for key, states in sorted(groups.items())]
