"""The rules of a partner and its memberships."""

from datetime import date
from typing import Any

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.people.commands import (
    CorrectMembership,
    JoinBody,
    LeaveBody,
    PartnerCommand,
    RegisterPartner,
    RenamePartner,
)
from tracker.people.decider import PARTNER
from tracker.people.events import (
    MembershipCorrected,
    PartnerJoined,
    PartnerLeft,
    PartnerRegistered,
    PartnerRenamed,
)

REGISTERED = PartnerRegistered(code="IDN", name="Indonesia", kind="country")
JOINED = PartnerJoined(body="ASEM-CMM", grouping="Asia", since=date(1996, 3, 1))
LEFT = PartnerLeft(body="ASEM-CMM", since=date(1996, 3, 1), until=date(2020, 1, 1))


def decide(command: PartnerCommand, *past: Event) -> list[Event]:
    return decided(PARTNER, past, command)


def register(code: str = "IDN", name: str = "Indonesia", kind: str = "country") -> RegisterPartner:
    return RegisterPartner(code=code, name=name, kind=kind)  # type: ignore[arg-type]


def join(since: date, grouping: str = "Asia", body: str = "ASEM-CMM") -> JoinBody:
    return JoinBody(body=body, grouping=grouping, since=since)


def test_a_partner_is_registered() -> None:
    assert decide(register()) == [REGISTERED]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ID", "country"),
        ("IDNA", "country"),
        ("idn", "country"),
        ("I1N", "country"),
        ("E", "organisation"),
        ("EUROPEANUNION", "organisation"),
        ("E:U", "organisation"),
        ("ID\n", "organisation"),
        ("", "country"),
    ],
)
def test_a_code_that_is_none_is_refused(code: str, kind: str) -> None:
    with pytest.raises(RuleBroken, match="is no code for a"):
        decide(register(code, kind=kind))


@pytest.mark.parametrize("code", ["EU", "ASEAN", "UN2030"])
def test_an_organisation_has_two_to_twelve_letters_and_digits(code: str) -> None:
    assert decide(register(code, kind="organisation"))


def test_a_partner_needs_a_name() -> None:
    with pytest.raises(RuleBroken, match="give the partner's name"):
        decide(register(name=""))


def test_registering_the_same_again_changes_nothing() -> None:
    assert decide(register(), REGISTERED) == []


def test_registering_another_name_is_refused() -> None:
    with pytest.raises(RuleBroken, match="registered already, as Indonesia; to change its name, rename it"):
        decide(register(name="Republic of Indonesia"), REGISTERED)


def test_a_partner_is_renamed() -> None:
    command = RenamePartner(name="Republic of Indonesia", reason="Official form")
    assert decide(command, REGISTERED) == [
        PartnerRenamed(name="Republic of Indonesia", reason="Official form")
    ]


def test_the_name_it_has_changes_nothing() -> None:
    assert decide(RenamePartner(name="Indonesia"), REGISTERED) == []


def test_no_name_is_no_new_name() -> None:
    with pytest.raises(RuleBroken, match="give the partner's name"):
        decide(RenamePartner(name=""), REGISTERED)


def test_nothing_happens_to_a_partner_that_is_not_registered() -> None:
    for command in (
        RenamePartner(name="X"),
        join(date(2000, 1, 1)),
        LeaveBody(body="ASEM-CMM", until=date(2020, 1, 1)),
    ):
        with pytest.raises(RuleBroken, match="register it first"):
            decide(command)


def test_a_partner_joins_a_body() -> None:
    assert decide(join(date(1996, 3, 1)), REGISTERED) == [JOINED]


def test_a_partner_joins_a_grouping() -> None:
    with pytest.raises(RuleBroken, match="which of the body's groupings"):
        decide(join(date(1996, 3, 1), grouping=""), REGISTERED)


@pytest.mark.parametrize("body", ["asem", "ASEM:CMM", "A", "", "ASEM-", "X" * 41])
def test_a_body_that_cannot_be_is_refused(body: str) -> None:
    with pytest.raises(RuleBroken, match="no code of a body"):
        decide(join(date(1996, 3, 1), body=body), REGISTERED)


