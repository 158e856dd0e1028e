"""The rules of a meeting, from its announcement on."""

from datetime import date
from typing import Any

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.meetings.commands import (
    CancelMeeting,
    CorrectMeeting,
    HoldMeeting,
    MeetingCommand,
    MoveMeeting,
    RecordFact,
    RecordWorkshop,
    ReleaseMeeting,
    ReviseMeeting,
    ScheduleMeeting,
    SetCutoff,
)
from tracker.meetings.decider import MEETING
from tracker.meetings.events import (
    CutoffSet,
    FactRecorded,
    MeetingCancelled,
    MeetingCorrected,
    MeetingEmbargoed,
    MeetingHeld,
    MeetingMoved,
    MeetingReleased,
    MeetingRevised,
    MeetingScheduled,
    WorkshopRecorded,
)

START, END = date(2018, 3, 1), date(2018, 3, 2)
GIVEN: dict[str, Any] = {"body": "ASEM-CMM", "number": 8, "place": "Sofia, Bulgaria", "country": "BGR"}
SCHEDULED = MeetingScheduled(code="CMM8", starts_on=START, ends_on=END, **GIVEN)
UNDATED = MeetingScheduled(code="CMM8", **GIVEN)
HELD = MeetingHeld(starts_on=START, ends_on=END)
CANCELLED = MeetingCancelled(reason="The host withdrew.")
HOLD = HoldMeeting(starts_on=START, ends_on=END, embargoed=False)
MOVE = MoveMeeting(starts_on=date(2018, 6, 1), ends_on=date(2018, 6, 2), reason="The host asked for it.")
CANCEL = CancelMeeting(reason="The host withdrew.")
WORKSHOP = RecordWorkshop(code="CMM8-W01", text="Creative industries", lines=["24-28"])
FACT = RecordFact(code="CMM8-N01", text="51 partners took part", sources=["Report, line 3"])


def decide(command: MeetingCommand, *past: Event) -> list[Event]:
    return decided(MEETING, past, command)


def schedule(**changed: Any) -> ScheduleMeeting:
    return ScheduleMeeting(**({"code": "CMM8", "starts_on": START, "ends_on": END} | GIVEN | changed))


