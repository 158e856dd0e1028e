"""The door to a follow-up: what is refused before the rules are asked, and what a report costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from tests.builders import RECORDED_AT, TODAY, context, put_body, put_meeting, put_report
from tracker.eventstore.store import Receipt, head
from tracker.followups import commands as c
from tracker.followups.events import Evidence
from tracker.followups.service import handle
from tracker.followups.tables import followups
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken, TrackerError
from tracker.people.policy import OPERATOR, PUBLIC, Actor
from tracker.recommendations import commands as recommendation_commands
from tracker.recommendations.service import handle as handle_recommendation

OFFICIAL = Actor("official", "Focal point, Indonesia", represents=frozenset({("ASEM-CMM", "IDN")}))
AUTHORITY = Actor("authority", "Authority, Indonesia", roles=frozenset({("validating_authority", "IDN")}))


def report(status: Any = "implemented", as_of: date = TODAY, **fields: Any) -> c.ReportProgress:
    given = {"recommendation": "CMM8-R01", "partner": "IDN", "report_id": "r1", "narrative": "Done."} | fields
    return c.ReportProgress(status=status, as_of=as_of, **given)


def ask(tx: Connection, command: c.FollowupCommand, actor: Actor = OPERATOR, **options: Any) -> Receipt:
    asked = context(actor_id=actor.person_id)
    return handle(tx, actor, "CMM8-R01", "IDN", command, asked, now=RECORDED_AT, **options)


def close(meeting: str) -> c.CloseFollowup:
    return c.CloseFollowup(
        recommendation="CMM8-R01",
        partner="IDN",
        meeting=meeting,
        ending="closed_by_meeting",
        reason="Enough.",
    )


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement that SQLAlchemy sends meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_focal_point_reports_and_sees_it_at_once(tracked: Database) -> None:
    with tracked.write() as tx:
        receipt = ask(tx, report(narrative="  The portal is\r\non line. "), OFFICIAL)
        row = tx.execute(select(followups)).one()
    assert (receipt.last, row.status, row.narrative) == (
        row.position,
        "implemented",
        "The portal is\non line.",
    )
    assert (row.reported_by, row.version) == ("official", 1)


def test_the_same_command_again_gets_the_same_answer(tracked: Database) -> None:
    asked = context(actor_id="official")
    with tracked.write() as tx:
        first = handle(tx, OFFICIAL, "CMM8-R01", "IDN", report(), asked, now=RECORDED_AT)
        again = handle(tx, OFFICIAL, "CMM8-R01", "IDN", report(), asked, now=RECORDED_AT)
    assert (again.first, again.last, again.repeated) == (first.first, first.last, True)


def test_a_form_that_shows_an_older_version_is_a_conflict(tracked: Database) -> None:
    with tracked.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation")
        with pytest.raises(Conflict, match="Someone changed this since you opened it"):
            ask(tx, report(), expected_version=0)
        assert ask(tx, report(), expected_version=1).last == head(tx)


@pytest.mark.parametrize(
    "actor", [PUBLIC, AUTHORITY, Actor("x", "X", represents=frozenset({("ASEM-CMM", "FRA")}))]
)
def test_only_the_addressees_own_people_report(tracked: Database, actor: Actor) -> None:
    with tracked.write() as tx, pytest.raises(NotAllowed, match="focal point of IDN"):
        ask(tx, report(), actor)


def test_nobody_validates_a_report_of_their_own(tracked: Database) -> None:
    both = Actor("official", "Official", AUTHORITY.roles, OFFICIAL.represents)
    with tracked.write() as tx:
        ask(tx, report(), both)
        with pytest.raises(NotAllowed, match="someone else must look"):
            ask(tx, c.ValidateReport(report_id="r1"), both)
        assert ask(tx, c.ValidateReport(report_id="r1"), AUTHORITY).events


@pytest.mark.parametrize(
    ("code", "partner", "error", "sentence"),
    [
        ("CMM8-R99", "IDN", NotFound, "There is no recommendation CMM8-R99; CMM8 has R01 to R02."),
        ("CMM7-R02", "IDN", NotFound, "There is no recommendation CMM7-R02; CMM7 has R01."),
        ("CMM99-R01", "IDN", NotFound, "There is no recommendation CMM99-R01"),
        ("CMM8-R01", "IND", NotFound, r"There is no partner IND; did you mean IDN \(Country IDN\)\?"),
        ("CMM8-R01", "ZZZZ", NotFound, "There is no partner ZZZZ; `tracker partner list`"),
        ("CMM8-R01", "JPN", RuleBroken, "CMM8-R01 is not directed to JPN; it is directed to FRA, IDN."),
    ],
)
def test_what_is_not_there_is_named_with_what_is(
    tracked: Database, code: str, partner: str, error: type[TrackerError], sentence: str
) -> None:
    command = report(recommendation=code, partner=partner)
    with tracked.write() as tx, pytest.raises(error, match=sentence):
        handle(tx, OPERATOR, code, partner, command, context(), now=RECORDED_AT)


def test_a_command_about_another_followup_is_refused(tracked: Database) -> None:
    with tracked.write() as tx, pytest.raises(BadInput, match="about CMM8-R01:FRA, not CMM8-R01:IDN"):
        ask(tx, report(partner="FRA"))


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (report(as_of=TODAY + timedelta(days=2)), "2026-11-26 lies in the future"),
        (report(as_of=date(2018, 3, 1)), "2018-03-01 lies before 2018-03-02, when it was directed"),
        (c.MoveFollowupDue(due_on=date(2018, 3, 1), reason="x"), "cannot be due before that"),
        (report(narrative="\0"), "narrative holds control characters"),
        (report(narrative="\ud800"), "narrative holds a broken character"),
        (report(narrative="x" * 20_001), "narrative has 20,001 characters"),
        (report(report_id=" "), "Please give the report id"),
        (report(evidence=[Evidence(url="javascript:alert(1)")]), "no web address"),
    ],
)
def test_impossible_dates_and_texts_are_refused(
    tracked: Database, command: c.FollowupCommand, sentence: str
) -> None:
    with tracked.write() as tx:
        before = head(tx)
        with pytest.raises(BadInput, match=sentence):
            ask(tx, command)
        assert head(tx) == before


def test_where_it_is_tomorrow_already_tomorrow_is_today(tracked: Database) -> None:
    with tracked.write() as tx:
        assert ask(tx, report(as_of=TODAY + timedelta(days=1))).events


def test_a_superseded_recommendation_takes_no_report(tracked: Database) -> None:
    with tracked.write() as tx:
        supersede = recommendation_commands.SupersedeRecommendation(
            by="CMM8-R02", meeting="CMM8", reason="One of the two."
        )
        handle_recommendation(tx, OPERATOR, "CMM8-R01", supersede, context())
        with pytest.raises(
            RuleBroken, match="CMM8-R01 was superseded by CMM8-R02; please respond to and report on"
        ):
            ask(tx, report())


def test_only_a_meeting_of_the_body_that_has_met_closes_and_reopens(tracked: Database) -> None:
    with tracked.write() as tx:
        put_body(tx, "OTHER")
        put_meeting(tx, "OTH1", date(2020, 1, 1), body="OTHER")
        for meeting, error, sentence in (
            ("CMM99", NotFound, "There is no meeting CMM99"),
            ("CMM9", RuleBroken, "CMM9 has not met yet"),
            ("OTH1", RuleBroken, "OTH1 is a meeting of OTHER; only a meeting of ASEM-CMM decides"),
        ):
            with pytest.raises(error, match=sentence):
                ask(tx, close(meeting))
        assert ask(tx, close("CMM8")).events
        assert ask(tx, c.ReopenFollowup(meeting="CMM8", reason="Not enough.")).events


def test_a_decision_holds_from_the_meeting_on_whenever_it_is_recorded(tracked: Database) -> None:
    with tracked.write() as tx:
        put_meeting(tx, "CMM10", date(2020, 10, 1), ends_on=date(2020, 10, 2))
        (closed,) = ask(tx, close("CMM10")).events
        row = tx.execute(select(followups)).one()
    assert closed.effective_at.date() == row.ended_on == date(2020, 10, 2)


def test_a_meeting_decides_on_what_there_was_and_after_the_last_one_that_did(tracked: Database) -> None:
    with tracked.write() as tx:
        put_meeting(tx, "CMM10", date(2020, 10, 1))
        with pytest.raises(
            RuleBroken, match="CMM7 ended on 2016-06-24, before CMM8-R01 was directed to IDN on 2018-03-02"
        ):
            ask(tx, close("CMM7"))
        ask(tx, close("CMM10"))
        with pytest.raises(RuleBroken, match="CMM8 ended on 2018-03-02, before CMM10 decided on it"):
            ask(tx, c.ReopenFollowup(meeting="CMM8", reason="Not enough."))


def test_what_is_taken_back_leaves_the_row_as_though_it_never_was(tracked: Database) -> None:
    def shown(tx: Connection) -> dict[str, Any]:
        row = tx.execute(select(followups)).mappings().one()
        return {name: value for name, value in row.items() if name not in ("version", "position", "heard_at")}

    with tracked.write() as tx:
        ask(tx, c.RecordResponse(recommendation="CMM8-R01", partner="IDN", response="noted"))
        before = shown(tx)
        ask(tx, report())
        reported = shown(tx)
        ask(tx, close("CMM8"))
        ask(tx, c.WithdrawDecision(meeting="CMM8", reason="Another one was meant."))
        assert shown(tx) == reported
        ask(tx, c.DisputeReport(report_id="r1", reason="There is none."))
        ask(tx, c.WithdrawDispute(report_id="r1", reason="There is."))
        assert shown(tx) == reported
        ask(tx, c.WithdrawReport(report_id="r1", reason="Another one was meant."), OFFICIAL)
        assert shown(tx) == before


@pytest.mark.parametrize(
    "command",
    [
        c.WithdrawReport(report_id="r1", reason="So."),
        c.WithdrawDispute(report_id="r1", reason="So."),
        c.WithdrawDecision(meeting="CMM8", reason="So."),
    ],
)
def test_not_everybody_takes_things_back(tracked: Database, command: c.FollowupCommand) -> None:
    with tracked.write() as tx:
        ask(tx, report())
        with pytest.raises(NotAllowed, match="Only"):
            ask(tx, command, AUTHORITY)