def test_joining_the_same_again_changes_nothing() -> None:
    assert decide(join(date(1996, 3, 1)), REGISTERED, JOINED) == []
    assert decide(join(date(1996, 3, 1)), REGISTERED, JOINED, LEFT) == []


@pytest.mark.parametrize("command", [join(date(1997, 1, 1)), join(date(1996, 3, 1), "Europe")])
def test_joining_while_a_membership_is_open_is_refused(command: JoinBody) -> None:
    with pytest.raises(RuleBroken, match="end that membership first"):
        decide(command, REGISTERED, JOINED)


def test_other_bodies_may_be_joined() -> None:
    assert len(decide(join(date(2007, 1, 1), body="UNESCO-2005"), REGISTERED, JOINED)) == 1


def test_a_partner_leaves() -> None:
    assert decide(LeaveBody(body="ASEM-CMM", until=date(2020, 1, 1)), REGISTERED, JOINED) == [LEFT]


def test_a_body_that_was_never_joined_cannot_be_left() -> None:
    with pytest.raises(RuleBroken, match="IDN never joined UNESCO-2005"):
        decide(LeaveBody(body="UNESCO-2005", until=date(2020, 1, 1)), REGISTERED, JOINED)


@pytest.mark.parametrize("until", [date(1996, 3, 1), date(1990, 1, 1)])
def test_leaving_before_joining_is_refused(until: date) -> None:
    with pytest.raises(RuleBroken, match="it can leave on a later day"):
        decide(LeaveBody(body="ASEM-CMM", until=until), REGISTERED, JOINED)


def test_leaving_on_the_same_day_again_changes_nothing() -> None:
    assert decide(LeaveBody(body="ASEM-CMM", until=date(2020, 1, 1)), REGISTERED, JOINED, LEFT) == []


def test_leaving_twice_is_refused() -> None:
    with pytest.raises(RuleBroken, match="left ASEM-CMM on 2020-01-01 already"):
        decide(LeaveBody(body="ASEM-CMM", until=date(2021, 1, 1)), REGISTERED, JOINED, LEFT)


def test_a_partner_may_come_back_from_the_day_it_left() -> None:
    assert len(decide(join(date(2020, 1, 1), "Europe"), REGISTERED, JOINED, LEFT)) == 1
    with pytest.raises(RuleBroken, match="it can join again from then on"):
        decide(join(date(2019, 12, 31)), REGISTERED, JOINED, LEFT)


def correct(joined: date, until: date | None = None, **changed: Any) -> CorrectMembership:
    given = {"body": "ASEM-CMM", "since": JOINED.since, "grouping": "Asia", "reason": "A slip."} | changed
    return CorrectMembership(joined=joined, until=until, **given)


def test_a_membership_is_corrected() -> None:
    command = correct(date(1996, 1, 1), grouping="Europe")
    (corrected,) = decide(command, REGISTERED, JOINED)
    assert corrected == MembershipCorrected(
        body="ASEM-CMM", since=JOINED.since, grouping="Europe", joined=date(1996, 1, 1), reason="A slip."
    )
    assert decide(join(date(1996, 1, 1), "Europe"), REGISTERED, JOINED, corrected) == []
    assert decide(correct(JOINED.since), REGISTERED, JOINED) == []
    assert len(decide(correct(JOINED.since), REGISTERED, JOINED, LEFT)) == 1


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (correct(date(1996, 1, 1), since=date(1997, 1, 1)), "no membership of ASEM-CMM since 1997-01-01"),
        (correct(date(1996, 1, 1), date(1996, 1, 1)), "cannot leave ASEM-CMM on 1996-01-01"),
        (correct(date(1996, 1, 1), date(2022, 1, 1)), "from 2021-01-01 until now as well"),
        (correct(date(1996, 1, 1)), "may not overlap"),
        (correct(date(1996, 1, 1), date(2020, 1, 1), grouping=""), "which of the body's groupings"),
        (correct(date(1996, 1, 1), date(2020, 1, 1), reason=""), "reason why the membership is corrected"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(command: CorrectMembership, sentence: str) -> None:
    back = PartnerJoined(body="ASEM-CMM", grouping="Asia", since=date(2021, 1, 1))
    with pytest.raises(RuleBroken, match=sentence):
        decide(command, REGISTERED, JOINED, LEFT, back)
