"""What happened to partners, people and appointments. Names of people are not here: they live in an erasable table."""

from datetime import date
from typing import Any, Literal

from tracker.eventstore.registry import Event, event, upcaster

PartnerKind = Literal["country", "organisation"]
Role = Literal["reader", "focal_point", "validating_authority", "secretariat", "auditor", "admin", "service"]
Standing = Literal["main", "alternate"]
FactorKind = Literal["code_app", "passkey"]


@event("partner.registered")
class PartnerRegistered(Event):
    """A country or organisation became known; the stream is `partner-<code>`."""

    ALWAYS = True

    code: str
    name: str
    kind: PartnerKind
    source: str = ""


@event("partner.renamed")
class PartnerRenamed(Event):
    """The partner goes by another name since the effective date."""

    name: str
    reason: str = ""


@event("partner.joined")
class PartnerJoined(Event):
    """The partner belongs to a body, in one of its groupings, since a date."""

    MAKES = ("membership", "body", "since")

    body: str
    grouping: str
    since: date
    note: str = ""


@event("partner.membership_corrected")
class MembershipCorrected(Event):
    """The membership that was recorded `since` a date is put right: grouping, and from and until when it lasts."""

    SPEAKS_OF = ("membership", "body", "since")
    MAKES = ("membership", "body", "joined")
    PUTS_RIGHT = True

    body: str
    since: date
    grouping: str
    joined: date
    reason: str
    until: date | None = None


@event("partner.left")
class PartnerLeft(Event):
    """The partner's membership `since` a date ended: it belongs to the body until a date (exclusive)."""

    SPEAKS_OF = ("membership", "body", "since")

    body: str
    since: date
    until: date
    reason: str = ""


@event("person.registered")
class PersonRegistered(Event):
    """A person has an account; the stream is `person-<id>`."""

    BEGINS = True


@event("person.role_granted")
class RoleGranted(Event):
    """The person has a role; `scope` is a body's code, a partner's code or `*`, as the role asks."""

    MAKES = ("role", "role", "scope")

    role: Role
    scope: str


@event("person.role_withdrawn")
class RoleWithdrawn(Event):
    """The person no longer has the role."""

    SPEAKS_OF = ("role", "role", "scope")

    role: Role
    scope: str
    reason: str = ""


@event("person.disabled")
class PersonDisabled(Event):
    """The person may no longer come in, whatever roles and appointments they have."""

    reason: str = ""


@event("person.enabled")
class PersonEnabled(Event):
    """A disabled person may come in again."""

    reason: str = ""


@event("person.renamed")
class PersonRenamed(Event):
    """The person goes by another name. Neither name is here: both stand in erasable tables."""


@event("person.address_changed")
class AddressChanged(Event):
    """Mail to the person goes to another address, which stands in an erasable table. `by`: confirmed by the person at
    both addresses, or replaced by the operator because the old one was lost."""

    by: Literal["person", "operator"]
    reason: str = ""


@event("person.factor_enrolled")
class FactorEnrolled(Event):
    """The person set up a second factor; what it is made of stands in plain tables."""

    kind: FactorKind


@event("person.factor_removed")
class FactorRemoved(Event):
    """The person no longer has a second factor that they had set up."""

    kind: FactorKind


@event("person.recovery_requested")
class RecoveryRequested(Event):
    """It was asked that the person, who lost a second factor, may set up another. A later request replaces it; the
    version that this event gives the stream names it."""


@event("person.recovery_approved")
class RecoveryApproved(Event):
    """Whoever recorded it stands in for that it is the person who asks. It takes two."""

    request: int


@event("person.recovery_withdrawn")
class RecoveryWithdrawn(Event):
    """The recovery was stopped before it was done."""

    request: int


@event("person.recovery_done")
class RecoveryDone(Event):
    """Every second factor of the person is gone, and every session ended. `by`: two people who approved it, or the
    operator of the server."""

    by: Literal["people", "operator"]
    reason: str = ""


@event("token.issued")
class TokenIssued(Event):
    """A person has a token by which a program may come in, for these actions, until a day in UTC (exclusive); the stream
    is `token-<id>`. `strong`: a second factor stood behind its making, so that roles which need one count through it."""

    person_id: str
    scopes: list[str]
    expires_on: date
    strong: bool


@event("token.revoked")
class TokenRevoked(Event):
    """The token works no longer."""

    reason: str = ""


@event("person.linked")
class PersonLinked(Event):
    """The person may sign in through a provider of OpenID Connect, `issuer`. Under which subject stands in an erasable
    table."""

    issuer: str


@event("person.unlinked")
class PersonUnlinked(Event):
    """The provider no longer opens the account."""

    issuer: str
    reason: str = ""


@event("focal_point.appointed", version=2)
class FocalPointAppointed(Event):
    """A person reports for a partner in a body since a date, until another (exclusive; None: no end is set); the
    stream is `focal_points-<body>:<partner>`."""

    MAKES = ("appointment", "person_id", "since")

    person_id: str
    standing: Standing
    since: date
    until: date | None = None


@upcaster("focal_point.appointed", 1)
def _without_an_end(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "until": None}


@event("focal_point.handed_over")
class FocalPointHandedOver(Event):
    """One person's appointment, which began on `since`, passed to another with its standing on a date."""

    SPEAKS_OF = ("appointment", "from_person_id", "since")
    MAKES = ("appointment", "to_person_id", "on")

    from_person_id: str
    to_person_id: str
    standing: Standing
    since: date
    on: date
    note: str = ""


@event("focal_point.retired")
class FocalPointRetired(Event):
    """A person's appointment, which began on `since`, ended: they no longer report for the partner from `on`."""

    SPEAKS_OF = ("appointment", "person_id", "since")

    person_id: str
    since: date
    on: date
    reason: str = ""
