"""Events about partners, people and appointments to rows."""

from datetime import date
from typing import Any

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.people.events import (
    FocalPointAppointed,
    FocalPointHandedOver,
    FocalPointRetired,
    MembershipCorrected,
    PartnerJoined,
    PartnerLeft,
    PartnerRegistered,
    PartnerRenamed,
    PersonDisabled,
    PersonEnabled,
    PersonRegistered,
    RoleGranted,
    RoleWithdrawn,
)
from tracker.people.tables import appointments, memberships, partners, people, roles

projection = Projection("people", version=2, tables=[partners, memberships, people, roles, appointments])


@projection.on(PartnerRegistered)
def _registered(rows: Rows, recorded: Seen, event: PartnerRegistered) -> None:
    row = {"code": event.code, "name": event.name, "kind": event.kind, "source": event.source}
    rows.put(partners, row | {"demonstration": _demonstration(recorded)})


@projection.on(PartnerRenamed)
def _renamed(rows: Rows, recorded: Seen, event: PartnerRenamed) -> None:
    row = _row(rows.get(partners, _key(recorded)))
    rows.put(
        partners,
        row | {"name": event.name, "demonstration": row["demonstration"] or _demonstration(recorded)},
    )


@projection.on(PartnerJoined)
def _joined(rows: Rows, recorded: Seen, event: PartnerJoined) -> None:
    key = {"body": event.body, "partner": _key(recorded), "since": event.since}
    rows.put(memberships, key | {"grouping": event.grouping, "until": None, "note": event.note})


@projection.on(PartnerLeft)
def _left(rows: Rows, recorded: Seen, event: PartnerLeft) -> None:
    row = _row(rows.get(memberships, event.body, _key(recorded), event.since))
    rows.put(memberships, row | {"until": event.until})


@projection.on(MembershipCorrected)
def _membership_corrected(rows: Rows, recorded: Seen, event: MembershipCorrected) -> None:
    key = (event.body, _key(recorded), event.since)
    row = _row(rows.get(memberships, *key))
    rows.remove(memberships, *key)
    changed = {"since": event.joined, "grouping": event.grouping, "until": event.until}
    rows.put(memberships, row | changed)


@projection.on(PersonRegistered)
def _person_registered(rows: Rows, recorded: Seen, event: PersonRegistered) -> None:
    key = {"person_id": _key(recorded), "registered_at": recorded.recorded_at}
    rows.put(people, key | {"demonstration": _demonstration(recorded), "disabled": False})


@projection.on(PersonDisabled)
def _disabled(rows: Rows, recorded: Seen, event: PersonDisabled) -> None:
    rows.put(people, _row(rows.get(people, _key(recorded))) | {"disabled": True})


@projection.on(PersonEnabled)
def _enabled(rows: Rows, recorded: Seen, event: PersonEnabled) -> None:
    rows.put(people, _row(rows.get(people, _key(recorded))) | {"disabled": False})


@projection.on(RoleGranted)
def _role_granted(rows: Rows, recorded: Seen, event: RoleGranted) -> None:
    key = {"person_id": _key(recorded), "role": event.role, "scope": event.scope}
    rows.put(roles, key | {"since": recorded.effective_at})


@projection.on(RoleWithdrawn)
def _role_withdrawn(rows: Rows, recorded: Seen, event: RoleWithdrawn) -> None:
    rows.remove(roles, _key(recorded), event.role, event.scope)


@projection.on(FocalPointAppointed)
def _appointed(rows: Rows, recorded: Seen, event: FocalPointAppointed) -> None:
    _begin(rows, recorded, event.person_id, event.standing, event.since, event.until)


@projection.on(FocalPointHandedOver)
def _handed_over(rows: Rows, recorded: Seen, event: FocalPointHandedOver) -> None:
    _end(rows, recorded, event.from_person_id, event.since, event.on)
    _begin(rows, recorded, event.to_person_id, event.standing, event.on)


@projection.on(FocalPointRetired)
def _retired(rows: Rows, recorded: Seen, event: FocalPointRetired) -> None:
    _end(rows, recorded, event.person_id, event.since, event.on)


def _begin(
    rows: Rows, recorded: Seen, person_id: str, standing: str, since: date, until: date | None = None
) -> None:
    body, partner = _key(recorded).split(":")
    key = {"body": body, "partner": partner, "person_id": person_id, "since": since}
    rows.put(
        appointments, key | {"standing": standing, "until": until, "demonstration": _demonstration(recorded)}
    )


def _end(rows: Rows, recorded: Seen, person_id: str, since: date, until: date) -> None:
    body, partner = _key(recorded).split(":")
    row = _row(rows.get(appointments, body, partner, person_id, since))
    flag = row["demonstration"] or _demonstration(recorded)
    rows.put(appointments, row | {"until": until, "demonstration": flag})


def _key(recorded: Seen) -> str:
    """What the stream is about: its name without the category."""
    return recorded.stream_id.split("-", 1)[1]


def _row(found: Row | None) -> dict[str, Any]:
    """The row that an earlier event of the same stream made."""
    if found is None:
        raise LookupError("An event changes a row that no earlier event made.")
    return found


def _demonstration(recorded: Seen) -> bool:
    return bool(recorded.metadata.get("demonstration", False))
