"""The rules of accounts and roles."""

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.people.commands import GrantRole, PersonCommand, RegisterPerson, WithdrawRole
from tracker.people.decider import PERSON
from tracker.people.events import PersonRegistered, RoleGranted, RoleWithdrawn

REGISTERED = PersonRegistered()
AUDITOR = RoleGranted(role="auditor", scope="*")


def decide(command: PersonCommand, *past: Event) -> list[Event]:
    return decided(PERSON, past, command)


def grant(role: str, scope: str) -> GrantRole:
    return GrantRole(role=role, scope=scope)  # type: ignore[arg-type]


def test_an_account_is_opened_once() -> None:
    assert decide(RegisterPerson()) == [REGISTERED]
    assert decide(RegisterPerson(), REGISTERED) == []


def test_a_stranger_has_no_roles() -> None:
    for command in (grant("auditor", "*"), WithdrawRole(role="auditor", scope="*")):
        with pytest.raises(RuleBroken, match="invite them first"):
            decide(command)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("secretariat", "ASEM-CMM"),
        ("secretariat", "*"),
        ("validating_authority", "IDN"),
        ("auditor", "*"),
        ("admin", "*"),
        ("reader", "*"),
        ("service", "*"),
    ],
)
def test_a_role_is_given_within_its_scope(role: str, scope: str) -> None:
    assert decide(grant(role, scope), REGISTERED) == [RoleGranted(role=role, scope=scope)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("secretariat", "asem"),
        ("secretariat", ""),
        ("validating_authority", "*"),
        ("validating_authority", "ASEM-CMM:IDN"),
        ("auditor", "ASEM-CMM"),
        ("admin", "IDN"),
        ("reader", ""),
        ("service", "ASEM-CMM"),
    ],
)
def test_a_scope_that_the_role_does_not_have_is_refused(role: str, scope: str) -> None:
    with pytest.raises(RuleBroken, match=f"The role {role} is given for"):
        decide(grant(role, scope), REGISTERED)


def test_focal_points_are_appointed_instead() -> None:
    with pytest.raises(RuleBroken, match="appointed for a body and a partner"):
        decide(grant("focal_point", "IDN"), REGISTERED)


def test_giving_a_role_twice_changes_nothing() -> None:
    assert decide(grant("auditor", "*"), REGISTERED, AUDITOR) == []


def test_a_role_is_withdrawn() -> None:
    command = WithdrawRole(role="auditor", scope="*", reason="Mandate ended")
    assert decide(command, REGISTERED, AUDITOR) == [
        RoleWithdrawn(role="auditor", scope="*", reason="Mandate ended")
    ]


def test_what_is_not_held_cannot_be_withdrawn() -> None:
    withdrawn = RoleWithdrawn(role="auditor", scope="*")
    with pytest.raises(RuleBroken, match="does not have the role auditor"):
        decide(WithdrawRole(role="auditor", scope="*"), REGISTERED, AUDITOR, withdrawn)


def test_a_role_may_be_given_again() -> None:
    withdrawn = RoleWithdrawn(role="auditor", scope="*")
    assert decide(grant("auditor", "*"), REGISTERED, AUDITOR, withdrawn) == [AUDITOR]
