"""What was so on a day, by what was known: one rule, against a fold by hand that knows nothing of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given

from tests.builders import recorded
from tests.folding import projected
from tests.followups.histories import FIRST, PAIR, days, histories
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.eventstore.two_times import so_by
from tracker.followups import events as f
from tracker.followups.projection import PROJECTION as FOLLOWUPS
from tracker.followups.tables import followups
from tracker.kit.clock import at_midnight
from tracker.meetings import events as m
from tracker.meetings.projection import projection as MEETINGS
from tracker.meetings.tables import meetings
from tracker.people import events as p
from tracker.people.projection import projection as PEOPLE
from tracker.people.tables import memberships

LATER, LATEST = FIRST + timedelta(days=100), FIRST + timedelta(days=200)


def dated(stream: str, *told: tuple[date, Event]) -> list[Recorded]:
    """A stream whose events are effective on these days."""
    return [
        msgspec.structs.replace(recorded(stream, version, event), effective_at=at_midnight(day))
        for version, (day, event) in enumerate(told, 1)
    ]


def row(projection: Any, table: Any, history: Sequence[Recorded], day: date) -> dict[str, Any] | None:
    """The only row of a table as it was at the end of a day."""
    with projected(projection, so_by(history, at_midnight(day))) as connection:
        found = connection.execute(table.select()).mappings().one_or_none()
        return None if found is None else dict(found)


def followup(*told: tuple[date, Event]) -> list[Recorded]:
    return dated("followup-CMM8-R03:IDN", *told)


def reported(
    day: date, status: f.Status = "under_implementation", report_id: str = "r1"
) -> tuple[date, Event]:
    return day, f.ProgressReported(**PAIR, report_id=report_id, status=status, as_of=day, narrative="So.")


def corrected(day: date, status: f.Status = "implemented") -> tuple[date, Event]:
    return day, f.ReportCorrected(report_id="r1", status=status, as_of=day, narrative="Rather so.")


def test_a_late_report_counts_on_the_day_of_which_it_speaks() -> None:
    history = followup(reported(LATEST, "implemented"), reported(FIRST, "not_started", "r2"))
    then = row(FOLLOWUPS, followups, history, LATER)
    assert then is not None
    assert then["status"] == "not_started"


def test_a_correction_that_dates_a_report_earlier_counts_from_then_though_its_report_is_later() -> None:
    then = row(FOLLOWUPS, followups, followup(reported(LATEST), corrected(FIRST)), LATER)
    assert then is not None
    assert (then["status"], then["as_of"]) == ("implemented", FIRST)


def test_a_correction_that_dates_a_report_later_takes_it_from_the_days_before() -> None:
    assert row(FOLLOWUPS, followups, followup(reported(FIRST), corrected(LATEST)), LATER) is None


def test_a_report_that_was_withdrawn_was_never_so() -> None:
    withdrawn = (LATEST, f.ReportWithdrawn(report_id="r1", reason="Another one was meant."))
    then = row(FOLLOWUPS, followups, followup(reported(FIRST), withdrawn), LATER)
    assert then is not None
    assert then["reports"] == []


def test_a_dispute_that_was_withdrawn_takes_no_earlier_validation_with_it() -> None:
    history = followup(
        reported(FIRST),
        (FIRST, f.ReportValidated(report_id="r1")),
        (LATEST, f.ReportDisputed(report_id="r1", reason="No.")),
        (LATEST, f.DisputeWithdrawn(report_id="r1", reason="Yes.")),
    )
    then = row(FOLLOWUPS, followups, history, LATER)
    assert then is not None
    assert then["verification"] == "validated"


def test_what_was_said_of_a_report_counts_no_sooner_than_the_report() -> None:
    history = followup(reported(LATEST), (FIRST, f.ReportVerified(report_id="r1")))
    assert row(FOLLOWUPS, followups, history, LATER) is None


def test_a_meeting_that_was_recorded_late_was_there_when_it_was_held() -> None:
    history = dated(
        "meeting-CMM8",
        (LATEST, m.MeetingScheduled(code="CMM8", body="ASEM-CMM", number=7)),
        (FIRST, m.MeetingHeld(starts_on=FIRST, ends_on=FIRST)),
        (LATEST, m.MeetingCorrected(number=8, starts_on=FIRST, ends_on=FIRST)),
    )
    then = row(MEETINGS, meetings, history, LATER)
    assert then is not None
    assert (then["state"], then["number"]) == ("held", 8)
    assert row(MEETINGS, meetings, history, FIRST - timedelta(days=1)) is None


def test_a_membership_that_was_put_right_holds_as_put_right() -> None:
    history = dated(
        "partner-IDN",
        (LATEST, p.PartnerRegistered(code="IDN", name="Indonesia", kind="country")),
        (FIRST, p.PartnerJoined(body="ASEM-CMM", grouping="Europe", since=FIRST)),
        (
            LATEST,
            p.MembershipCorrected(
                body="ASEM-CMM", since=FIRST, joined=LATER, grouping="Asia", reason="A slip."
            ),
        ),
        (LATER, p.PartnerLeft(body="ASEM-CMM", since=LATER, until=LATEST)),
    )
    then = row(PEOPLE, memberships, history, LATER)
    assert then is not None
    assert (then["grouping"], then["since"], then["until"]) == ("Asia", LATER, LATEST)


def by_hand(history: Sequence[Recorded], moment: datetime) -> dict[str, tuple[str, date]]:
    """The reports that were so at a moment: their last wordings, without those that were withdrawn."""
    told: dict[str, tuple[datetime, str, date]] = {}
    for each in history:
        event = each.event
        if isinstance(event, f.ProgressReported | f.ReportCorrected):
            told[event.report_id] = (each.effective_at, event.status, event.as_of)
        if isinstance(event, f.ReportWithdrawn):
            del told[event.report_id]
    return {name: (status, as_of) for name, (so, status, as_of) in told.items() if so <= moment}


@given(history=histories, day=days)
def test_any_history_folds_to_what_was_so_on_any_day(history: list[Recorded], day: date) -> None:
    then = row(FOLLOWUPS, followups, history, day)
    reports = then["reports"] if then else []
    found = {each["id"]: (each["status"], date.fromisoformat(each["as_of"])) for each in reports}
    assert found == by_hand(history, at_midnight(day))


@given(history=histories)
def test_after_the_last_day_everything_that_was_known_is_so(history: list[Recorded]) -> None:
    assert so_by(history, at_midnight(date(2100, 1, 1))) == history


@given(history=histories, one=days, other=days)
def test_what_was_so_once_is_so_on_later_days(history: list[Recorded], one: date, other: date) -> None:
    before, after = (so_by(history, at_midnight(day)) for day in sorted((one, other)))
    assert {each.position for each in before} <= {each.position for each in after}
