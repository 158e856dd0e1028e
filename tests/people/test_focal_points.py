"""The rules of appointing, handing over and retiring focal points."""

from datetime import date
from typing import Any

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.people.commands import AppointFocalPoint, FocalPointCommand, HandOver, RetireFocalPoint
from tracker.people.decider import FOCAL_POINTS
from tracker.people.events import FocalPointAppointed, FocalPointHandedOver, FocalPointRetired

SINCE, LATER, LAST = date(2018, 3, 2), date(2020, 1, 1), date(2022, 1, 1)
MAIN = FocalPointAppointed(person_id="a", standing="main", since=SINCE)
ALTERNATE = FocalPointAppointed(person_id="b", standing="alternate", since=SINCE)
A_RETIRED = FocalPointRetired(person_id="a", since=SINCE, on=LATER)


def decide(command: FocalPointCommand, *past: Event) -> list[Event]:
    return decided(FOCAL_POINTS, past, command)


def appoint(
    person_id: str, standing: Any = "main", since: date = SINCE, until: date | None = None
) -> AppointFocalPoint:
    return AppointFocalPoint(person_id=person_id, standing=standing, since=since, until=until)


def hand_over(giver: str, taker: str, on: date = LATER) -> HandOver:
    return HandOver(from_person_id=giver, to_person_id=taker, on=on)


def retire(person_id: str, on: date = LATER) -> RetireFocalPoint:
    return RetireFocalPoint(person_id=person_id, on=on)


def handed(giver: str, taker: str, standing: Any = "main", since: date = SINCE) -> FocalPointHandedOver:
    return FocalPointHandedOver(
        from_person_id=giver, to_person_id=taker, standing=standing, since=since, on=LATER
    )


def test_a_main_focal_point_and_alternates_are_appointed() -> None:
    assert decide(appoint("a")) == [MAIN]
    assert decide(appoint("b", "alternate"), MAIN) == [ALTERNATE]
    assert len(decide(appoint("c", "alternate"), MAIN, ALTERNATE)) == 1


def test_appointing_the_same_again_changes_nothing() -> None:
    assert decide(appoint("a"), MAIN) == []
    assert decide(appoint("a"), MAIN, A_RETIRED) == []


@pytest.mark.parametrize("since", [SINCE, LATER, date(2010, 1, 1)])
def test_there_is_one_main_focal_point_at_a_time(since: date) -> None:
    with pytest.raises(
        RuleBroken, match=r"has a main focal point from 2018-03-02 on: appoint an alternate, hand over"
    ):
        decide(appoint("b", since=since), MAIN)


@pytest.mark.parametrize(
    "command",
    [appoint("b", "alternate", LATER), appoint("b", "main", SINCE), appoint("b", "main", LATER, LAST)],
)
def test_nobody_is_appointed_twice_at_a_time(command: AppointFocalPoint) -> None:
    with pytest.raises(RuleBroken, match=r"is alternate focal point from 2018-03-02 on already.*retire them"):
        decide(command, ALTERNATE)


def test_an_alternate_who_becomes_main_is_no_longer_an_alternate() -> None:
    stepped_up = FocalPointRetired(person_id="b", since=SINCE, on=LATER, reason="Becomes main focal point.")
    main = FocalPointAppointed(person_id="b", standing="main", since=LATER)
    assert decide(appoint("b", "main", LATER), MAIN, A_RETIRED, ALTERNATE) == [stepped_up, main]


def test_an_earlier_focal_point_is_added_afterwards_with_the_end() -> None:
    before = FocalPointAppointed(person_id="c", standing="main", since=date(2016, 1, 1), until=SINCE)
    command = appoint("c", since=date(2016, 1, 1), until=SINCE)
    assert decide(command, MAIN) == [before]
    assert decide(command, MAIN, before) == []
    with pytest.raises(RuleBroken, match="has a main focal point from 2018-03-02 on"):
        decide(appoint("c", since=date(2016, 1, 1), until=LATER), MAIN)
    with pytest.raises(RuleBroken, match="cannot end on 2018-03-02; choose a later day"):
        decide(appoint("c", until=SINCE))


def test_an_end_may_be_put_earlier_with_a_reason() -> None:
    earlier = RetireFocalPoint(person_id="a", on=date(2019, 1, 1), reason="Left earlier.")
    assert decide(earlier, MAIN, A_RETIRED) == [
        FocalPointRetired(person_id="a", since=SINCE, on=date(2019, 1, 1), reason="Left earlier.")
    ]
    with pytest.raises(RuleBroken, match="until 2020-01-01; to put an earlier end, please give the reason"):
        decide(retire("a", date(2019, 1, 1)), MAIN, A_RETIRED)


