"""The rules of a person's account and roles. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.people import commands as c
from tracker.people import events as e

_EVERYWHERE = re.compile(r"\*")
_BODY = re.compile(r"\*|(?=.{2,40}$)[A-Z0-9]+(-[A-Z0-9]+)*")
_PARTNER = re.compile(r"[A-Z0-9]{2,12}")

APPROVALS = 2
"""So many people must stand in for whoever lost a second factor."""
SCOPES: dict[str, tuple[re.Pattern[str], str]] = {
    "secretariat": (_BODY, "a body's code such as ASEM-CMM, or * for all"),
    "validating_authority": (_PARTNER, "a partner's code such as IDN"),
    "reader": (_EVERYWHERE, "*"),
    "auditor": (_EVERYWHERE, "*"),
    "admin": (_EVERYWHERE, "*"),
    "service": (_EVERYWHERE, "*"),
}
"""What the scope of each role looks like. Focal points are missing: they are appointed, for a time."""


@dataclass(frozen=True)
class State:
    """A person as their events tell it; roles as (role, scope), `linked`: issuers. `request`: the version at which a
    recovery was asked for that is under way, else 0; `approved_by`: who stood in for the person."""

    registered: bool = False
    roles: frozenset[tuple[str, str]] = frozenset()
    disabled: bool = False
    request: int = 0
    approved_by: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()


def decide(command: c.PersonCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    if isinstance(command, c.RegisterPerson):
        return [] if state.registered else [e.PersonRegistered()]
    if not state.registered:
        raise RuleBroken("There is no such person; invite them first.")
    if isinstance(command, c.FactorCommand):
        return _factors(command, state)
    match command:
        case c.GrantRole(role=role, scope=scope):
            _check_scope(role, scope)
            return [] if (role, scope) in state.roles else [e.RoleGranted(role=role, scope=scope)]
        case c.WithdrawRole(role=role, scope=scope, reason=reason):
            if (role, scope) not in state.roles:
                raise RuleBroken(
                    f"This person does not have the role {role} for {scope}, so it cannot be withdrawn."
                )
            return [e.RoleWithdrawn(role=role, scope=scope, reason=reason)]
        case c.DisablePerson(reason=reason):
            return [] if state.disabled else [e.PersonDisabled(reason=reason)]
        case c.EnablePerson(reason=reason):
            return [e.PersonEnabled(reason=reason)] if state.disabled else []
        case c.RenamePerson():
            return [e.PersonRenamed()]
        case c.ChangeAddress(by=by, reason=reason):
            return [e.AddressChanged(by=by, reason=reason)]
        case c.LinkPerson(issuer=issuer):
            if issuer in state.linked:
                raise RuleBroken(
                    "This account is linked to somebody at the same provider already; unlink it first."
                )
            return [e.PersonLinked(issuer=issuer)]
        case c.UnlinkPerson(issuer=issuer, reason=reason):
            if issuer not in state.linked:
                raise RuleBroken("This account is linked to nobody at that provider.")
            return [e.PersonUnlinked(issuer=issuer, reason=reason)]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.PersonRegistered():
            return replace(state, registered=True)
        case e.RoleGranted(role=role, scope=scope):
            return replace(state, roles=state.roles | {(role, scope)})
        case e.RoleWithdrawn(role=role, scope=scope):
            return replace(state, roles=state.roles - {(role, scope)})
        case e.PersonDisabled():
            return replace(state, disabled=True)
        case e.PersonEnabled():
            return replace(state, disabled=False)
        case e.RecoveryRequested():
            return replace(state, request=recorded.stream_version, approved_by=frozenset())
        case e.RecoveryApproved():
            return replace(state, approved_by=state.approved_by | {recorded.actor_id})
        case e.RecoveryWithdrawn() | e.RecoveryDone():
            return replace(state, request=0, approved_by=frozenset())
        case e.PersonLinked(issuer=issuer):
            return replace(state, linked=state.linked | {issuer})
        case e.PersonUnlinked(issuer=issuer):
            return replace(state, linked=state.linked - {issuer})
    return state


PERSON: Decider[State, c.PersonCommand] = Decider("person", State(), decide, evolve)


def _factors(command: c.FactorCommand, state: State) -> Sequence[Event]:
    match command:
        case c.EnrolFactor(kind=kind):
            return [e.FactorEnrolled(kind=kind)]
        case c.RemoveFactor(kind=kind):
            return [e.FactorRemoved(kind=kind)]
        case c.RequestRecovery():
            return [e.RecoveryRequested()]
        case c.ApproveRecovery():
            return _approve(command, state)
        case c.WithdrawRecovery(request=request):
            return [e.RecoveryWithdrawn(request=request)] if request == state.request else []
        case c.ResetFactors(reason=reason):
            if not reason:
                raise RuleBroken("Please give the reason why the second factors are reset.", field="reason")
            return [e.RecoveryDone(by="operator", reason=reason)]


def _approve(command: c.ApproveRecovery, state: State) -> Sequence[Event]:
    if command.request != state.request:
        raise RuleBroken("This recovery is over, or another was asked for since; please look again.")
    if command.by in state.approved_by:
        raise RuleBroken("You have approved this already; now somebody else must.")
    approved: list[Event] = [e.RecoveryApproved(request=command.request)]
    enough = len(state.approved_by) + 1 >= APPROVALS
    return [*approved, e.RecoveryDone(by="people")] if enough else approved


def _check_scope(role: str, scope: str) -> None:
    if role not in SCOPES:
        raise RuleBroken(
            "Focal points are appointed for a body and a partner, not given a role; appoint the person."
        )
    shape, says = SCOPES[role]
    if not shape.fullmatch(scope):
        raise RuleBroken(f"The role {role} is given for {says}, not for “{scope}”.", field="scope")
