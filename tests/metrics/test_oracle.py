"""The figures against a second, plain counting of the same random history, through the services and the database."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.builders import (
    BODY,
    RECORDED_AT,
    TODAY,
    context,
    put_body,
    put_meeting,
    put_partner,
    put_recommendation,
)
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.followups import commands as f
from tracker.followups.service import handle as handle_followup
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, RuleBroken
from tracker.meetings.commands import DefineTheme
from tracker.meetings.service import handle_body
from tracker.metrics import service
from tracker.metrics.figures import Figures
from tracker.people.commands import LeaveBody
from tracker.people.policy import OPERATOR, Actor
from tracker.people.service import handle_partner
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle as handle_recommendation

MEETINGS = {"CMM7": date(2016, 6, 24), "CMM8": date(2018, 3, 2), "CMM9": date(2020, 10, 2)}
AHEAD, AHEAD_ON = "CMM10", date(2027, 3, 1)
LEFT_ON = date(2019, 1, 1)
THEMES = {
    "CMM7-R01": ["arts"],
    "CMM7-R02": [],
    "CMM8-R01": ["arts", "crafts"],
    "CMM8-R02": [],
    "CMM9-R01": ["crafts"],
}
PARTNERS = {"IDN": "Asia", "JPN": "Asia", "FRA": "Europe", "DEU": "Europe"}
STATUSES = (
    "not_started",
    "under_implementation",
    "partially_implemented",
    "implemented",
    "not_implemented",
    "overtaken_by_events",
)
ENDINGS = ("implemented", "not_implemented", "overtaken_by_events", "superseded", "closed_by_meeting")
JUDGE = Actor("judge", "Auditor", frozenset({("auditor", "*"), ("validating_authority", "*")}))


@dataclass
class Told:
    """What was said of one pair: reports by id as [day, place, status, heard], decisions as (day, ending)."""

    since: date
    reports: dict[str, list[Any]] = field(default_factory=dict)
    decisions: list[tuple[date, str | None]] = field(default_factory=list)


@dataclass
class Ledger:
    """The plain book-keeping beside the tracker."""

    pairs: dict[tuple[str, str], Told] = field(default_factory=dict)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    superseded: dict[str, date] = field(default_factory=dict)

    def stands(self, pair: tuple[str, str], day: date, validation: bool) -> tuple[str, str]:
        """(where it is counted in the waterfall, what is known), as docs/decisions/0006-metrics.md has it."""
        told = self.pairs[pair]
        if told.since > day:
            return "absent", ""
        decided = [(on, ending) for on, ending in told.decisions if on <= day]
        if decided and decided[-1][1] is not None:
            return ("implemented" if decided[-1][1] == "implemented" else "ended"), str(decided[-1][1])
        if self.superseded.get(pair[0], date.max) <= day:
            return "ended", "superseded"
        heard = [
            (on, place, status)
            for on, place, status, judged in told.reports.values()
            if on <= day and (judged in ("validated", "verified") or not validation)
        ]
        if not heard:
            return "open", "silent"
        on, _, status = max(heard)
        if status in ("implemented", "overtaken_by_events"):
            if decided and on < decided[-1][0]:
                return "open", "reopened"
            return ("implemented" if status == "implemented" else "ended"), status
        return "open", status

    def figures(self, day: date, validation: bool) -> dict[tuple[str, str], tuple[int, int, int, int]]:
        """(implemented, of so many, silent, left out) by scope and key."""
        counted: dict[tuple[str, str], list[tuple[str, str]]] = {("pairs", ""): []}
        joint: dict[str, list[tuple[str, str]]] = {}
        for pair in self.pairs:
            stands = self.stands(pair, day, validation)
            if stands[0] == "absent":
                continue
            element, partner = pair
            member = partner != "DEU" or day < LEFT_ON
            keys = [("pairs", ""), ("partner", partner), ("grouping", PARTNERS[partner] if member else "")]
            keys += [("theme", theme) for theme in THEMES[element] or [""]]
            for key in keys:
                counted.setdefault(key, []).append(stands)
            joint.setdefault(element, []).append(stands)
        found = {key: self._figure(states) for key, states in counted.items()}
        return found | {("overall", ""): self._figure([self._together(each) for each in joint.values()])}

    @staticmethod
    def _together(states: list[tuple[str, str]]) -> tuple[str, str]:
        bound = [each for each in states if each[1] not in ("superseded", "closed_by_meeting")]
        if not bound:
            return "ended", "superseded"
        if all(each[1] == "silent" for each in bound):
            return "open", "silent"
        return ("implemented", "") if all(each[0] == "implemented" for each in bound) else ("open", "")

    @staticmethod
    def _figure(states: list[tuple[str, str]]) -> tuple[int, int, int, int]:
        out = sum(known in ("superseded", "closed_by_meeting") for _, known in states)
        silent = sum(known == "silent" for _, known in states)
        return sum(kind == "implemented" for kind, _ in states), len(states) - out - silent, silent, out

    def flow(self, opens: date | None, day: date, validation: bool) -> tuple[int, ...]:
        """Opening, new, reopened, implemented, otherwise ended, closing."""
        moves = dict.fromkeys(("opening", "new", "reopened", "implemented", "ended", "closing"), 0)
        for pair in self.pairs:
            eve = "absent" if opens is None else self.stands(pair, opens - timedelta(days=1), validation)[0]
            now = self.stands(pair, day, validation)[0]
            if now == "absent" or (eve in ("implemented", "ended") and now != "open"):
                continue
            moves[{"absent": "new", "open": "opening"}.get(eve, "reopened")] += 1
            moves["closing" if now == "open" else now] += 1
        return tuple(moves.values())


class Story:
    """Random commands, asked of the tracker and, where it accepts them, noted in the ledger."""

    def __init__(self, tx: Connection, chance: random.Random) -> None:
        self.tx, self.chance, self.ledger, self.number = tx, chance, Ledger(), 0

    def directed(self, element: str, partner: str, on: date) -> None:
        """A released partner that is addressed again keeps what it told; the day is the new one."""
        pair = (element, partner)
        told = self.ledger.told.setdefault(pair, Told(on))
        told.since = on
        self.ledger.pairs[pair] = told

    def step(self) -> None:
        """One command."""
        element, partner = pair = self.chance.choice(sorted(self.ledger.told))
        ask = self.chance.choice(
            [self.report] * 6
            + [
                self.correct,
                self.judge,
                self.judge,
                self.withdraw,
                self.close,
                self.close,
                self.reopen,
                self.reopen,
                self.reopen,
            ]
            + [self.undecide, self.release, self.redirect, self.supersede]
        )
        try:
            ask(element, partner, self.ledger.told[pair])
        except (RuleBroken, BadInput):
            return

    def ask(self, element: str, partner: str, command: f.FollowupCommand, actor: Actor = OPERATOR) -> None:
        handle_followup(self.tx, actor, element, partner, command, context(), now=RECORDED_AT)

    def day(self) -> date:
        """Any day; often one on which a meeting ended, where the rules have their edges."""
        if self.chance.random() < 0.4:
            return self.chance.choice(sorted(MEETINGS.values()))
        return date(2016, 1, 1) + timedelta(days=self.chance.randrange((TODAY - date(2016, 1, 1)).days + 1))

    def report(self, element: str, partner: str, told: Told) -> None:
        self.number += 1
        said = {"report_id": f"r{self.number}", "status": self.chance.choice(STATUSES), "as_of": self.day()}
        command = f.ReportProgress(
            recommendation=element, partner=partner, narrative="As told by the ministry.", **said
        )
        self.ask(element, partner, command)
        told.reports[said["report_id"]] = [said["as_of"], self.number, said["status"], "reported"]

    def correct(self, element: str, partner: str, told: Told) -> None:
        if not told.reports:
            return
        report_id = self.chance.choice(sorted(told.reports))
        said = {"status": self.chance.choice(STATUSES), "as_of": self.day()}
        narrative = f"Put right, {self.chance.random()}."
        self.ask(element, partner, f.CorrectReport(report_id=report_id, narrative=narrative, **said))
        place = told.reports[report_id][1]
        told.reports[report_id] = [said["as_of"], place, said["status"], "reported"]

    def judge(self, element: str, partner: str, told: Told) -> None:
        if not told.reports:
            return
        report_id = self.chance.choice(sorted(told.reports))
        command, judged = self.chance.choice(
            [
                (f.ValidateReport(report_id=report_id), "validated"),
                (f.VerifyReport(report_id=report_id, note="Seen."), "verified"),
                (f.DisputeReport(report_id=report_id, reason="Not so."), "disputed"),
                (f.WithdrawDispute(report_id=report_id, reason="It is so."), "reported"),
            ]
        )
        self.ask(element, partner, command, JUDGE)
        if (told.reports[report_id][3], judged) != ("verified", "validated"):
            told.reports[report_id][3] = judged

    def withdraw(self, element: str, partner: str, told: Told) -> None:
        if told.reports:
            report_id = self.chance.choice(sorted(told.reports))
            self.ask(element, partner, f.WithdrawReport(report_id=report_id, reason="A slip."))
            del told.reports[report_id]

    def close(self, element: str, partner: str, told: Told) -> None:
        meeting, ending = self.chance.choice(sorted(MEETINGS)), self.chance.choice(ENDINGS)
        command = f.CloseFollowup(
            recommendation=element, partner=partner, meeting=meeting, ending=ending, reason="So."
        )
        self.ask(element, partner, command)
        told.decisions.append((MEETINGS[meeting], ending))

    def reopen(self, element: str, partner: str, told: Told) -> None:
        meeting = self.chance.choice(sorted(MEETINGS))
        self.ask(element, partner, f.ReopenFollowup(meeting=meeting, reason="So."))
        told.decisions.append((MEETINGS[meeting], None))

    def undecide(self, element: str, partner: str, told: Told) -> None:
        self.ask(
            element, partner, f.WithdrawDecision(meeting=self.chance.choice(sorted(MEETINGS)), reason="So.")
        )
        told.decisions.pop()

    def release(self, element: str, partner: str, told: Told) -> None:
        command = r.ReleaseAddressees(partners=[partner], reason="So.")
        handle_recommendation(self.tx, OPERATOR, element, command, context())
        self.ledger.pairs.pop((element, partner))

    def redirect(self, element: str, partner: str, told: Told) -> None:
        if (element, partner) not in self.ledger.pairs:
            on = self.day()
            command = r.DirectRecommendation(partners=[partner], on=on)
            handle_recommendation(self.tx, OPERATOR, element, command, context())
            self.directed(element, partner, on)

    def supersede(self, element: str, partner: str, told: Told) -> None:
        if self.chance.random() < 0.5:
            command: r.RecommendationCommand = r.WithdrawSupersession(reason="A slip.")
            handle_recommendation(self.tx, OPERATOR, element, command, context())
            del self.ledger.superseded[element]
        else:
            command = r.SupersedeRecommendation(by="CMM9-R01", meeting="CMM9")
            handle_recommendation(self.tx, OPERATOR, element, command, context())
            self.ledger.superseded[element] = MEETINGS["CMM9"]


def begin(tx: Connection, chance: random.Random, validation: bool) -> Story:
    put_body(tx, validation=validation)
    for theme in ("arts", "crafts"):
        handle_body(tx, OPERATOR, BODY, DefineTheme(code=theme, title=theme.title()), context())
    for code, on in MEETINGS.items():
        put_meeting(tx, code, on)
    put_meeting(tx, AHEAD, AHEAD_ON, held=False)
    story = Story(tx, chance)
    for partner, grouping in PARTNERS.items():
        put_partner(tx, partner, grouping=grouping)
    for code, themes in THEMES.items():
        on = MEETINGS[code.partition("-")[0]]
        put_recommendation(tx, code, *PARTNERS, on=on, themes=themes)
        for partner in PARTNERS:
            story.directed(code, partner, on)
    put_recommendation(tx, "CMM9-R02", on=MEETINGS["CMM9"], nature="informational")
    handle_partner(tx, OPERATOR, "DEU", LeaveBody(body=BODY, until=LEFT_ON), context())
    return story


def counted(figures: Figures) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {
        (each.scope, each.key): (each.implemented, each.denominator, each.no_information, each.left_out)
        for each in figures.figures
    }


def flow(figures: Figures) -> tuple[int, ...]:
    found = figures.waterfall
    return (
        found.opening,
        found.new,
        found.reopened,
        found.implemented,
        found.otherwise_ended,
        found.closing,
    )


CYCLES = (
    (AHEAD, MEETINGS["CMM9"], TODAY),
    (AHEAD, MEETINGS["CMM9"], MEETINGS["CMM9"]),
    ("CMM9", MEETINGS["CMM8"], MEETINGS["CMM9"] - timedelta(days=1)),
    ("CMM8", MEETINGS["CMM7"], MEETINGS["CMM8"] - timedelta(days=1)),
    ("CMM7", None, MEETINGS["CMM7"] - timedelta(days=1)),
)


def check_statuses(figures: Figures) -> None:
    """The statuses of every figure are what it counts, taken apart."""
    for each in figures.figures:
        if each.scope != "overall":
            of = each.statuses
            assert sum(of.values()) == each.denominator + each.no_information + each.left_out
            assert of.get("implemented", 0) == each.implemented
            assert of.get("no_information", 0) == each.no_information


@pytest.mark.parametrize("validation", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_a_second_plain_counting_gives_the_same_figures_for_every_cycle(
    db: Database, seed: int, validation: bool
) -> None:
    kept: list[tuple[int, Figures]] = []
    with db.write() as tx:
        story = begin(tx, random.Random(seed), validation)
        for number in range(300):
            story.step()
            if number % 30:
                continue
            for meeting, opens, day in CYCLES:
                figures = service.compute(tx, meeting, day if meeting == AHEAD else TODAY)
                assert figures.as_of == day
                assert counted(figures) == story.ledger.figures(day, validation)
                assert flow(figures) == story.ledger.flow(opens, day, validation)
                came = figures.waterfall.opening + figures.waterfall.new + figures.waterfall.reopened
                gone = figures.waterfall.implemented + figures.waterfall.otherwise_ended
                assert came - gone == figures.waterfall.closing
                check_statuses(figures)
            kept.append((head(tx), service.compute(tx, AHEAD, TODAY)))
        numbers = [(figures.pairs.implemented, figures.pairs.denominator) for _, figures in kept]
    assert len(set(numbers)) > 3  # the story moved the figures
    with db.read() as conn:
        for position, figures in kept:
            with as_known_at(conn, position) as then:
                assert service.compute(then, AHEAD, TODAY) == figures