def test_a_meeting_is_scheduled_with_days_or_without() -> None:
    assert decide(schedule()) == [SCHEDULED]
    assert decide(schedule(starts_on=None, ends_on=None)) == [UNDATED]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "cmm8"}, "is no code of a meeting"),
        ({"code": "CMM-8"}, "is no code of a meeting"),
        ({"code": "CMM8:1"}, "is no code of a meeting"),
        ({"code": ""}, "is no code of a meeting"),
        ({"number": 0}, "counts from 1, so it cannot be 0"),
        ({"number": -8}, "counts from 1"),
        ({"prepares": "CMM8"}, "CMM8 cannot prepare itself"),
        ({"country": "Bulgaria"}, "is no country code"),
        ({"ends_on": date(2018, 2, 28)}, "cannot end on 2018-02-28, before it starts on 2018-03-01"),
        ({"ends_on": None}, "both the first and the last day, or neither"),
        ({"starts_on": None}, "both the first and the last day, or neither"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        decide(schedule(**changed))


def test_scheduling_the_same_again_changes_nothing() -> None:
    assert decide(schedule(), SCHEDULED) == []
    assert decide(schedule(), SCHEDULED, HELD) == []
    moved = MeetingMoved(starts_on=MOVE.starts_on, ends_on=MOVE.ends_on)
    assert decide(schedule(), SCHEDULED, moved) == []
    assert decide(schedule(starts_on=MOVE.starts_on, ends_on=MOVE.ends_on), SCHEDULED, moved) == []


def test_scheduling_something_else_under_the_code_is_refused() -> None:
    with pytest.raises(RuleBroken, match="CMM8 is scheduled already; revise it, or move it"):
        decide(schedule(place="Plovdiv, Bulgaria"), SCHEDULED)


@pytest.mark.parametrize("past", [[SCHEDULED], [SCHEDULED, HELD], [SCHEDULED, CANCELLED]])
def test_a_meeting_is_revised_whenever(past: list[Event]) -> None:
    assert decide(ReviseMeeting(place="Sofia", country="BGR"), *past) == [
        MeetingRevised(place="Sofia", country="BGR")
    ]


def test_a_revision_that_changes_nothing_is_none() -> None:
    assert decide(ReviseMeeting(place="Sofia, Bulgaria", country="BGR", reason="None"), SCHEDULED) == []


def test_a_revision_gives_a_country_by_its_code() -> None:
    with pytest.raises(RuleBroken, match="is no country code"):
        decide(ReviseMeeting(country="bg"), SCHEDULED)


@pytest.mark.parametrize("scheduled", [SCHEDULED, UNDATED])
def test_a_planned_meeting_is_moved(scheduled: MeetingScheduled) -> None:
    moved = MeetingMoved(starts_on=MOVE.starts_on, ends_on=MOVE.ends_on, reason="The host asked for it.")
    assert decide(MOVE, scheduled) == [moved]
    assert decide(MOVE, scheduled, moved) == []


def test_a_meeting_moves_to_another_place_on_the_same_days() -> None:
    command = MoveMeeting(starts_on=START, ends_on=END, place="Plovdiv, Bulgaria")
    assert len(decide(command, SCHEDULED)) == 1


def test_moving_to_the_days_it_has_changes_nothing() -> None:
    assert decide(MoveMeeting(starts_on=START, ends_on=END), SCHEDULED) == []


@pytest.mark.parametrize(("past", "word"), [(HELD, "held"), (CANCELLED, "cancelled")])
def test_only_a_planned_meeting_is_moved(past: Event, word: str) -> None:
    with pytest.raises(RuleBroken, match=f"CMM8 was {word}, so it cannot be moved"):
        decide(MOVE, SCHEDULED, past)


@pytest.mark.parametrize(
    "command", [MoveMeeting(starts_on=END, ends_on=START), HoldMeeting(starts_on=END, ends_on=START)]
)
def test_no_meeting_ends_before_it_starts(command: MeetingCommand) -> None:
    with pytest.raises(RuleBroken, match="before it starts"):
        decide(command, SCHEDULED)


def test_what_a_meeting_adopted_is_under_embargo_until_it_is_released() -> None:
    hold = HoldMeeting(starts_on=START, ends_on=END)
    assert decide(hold, SCHEDULED) == [HELD, MeetingEmbargoed()]
    assert decide(hold, SCHEDULED, HELD, MeetingEmbargoed()) == []
    assert decide(ReleaseMeeting(), SCHEDULED, HELD, MeetingEmbargoed()) == [MeetingReleased()]
    assert decide(ReleaseMeeting(), SCHEDULED, HELD, MeetingEmbargoed(), MeetingReleased()) == []


def test_what_was_public_already_needs_no_release() -> None:
    assert decide(ReleaseMeeting(), SCHEDULED, HELD) == []


def test_a_meeting_that_was_not_held_has_nothing_to_release() -> None:
    with pytest.raises(RuleBroken, match="not recorded as held"):
        decide(ReleaseMeeting(), SCHEDULED)


def test_a_planned_meeting_is_held_once() -> None:
    assert decide(HOLD, SCHEDULED) == decide(HOLD, UNDATED) == [HELD]
    assert decide(HOLD, SCHEDULED, HELD) == []
    with pytest.raises(RuleBroken, match="held from 2018-03-01 to 2018-03-02 already"):
        decide(HoldMeeting(starts_on=START, ends_on=date(2018, 3, 3)), SCHEDULED, HELD)


def test_a_cancelled_meeting_is_not_held() -> None:
    with pytest.raises(RuleBroken, match="was cancelled, so it cannot have been held"):
        decide(HOLD, SCHEDULED, CANCELLED)


def test_a_planned_meeting_is_cancelled_with_a_reason() -> None:
    assert decide(CANCEL, SCHEDULED) == [CANCELLED]
    assert decide(CANCEL, SCHEDULED, CANCELLED) == []
    with pytest.raises(RuleBroken, match="give the reason"):
        decide(CancelMeeting(reason=""), SCHEDULED)


def test_what_was_held_is_not_cancelled() -> None:
    with pytest.raises(RuleBroken, match="CMM8 was held, so it cannot be cancelled"):
        decide(CANCEL, SCHEDULED, HELD)


@pytest.mark.parametrize("past", [[SCHEDULED], [SCHEDULED, HELD], [SCHEDULED, CANCELLED]])
def test_workshops_and_facts_are_recorded_whenever(past: list[Event]) -> None:
    workshop = WorkshopRecorded(code="CMM8-W01", text="Creative industries", lines=["24-28"])
    fact = FactRecorded(code="CMM8-N01", text="51 partners took part", sources=["Report, line 3"])
    assert decide(WORKSHOP, *past) == [workshop]
    assert decide(FACT, *past) == [fact]
    assert decide(WORKSHOP, *past, workshop) == decide(FACT, *past, fact) == []


def test_recording_a_code_again_revises_it() -> None:
    workshop = WorkshopRecorded(code="CMM8-W01", text="Creative cities")
    assert len(decide(WORKSHOP, SCHEDULED, workshop)) == 1


def test_a_code_stands_for_one_thing() -> None:
    with pytest.raises(RuleBroken, match="CMM8-N01 stands for something else"):
        decide(RecordWorkshop(code="CMM8-N01", text="X"), SCHEDULED, FactRecorded(code="CMM8-N01", text="X"))


@pytest.mark.parametrize("code", ["CMM7-W01", "CMM8W01", "CMM8-", "CMM8-W", "W01", "CMM8-W01:1"])
def test_a_part_has_a_code_of_its_meeting(code: str) -> None:
    with pytest.raises(RuleBroken, match="is no code within CMM8; it looks like CMM8-W01"):
        decide(RecordWorkshop(code=code, text="X"), SCHEDULED)
    with pytest.raises(RuleBroken, match="is no code within CMM8; it looks like CMM8-N01"):
        decide(RecordFact(code=code, text="X"), SCHEDULED)


def test_a_part_has_a_text() -> None:
    with pytest.raises(RuleBroken, match="give the text"):
        decide(RecordWorkshop(code="CMM8-W01", text=""), SCHEDULED)


@pytest.mark.parametrize("command", [ReviseMeeting(), MOVE, HOLD, CANCEL, WORKSHOP, FACT])
def test_nothing_happens_to_a_meeting_that_is_not_scheduled(command: MeetingCommand) -> None:
    with pytest.raises(RuleBroken, match="schedule it first"):
        decide(command)


def correct(**changed: Any) -> CorrectMeeting:
    given = {"number": 8, "starts_on": START, "ends_on": END, "reason": "A slip."} | changed
    return CorrectMeeting(**given)


def test_the_days_of_a_meeting_that_was_held_are_corrected() -> None:
    days = {"starts_on": date(2018, 3, 2), "ends_on": date(2018, 3, 3)}
    expected = MeetingCorrected(number=8, reason="A slip.", **days)
    assert decide(correct(**days), SCHEDULED, HELD) == [expected]
    assert decide(correct(**days), SCHEDULED, HELD, expected) == []
    assert decide(HoldMeeting(**days), SCHEDULED, HELD, expected) == []


def test_which_meeting_it_is_is_corrected_whatever_became_of_it() -> None:
    for past in ((SCHEDULED,), (SCHEDULED, HELD), (SCHEDULED, CANCELLED)):
        (corrected,) = decide(correct(number=9, kind="consultative"), *past)
        assert isinstance(corrected, MeetingCorrected)
        assert (corrected.number, corrected.kind) == (9, "consultative")


@pytest.mark.parametrize(
    ("command", "past", "sentence"),
    [
        (
            correct(starts_on=date(2018, 2, 1)),
            [SCHEDULED],
            "CMM8 is planned: only the days of a meeting that was",
        ),
        (correct(starts_on=date(2018, 2, 1)), [SCHEDULED, CANCELLED], "CMM8 is cancelled: only the days"),
        (
            correct(starts_on=None, ends_on=None),
            [SCHEDULED, HELD],
            "was held; please give its first and last",
        ),
        (correct(starts_on=None), [SCHEDULED, HELD], "both the first and the last day"),
        (correct(ends_on=date(2018, 2, 1)), [SCHEDULED, HELD], "cannot end on 2018-02-01"),
        (correct(number=0), [SCHEDULED], "counts from 1"),
        (correct(prepares="CMM8"), [SCHEDULED], "cannot prepare itself"),
        (correct(number=9, reason=""), [SCHEDULED], "reason why CMM8 is corrected"),
        (correct(), [], "schedule it first"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    command: CorrectMeeting, past: list[Event], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        decide(command, *past)


CUT_OFF = CutoffSet(reports_by=date(2018, 2, 1))


def test_a_planned_meeting_waits_for_reports_until_a_day_that_moves_for_a_reason() -> None:
    assert decide(SetCutoff(reports_by=date(2018, 2, 1)), SCHEDULED) == [CUT_OFF]
    assert decide(SetCutoff(reports_by=date(2018, 2, 1)), SCHEDULED, CUT_OFF) == []
    with pytest.raises(RuleBroken, match="reason why the day moves from 2018-02-01"):
        decide(SetCutoff(reports_by=date(2018, 2, 9)), SCHEDULED, CUT_OFF)
    moved = SetCutoff(reports_by=None, reason="The host asked for none.")
    assert decide(moved, SCHEDULED, CUT_OFF) == [
        CutoffSet(reports_by=None, reason="The host asked for none.")
    ]


def test_reports_are_in_before_the_meeting_starts() -> None:
    assert decide(SetCutoff(reports_by=START), SCHEDULED) == [CutoffSet(reports_by=START)]
    with pytest.raises(RuleBroken, match="starts on 2018-03-01; reports must be in by then"):
        decide(SetCutoff(reports_by=END), SCHEDULED)


@pytest.mark.parametrize(("past", "word"), [(HELD, "held"), (CANCELLED, "cancelled")])
def test_a_meeting_that_is_over_waits_for_no_reports(past: Event, word: str) -> None:
    with pytest.raises(RuleBroken, match=f"was {word}; only a planned meeting waits"):
        decide(SetCutoff(reports_by=date(2018, 2, 1)), SCHEDULED, past)