def test_a_successor_may_be_appointed_from_the_day_the_last_one_retires() -> None:
    assert len(decide(appoint("b", since=LATER), MAIN, A_RETIRED)) == 1
    with pytest.raises(RuleBroken, match="from 2018-03-02 until 2020-01-01"):
        decide(appoint("b", since=date(2019, 12, 31)), MAIN, A_RETIRED)


def test_the_same_person_may_come_back() -> None:
    assert len(decide(appoint("a", since=LATER), MAIN, A_RETIRED)) == 1


def test_an_appointment_is_handed_over_with_its_standing() -> None:
    assert decide(hand_over("a", "c"), MAIN) == [handed("a", "c")]
    assert decide(hand_over("b", "c"), MAIN, ALTERNATE) == [handed("b", "c", "alternate")]


def test_an_alternate_who_takes_over_as_main_is_alternate_no_longer() -> None:
    stepped_up = FocalPointRetired(
        person_id="b", since=SINCE, on=LATER, reason="Takes over as main focal point."
    )
    assert decide(hand_over("a", "b"), MAIN, ALTERNATE) == [stepped_up, handed("a", "b")]


def test_nobody_hands_over_to_oneself() -> None:
    with pytest.raises(RuleBroken, match="another person"):
        decide(hand_over("a", "a"), MAIN)


@pytest.mark.parametrize("on", [date(2018, 3, 1), date(1990, 1, 1)])
def test_who_hands_over_is_appointed_on_that_day(on: date) -> None:
    with pytest.raises(RuleBroken, match=f"is not a focal point of the partner on {on}"):
        decide(hand_over("a", "c", on), MAIN)


def test_who_has_retired_hands_nothing_over() -> None:
    with pytest.raises(RuleBroken, match="is not a focal point of the partner on 2022-01-01"):
        decide(hand_over("a", "c", LAST), MAIN, A_RETIRED)


def test_an_appointment_whose_end_is_set_is_not_handed_over() -> None:
    with pytest.raises(RuleBroken, match="ends on 2020-01-01 already; appoint the successor"):
        decide(hand_over("a", "c", date(2019, 6, 1)), MAIN, A_RETIRED)


def test_an_alternate_takes_no_second_appointment_as_alternate() -> None:
    other = FocalPointAppointed(person_id="c", standing="alternate", since=SINCE)
    with pytest.raises(RuleBroken, match="to take over is alternate focal point from 2018-03-02 on already"):
        decide(hand_over("b", "c"), ALTERNATE, other)


def test_the_main_focal_point_does_not_take_over_an_alternates_place() -> None:
    with pytest.raises(RuleBroken, match="to take over is main focal point"):
        decide(hand_over("b", "a"), MAIN, ALTERNATE)


def test_an_alternate_of_the_future_takes_over_only_then() -> None:
    future = FocalPointAppointed(person_id="b", standing="alternate", since=LAST)
    with pytest.raises(RuleBroken, match="only from 2022-01-01 on; hand over on that day or later"):
        decide(hand_over("a", "b"), MAIN, future)
    assert len(decide(hand_over("a", "b", LAST), MAIN, future)) == 2


def test_a_focal_point_retires_even_the_last_one() -> None:
    assert decide(retire("a"), MAIN) == [A_RETIRED]


def test_an_appointment_made_in_error_ends_on_its_first_day_and_may_be_made_again() -> None:
    undone = FocalPointRetired(person_id="a", since=SINCE, on=SINCE)
    assert decide(retire("a", SINCE), MAIN) == [undone]
    assert decide(appoint("a", "alternate", date(2018, 1, 1)), MAIN, undone)
    assert decide(appoint("b", since=date(2018, 1, 1)), MAIN, undone)
    assert decide(appoint("a"), MAIN, undone) == [MAIN]


def test_nobody_retires_before_being_appointed() -> None:
    with pytest.raises(RuleBroken, match="retire them on that day or later, not on 2018-03-01"):
        decide(retire("a", date(2018, 3, 1)), MAIN)


def test_who_is_no_focal_point_cannot_retire() -> None:
    with pytest.raises(RuleBroken, match="is not a focal point of the partner"):
        decide(retire("b"), MAIN)


def test_retiring_on_the_same_day_again_changes_nothing() -> None:
    assert decide(retire("a"), MAIN, A_RETIRED) == []


def test_an_end_is_not_put_later() -> None:
    with pytest.raises(RuleBroken, match="from 2018-03-02 until 2020-01-01; appoint them again"):
        decide(retire("a", LAST), MAIN, A_RETIRED)


def test_the_open_appointment_is_the_one_that_ends() -> None:
    undone = FocalPointRetired(person_id="a", since=LAST, on=LAST)
    mistaken = FocalPointAppointed(person_id="a", standing="main", since=LAST)
    assert decide(retire("a"), mistaken, undone, MAIN) == [A_RETIRED]
