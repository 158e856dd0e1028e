"""The rules of one follow-up."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.followups import commands as c
from tracker.followups import events as e
from tracker.followups.decider import DECIDER
from tracker.kit.errors import RuleBroken

PAIR = {"recommendation": "CMM8-R03", "partner": "IDN"}
BY_2020, BY_2022, BY_2024 = date(2020, 6, 1), date(2022, 6, 1), date(2024, 6, 1)
LINK = e.Evidence(url="https://example.org/portal", title="The portal")

RESPONDED = e.ResponseRecorded(**PAIR, response="supported", note="With pleasure.")
CLOSED = e.FollowupClosed(**PAIR, meeting="CMM9", ending="closed_by_meeting", reason="No longer needed.")
REOPENED = e.FollowupReopened(meeting="CMM10", reason="Needed again.")


def reported(
    status: e.Status, as_of: date = BY_2020, report_id: str = "r1", **fields: object
) -> e.ProgressReported:
    given = {"narrative": "As told by the ministry."} | fields
    return e.ProgressReported(**PAIR, report_id=report_id, status=status, as_of=as_of, **given)  # type: ignore[arg-type]


def report(
    status: e.Status, as_of: date = BY_2022, report_id: str = "r2", **fields: object
) -> c.ReportProgress:
    given = {"narrative": "As told by the ministry."} | fields
    return c.ReportProgress(**PAIR, report_id=report_id, status=status, as_of=as_of, **given)  # type: ignore[arg-type]


def correct(
    status: e.Status, as_of: date = BY_2020, report_id: str = "r1", **fields: object
) -> c.CorrectReport:
    given = {"narrative": "As told by the ministry."} | fields
    return c.CorrectReport(report_id=report_id, status=status, as_of=as_of, **given)  # type: ignore[arg-type]


def decide(past: Sequence[Event], command: c.FollowupCommand) -> list[Event]:
    return decided(DECIDER, past, command)


def test_a_response_is_recorded() -> None:
    command = c.RecordResponse(**PAIR, response="noted", note="Under study.", raw_label="N")
    assert decide([], command) == [
        e.ResponseRecorded(**PAIR, response="noted", note="Under study.", raw_label="N")
    ]


def test_the_same_response_again_changes_nothing() -> None:
    assert decide([RESPONDED], c.RecordResponse(**PAIR, response="supported", note="With pleasure.")) == []


def test_another_note_is_another_response() -> None:
    assert len(decide([RESPONDED], c.RecordResponse(**PAIR, response="supported", note="Gladly."))) == 1


def test_a_report_keeps_everything_it_says() -> None:
    command = report("implemented", evidence=[LINK], raw_label="Completed")
    assert decide([], command) == [
        e.ProgressReported(
            **PAIR,
            report_id="r2",
            status="implemented",
            as_of=BY_2022,
            narrative="As told by the ministry.",
            evidence=[LINK],
            raw_label="Completed",
        )
    ]


def test_a_report_id_is_used_once() -> None:
    with pytest.raises(RuleBroken, match="There is a report r1 already; correct that one"):
        decide([reported("not_started")], report("implemented", report_id="r1"))


@pytest.mark.parametrize("begun", ["under_implementation", "partially_implemented", "implemented"])
@pytest.mark.parametrize("as_of", [BY_2020, BY_2022])
def test_work_that_began_cannot_be_not_started_on_the_same_day_or_later(begun: e.Status, as_of: date) -> None:
    with pytest.raises(RuleBroken, match=r"“not started” as of .* cannot follow .*correct that report"):
        decide([reported(begun)], report("not_started", as_of))


def test_not_started_may_be_reported_late_of_an_earlier_day() -> None:
    assert decide([reported("implemented", BY_2022)], report("not_started", BY_2020))


def test_a_late_report_may_not_make_a_later_one_impossible() -> None:
    with pytest.raises(
        RuleBroken, match="“not started” as of 2022-06-01 cannot follow “implemented” as of 2020"
    ):
        decide([reported("not_started", BY_2022)], report("implemented", BY_2020))


@pytest.mark.parametrize("ended", ["not_implemented", "overtaken_by_events"])
def test_what_did_not_begin_may_be_not_started_again(ended: e.Status) -> None:
    assert decide([reported(ended)], report("not_started", narrative=""))


def test_only_the_neighbour_by_day_is_looked_at() -> None:
    past = [reported("implemented", BY_2020), reported("not_implemented", BY_2022, "r2")]
    assert decide(past, report("not_started", BY_2024, "r3"))


@pytest.mark.parametrize(
    "status",
    [
        "under_implementation",
        "partially_implemented",
        "implemented",
        "not_implemented",
        "overtaken_by_events",
    ],
)
def test_a_status_that_says_something_new_needs_a_narrative(status: e.Status) -> None:
    with pytest.raises(RuleBroken, match="Please say in a sentence"):
        decide([reported("not_started")], report(status, narrative=""))


def test_not_started_needs_no_narrative() -> None:
    assert decide([], report("not_started", narrative=""))


def test_no_change_needs_no_narrative() -> None:
    assert decide([reported("under_implementation")], report("under_implementation", narrative=""))


def test_the_status_of_a_later_day_is_no_repeat() -> None:
    with pytest.raises(RuleBroken, match="Please say in a sentence"):
        decide([reported("implemented", BY_2022)], report("implemented", BY_2020, narrative=""))


def test_a_step_back_from_implemented_is_a_fact_that_is_explained() -> None:
    past = [reported("implemented")]
    with pytest.raises(
        RuleBroken, match="reported as implemented as of 2020-06-01; please explain in at least 10"
    ):
        decide(past, report("under_implementation", narrative="It broke."))
    assert decide(past, report("under_implementation", narrative="The portal went off line."))


def test_a_correction_puts_a_report_right() -> None:
    assert decide([reported("implemented")], correct("under_implementation", reason="Misread.")) == [
        e.ReportCorrected(
            report_id="r1",
            status="under_implementation",
            as_of=BY_2020,
            narrative="As told by the ministry.",
            reason="Misread.",
        )
    ]


def test_a_correction_that_says_the_same_changes_nothing() -> None:
    assert decide([reported("implemented", evidence=[LINK])], correct("implemented", evidence=[LINK])) == []


def test_a_correction_is_held_against_the_other_reports_only() -> None:
    past = [reported("implemented", BY_2020), reported("implemented", BY_2022, "r2")]
    assert decide([past[0]], correct("not_started"))
    with pytest.raises(RuleBroken, match="cannot follow"):
        decide(past, correct("not_started", BY_2022, "r2"))


def test_a_corrected_first_report_keeps_its_place_before_one_of_the_same_day() -> None:
    past = [reported("not_started"), reported("implemented", report_id="r2")]
    assert decide(past, correct("not_started", raw_label="0 %"))


@pytest.mark.parametrize(
    "command",
    [
        correct("implemented", report_id="r9"),
        c.ValidateReport(report_id="r9"),
        c.VerifyReport(report_id="r9", note="Seen."),
        c.DisputeReport(report_id="r9", reason="No."),
    ],
)
def test_an_unknown_report_is_refused(command: c.FollowupCommand) -> None:
    with pytest.raises(RuleBroken, match="has no report r9"):
        decide([reported("implemented")], command)


VALIDATED, VERIFIED = e.ReportValidated(report_id="r1"), e.ReportVerified(report_id="r1", note="Seen.")
DISPUTED = e.ReportDisputed(report_id="r1", reason="There is no portal.")


def test_validating_and_verifying_are_recorded() -> None:
    past = [reported("implemented")]
    assert decide(past, c.ValidateReport(report_id="r1", note="Checked.")) == [
        e.ReportValidated(report_id="r1", note="Checked.")
    ]
    assert decide([*past, VALIDATED], c.VerifyReport(report_id="r1", note="Seen.")) == [VERIFIED]


@pytest.mark.parametrize(
    ("past", "command"),
    [
        ([VALIDATED], c.ValidateReport(report_id="r1")),
        ([VERIFIED], c.ValidateReport(report_id="r1")),
        ([VERIFIED], c.VerifyReport(report_id="r1", note="Seen again.")),
        ([DISPUTED], c.DisputeReport(report_id="r1", reason="There is no portal.")),
    ],
)
def test_judging_alike_twice_changes_nothing(past: list[Event], command: c.FollowupCommand) -> None:
    assert decide([reported("implemented"), *past], command) == []


@pytest.mark.parametrize(
    "command", [c.ValidateReport(report_id="r1"), c.VerifyReport(report_id="r1", note="Seen.")]
)
def test_a_disputed_report_is_corrected_before_it_is_accepted(command: c.FollowupCommand) -> None:
    past = [reported("implemented"), DISPUTED]
    with pytest.raises(
        RuleBroken, match=r"disputed and cannot be .*must correct it, or whoever disputed it take that back"
    ):
        decide(past, command)
    corrected = e.ReportCorrected(
        report_id="r1", status="implemented", as_of=BY_2020, narrative="Here it is."
    )
    assert decide([*past, corrected], command)


def test_verification_rests_on_evidence_or_on_a_note() -> None:
    with pytest.raises(RuleBroken, match="names no evidence"):
        decide([reported("implemented")], c.VerifyReport(report_id="r1"))
    assert decide([reported("implemented", evidence=[LINK])], c.VerifyReport(report_id="r1"))


def test_a_dispute_has_a_reason() -> None:
    with pytest.raises(RuleBroken, match="reason why the report is disputed"):
        decide([reported("implemented")], c.DisputeReport(report_id="r1", reason=""))


def test_a_verified_report_may_be_disputed() -> None:
    assert decide(
        [reported("implemented"), VERIFIED], c.DisputeReport(report_id="r1", reason="There is no portal.")
    ) == [DISPUTED]


def test_a_due_date_moves_with_a_reason_and_only_to_another_day() -> None:
    with pytest.raises(RuleBroken, match="reason why the due date moves"):
        decide([], c.MoveFollowupDue(due_on=BY_2022, reason=""))
    moved = e.FollowupDueMoved(due_on=BY_2022, reason="New law.")
    assert decide([], c.MoveFollowupDue(due_on=BY_2022, reason="New law.")) == [moved]
    assert decide([moved], c.MoveFollowupDue(due_on=BY_2022, reason="Another.")) == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (c.RecordResponse(**PAIR, response="noted"), "takes no response until a meeting reopens it"),
        (report("implemented"), "takes no report until"),
        (correct("not_started"), "takes no correction until"),
        (c.MoveFollowupDue(due_on=BY_2024, reason="Late."), "has no due date to move until"),
    ],
)
def test_a_closed_followup_waits_for_a_meeting(command: c.FollowupCommand, sentence: str) -> None:
    past = [reported("under_implementation"), CLOSED]
    with pytest.raises(RuleBroken, match=f"CMM9 closed this follow-up; it {sentence}"):
        decide(past, command)
    assert decide([*past, REOPENED], command)


@pytest.mark.parametrize(
    "command",
    [
        c.ValidateReport(report_id="r1"),
        c.VerifyReport(report_id="r1", note="Seen."),
        c.DisputeReport(report_id="r1", reason="No."),
    ],
)
def test_what_was_reported_may_be_judged_after_the_closing(command: c.FollowupCommand) -> None:
    assert decide([reported("implemented"), CLOSED], command)


def close(meeting: str = "CMM9", reason: str = "No longer needed.") -> c.CloseFollowup:
    return c.CloseFollowup(**PAIR, meeting=meeting, ending="closed_by_meeting", reason=reason)


def test_a_meeting_closes_an_open_followup_with_a_reason() -> None:
    assert decide([], close()) == [CLOSED]
    with pytest.raises(RuleBroken, match="reason why the meeting closes"):
        decide([], close(reason=""))


def test_nothing_is_closed_twice() -> None:
    with pytest.raises(RuleBroken, match="CMM9 has closed this follow-up already"):
        decide([CLOSED], close(meeting="CMM10"))


def test_a_meeting_reopens_what_is_closed_with_a_reason() -> None:
    assert decide([CLOSED], c.ReopenFollowup(meeting="CMM10", reason="Needed again.")) == [REOPENED]
    with pytest.raises(RuleBroken, match="nothing to reopen"):
        decide([], c.ReopenFollowup(meeting="CMM10", reason="Needed again."))
    with pytest.raises(RuleBroken, match="reason why the meeting reopens"):
        decide([CLOSED], c.ReopenFollowup(meeting="CMM10", reason=""))


# --- taking back what was a mistake ----------------------------------------------------------------------------------

TAKEN_BACK = e.ReportWithdrawn(report_id="r1", reason="It was about CMM8-R04.")
WITHDRAW = c.WithdrawReport(report_id="r1", reason="It was about CMM8-R04.")


def test_a_report_that_should_not_have_been_made_is_taken_back() -> None:
    assert decide([reported("implemented")], WITHDRAW) == [TAKEN_BACK]
    assert decide([reported("implemented"), TAKEN_BACK], WITHDRAW) == []
    assert decide([reported("implemented"), TAKEN_BACK], report("not_started"))


def test_a_report_that_was_taken_back_is_none_any_more() -> None:
    past = [reported("implemented"), TAKEN_BACK]
    with pytest.raises(RuleBroken, match="has no report r1"):
        decide(past, correct("not_started"))
    with pytest.raises(RuleBroken, match="a report r1 already"):
        decide(past, report("not_started", report_id="r1"))


def test_a_report_is_taken_back_with_a_reason_while_the_followup_is_open() -> None:
    with pytest.raises(RuleBroken, match="reason why the report is taken back"):
        decide([reported("implemented")], c.WithdrawReport(report_id="r1", reason=""))
    with pytest.raises(RuleBroken, match="keeps its reports until a meeting reopens it"):
        decide([reported("implemented"), CLOSED], WITHDRAW)
    with pytest.raises(RuleBroken, match="has no report r7"):
        decide([], c.WithdrawReport(report_id="r7", reason="So."))


BEGUN_ENDED_AND_NOT_STARTED = [
    reported("under_implementation", BY_2020, "r1"),
    reported("overtaken_by_events", BY_2022, "r2"),
    reported("not_started", BY_2024, "r3"),
]


@pytest.mark.parametrize(
    "command",
    [
        c.WithdrawReport(report_id="r2", reason="So."),
        correct("overtaken_by_events", date(2025, 1, 1), "r2"),
        correct("under_implementation", BY_2022, "r2"),
    ],
)
def test_what_is_left_must_follow_one_from_another_too(command: c.FollowupCommand) -> None:
    with pytest.raises(RuleBroken, match="as of 2024-06-01 cannot follow “under implementation”"):
        decide(BEGUN_ENDED_AND_NOT_STARTED, command)


def test_a_dispute_is_taken_back_and_the_report_stands_as_reported() -> None:
    past = [reported("implemented"), e.ReportValidated(report_id="r1"), DISPUTED]
    command = c.WithdrawDispute(report_id="r1", reason="The portal is there.")
    taken_back = e.DisputeWithdrawn(report_id="r1", reason="The portal is there.")
    assert decide(past, command) == [taken_back]
    assert decide([*past, taken_back], c.ValidateReport(report_id="r1"))
    with pytest.raises(RuleBroken, match="is not disputed"):
        decide([*past, taken_back], command)
    with pytest.raises(RuleBroken, match="reason why the dispute is taken back"):
        decide(past, c.WithdrawDispute(report_id="r1", reason=""))


def test_a_decision_recorded_by_mistake_is_taken_back() -> None:
    command = c.WithdrawDecision(meeting="CMM9", reason="It was about CMM8-R04.")
    taken_back = e.DecisionWithdrawn(meeting="CMM9", reason="It was about CMM8-R04.")
    assert decide([CLOSED], command) == [taken_back]
    with pytest.raises(RuleBroken, match="CMM10 decided last"):
        decide([CLOSED, REOPENED], command)
    assert decide([CLOSED, taken_back], report("not_started"))
    with pytest.raises(RuleBroken, match="CMM9 closed this follow-up"):
        decide([CLOSED, REOPENED, taken_back], report("not_started"))
    with pytest.raises(RuleBroken, match="no decision to take back"):
        decide([CLOSED, taken_back], command)
    with pytest.raises(RuleBroken, match="reason why the decision is taken back"):
        decide([CLOSED], c.WithdrawDecision(meeting="CMM9", reason=""))
