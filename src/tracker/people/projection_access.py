"""What people hold, period by period: by the days that the events name, and by when the tracker knew of it."""

from datetime import date
from typing import Any

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.people.events import (
    FocalPointAppointed,
    FocalPointHandedOver,
    FocalPointRetired,
    PersonDisabled,
    PersonEnabled,
    PersonRegistered,
    RoleGranted,
    RoleWithdrawn,
)
from tracker.people.tables import access

ACCOUNT, FOCAL_POINT = "account", "focal_point"
projection = Projection("access", version=1, tables=[access])


@projection.on(PersonRegistered)
def _registered(rows: Rows, recorded: Seen, event: PersonRegistered) -> None:
    _begin(rows, recorded, (_key(recorded), ACCOUNT, ""))


@projection.on(PersonDisabled)
def _disabled(rows: Rows, recorded: Seen, event: PersonDisabled) -> None:
    _end(rows, recorded, (_key(recorded), ACCOUNT, ""))


@projection.on(PersonEnabled)
def _enabled(rows: Rows, recorded: Seen, event: PersonEnabled) -> None:
    _begin(rows, recorded, (_key(recorded), ACCOUNT, ""))


@projection.on(RoleGranted)
def _granted(rows: Rows, recorded: Seen, event: RoleGranted) -> None:
    _begin(rows, recorded, (_key(recorded), event.role, event.scope))


@projection.on(RoleWithdrawn)
def _withdrawn(rows: Rows, recorded: Seen, event: RoleWithdrawn) -> None:
    _end(rows, recorded, (_key(recorded), event.role, event.scope))


@projection.on(FocalPointAppointed)
def _appointed(rows: Rows, recorded: Seen, event: FocalPointAppointed) -> None:
    _days(rows, recorded, event.person_id, event.since, event.until)


@projection.on(FocalPointHandedOver)
def _handed_over(rows: Rows, recorded: Seen, event: FocalPointHandedOver) -> None:
    _days(rows, recorded, event.from_person_id, event.since, event.on)
    _days(rows, recorded, event.to_person_id, event.on, None)


@projection.on(FocalPointRetired)
def _retired(rows: Rows, recorded: Seen, event: FocalPointRetired) -> None:
    _days(rows, recorded, event.person_id, event.since, event.on)


Right = tuple[str, str, str]
"""Person, what is held, scope."""


def _days(rows: Rows, recorded: Seen, person_id: str, since: date, until: date | None) -> None:
    """From now on these days are known of the appointment that begins on `since`, and no longer any other."""
    right = (person_id, FOCAL_POINT, _key(recorded))
    for row in _periods(rows, right):
        if row["since"] == since and row["known_until"] is None:
            rows.put(access, row | {"known_until": recorded.recorded_at})
    _begin(rows, recorded, right, since, until)


def _begin(
    rows: Rows, recorded: Seen, right: Right, since: date | None = None, until: date | None = None
) -> None:
    key = dict(zip(("person_id", "held", "scope"), right, strict=True))
    number = len(_periods(rows, right)) + 1
    days = {"since": since or recorded.effective_at.date(), "until": until}
    known = {"known_from": recorded.recorded_at, "known_until": None}
    rows.put(access, key | {"number": number} | days | known)


def _end(rows: Rows, recorded: Seen, right: Right) -> None:
    until = {"until": recorded.effective_at.date(), "known_until": recorded.recorded_at}
    rows.put(access, _periods(rows, right)[-1] | until)


def _periods(rows: Rows, right: Right) -> list[dict[str, Any]]:
    """Every period of one right, the oldest first; few people have more than three."""
    found: list[Row] = []
    while (row := rows.get(access, *right, len(found) + 1)) is not None:
        found.append(row)
    return found


def _key(recorded: Seen) -> str:
    """What the stream is about: its name without the category."""
    return recorded.stream_id.split("-", 1)[1]
