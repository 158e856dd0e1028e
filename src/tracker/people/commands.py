"""What may be asked about partners, people and appointments."""

from datetime import date
from typing import Literal

from tracker.eventstore.execute import Command
from tracker.people.events import FactorKind, PartnerKind, Role, Standing


class RegisterPartner(Command):
    """Make a partner known."""

    code: str
    name: str
    kind: PartnerKind
    source: str = ""


class RenamePartner(Command):
    """Call a partner by another name."""

    name: str
    reason: str = ""


class JoinBody(Command):
    """Let a partner belong to a body and grouping."""

    body: str
    grouping: str
    since: date
    note: str = ""


class CorrectMembership(Command):
    """Put right the membership that is recorded `since` a date; `until` None: the partner still belongs."""

    body: str
    since: date
    grouping: str
    joined: date
    reason: str
    until: date | None = None


class LeaveBody(Command):
    """End a partner's membership of a body."""

    body: str
    until: date
    reason: str = ""


class RegisterPerson(Command):
    """Open an account; name and address go to the erasable table by the service."""


class GrantRole(Command):
    """Give a person a role within a scope."""

    role: Role
    scope: str


class WithdrawRole(Command):
    """Take a role back."""

    role: Role
    scope: str
    reason: str = ""


class DisablePerson(Command):
    """Let a person no longer come in."""

    reason: str = ""


class EnablePerson(Command):
    """Let a disabled person come in again."""

    reason: str = ""


class RenamePerson(Command):
    """Call a person by another name; the name goes to the erasable table by the service."""


class ChangeAddress(Command):
    """Send a person's mail to another address; it goes to the erasable table by the service."""

    by: Literal["person", "operator"]
    reason: str = ""


class EnrolFactor(Command):
    """Note that a person set up a second factor."""

    kind: FactorKind


class RemoveFactor(Command):
    """Note that a person gave a second factor up."""

    kind: FactorKind


class RequestRecovery(Command):
    """Ask that a person who lost a second factor may set up another."""


class ApproveRecovery(Command):
    """Stand in for that it is the person who asks; `by` is whoever does, `request` the version of what was asked."""

    request: int
    by: str


class WithdrawRecovery(Command):
    """Stop a recovery."""

    request: int


class ResetFactors(Command):
    """Take away every second factor of a person, as the operator of the server."""

    reason: str


class IssueToken(Command):
    """Let a program come in as a person; what opens it goes to a plain table by the service, as a hash."""

    person_id: str
    scopes: list[str]
    expires_on: date
    strong: bool


class RevokeToken(Command):
    """Let a token work no longer."""

    reason: str = ""


class LinkPerson(Command):
    """Let a person sign in through a provider; the subject goes to the erasable table by the service."""

    issuer: str


class UnlinkPerson(Command):
    """Let the provider open the account no longer."""

    issuer: str
    reason: str = ""


class AppointFocalPoint(Command):
    """Let a person report for a partner; `until` when, if that is known, as of an earlier one."""

    person_id: str
    standing: Standing
    since: date
    until: date | None = None


class HandOver(Command):
    """Pass an appointment on."""

    from_person_id: str
    to_person_id: str
    on: date
    note: str = ""


class RetireFocalPoint(Command):
    """End an appointment."""

    person_id: str
    on: date
    reason: str = ""


PartnerCommand = RegisterPartner | RenamePartner | JoinBody | CorrectMembership | LeaveBody
FactorCommand = (
    EnrolFactor | RemoveFactor | RequestRecovery | ApproveRecovery | WithdrawRecovery | ResetFactors
)
PersonCommand = (
    RegisterPerson
    | GrantRole
    | WithdrawRole
    | DisablePerson
    | EnablePerson
    | RenamePerson
    | ChangeAddress
    | FactorCommand
    | LinkPerson
    | UnlinkPerson
)
FocalPointCommand = AppointFocalPoint | HandOver | RetireFocalPoint
TokenCommand = IssueToken | RevokeToken
