"""Who could do what, on any day: the policy is asked about the actor that each person was then.

What counts is what the tracker let them do. So a role counts from when it was recorded until its withdrawal was; an
appointment on the days that were known for it then; nothing while the account was disabled. Each person's day is that
of their own time zone. A second factor, where a role needs one, is taken as shown.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, or_, select

from tracker.people import called
from tracker.people.policy import ACTIONS, PUBLIC, Actor, allows
from tracker.people.projection_access import ACCOUNT, FOCAL_POINT
from tracker.people.tables import access, person_details

A_DAY = timedelta(days=1)
About = dict[str, str | None]


class Held(msgspec.Struct, frozen=True):
    """An account, a role or an appointment of a person. `since` and `until` (exclusive) as its events say; known to
    the tracker from `known_from` until `known_until`."""

    person_id: str
    held: str
    scope: str
    since: date
    until: date | None
    known_from: datetime
    known_until: datetime | None

    def counts(self, moment: datetime, day: date) -> bool:
        """Whether the tracker let it count at a moment, which for its person lies on the day."""
        known = self.known_from <= moment and (self.known_until is None or moment < self.known_until)
        if self.held != FOCAL_POINT:  # a role does not wait for a day
            return known
        return known and self.since <= day and (self.until is None or day < self.until)


class Could(msgspec.Struct, frozen=True):
    """A person who could, by the name that was shown then, and that by which they could."""

    person_id: str
    name: str
    by: list[Held]


class Power(msgspec.Struct, frozen=True):
    """Something that a person holds or held, and the actions that it opens."""

    held: Held
    actions: list[str]


def who_could(
    conn: Connection,
    action: str,
    *,
    on: date,
    body: str | None = None,
    partner: str | None = None,
    reporter: str | None = None,
) -> list[Could]:
    """Everyone who could at some moment of the day, by name. The operator of the server always can, and is not among
    them; nor is the public, for which `anybody_could` answers."""
    about: About = {"body": body, "partner": partner, "reporter": reporter}
    found: dict[str, list[Held]] = {}
    ends: dict[str, datetime] = {}
    for person_id, zone, held in _around(conn, on):
        start, end = _midnight(on, zone), _midnight(on + A_DAY, zone)
        by = _by(held, action, about, on, start, end)
        if by:
            found[person_id], ends[person_id] = by, end - timedelta(microseconds=1)
    names = called.names_then(conn, ends.items())
    could = [Could(person_id, names[person_id, ends[person_id]], by) for person_id, by in found.items()]
    return sorted(could, key=lambda each: (each.name, each.person_id))


def anybody_could(action: str) -> bool:
    """Whether it needs no account at all."""
    return allows(PUBLIC, action)


def of_person(conn: Connection, person_id: str) -> list[Power]:
    """All that a person holds or held, oldest first, with what each of it opens."""
    query = select(*_COLUMNS).where(access.c.person_id == person_id)
    rows = conn.execute(query.order_by(access.c.known_from, access.c.held, access.c.scope, access.c.number))
    periods = [Held(**row) for row in rows.mappings()]
    return [Power(held, opens(held.held, held.scope)) for held in periods]


def opens(held: str, scope: str) -> list[str]:
    """The actions that a role or an appointment opens within its scope, beyond those of any account."""
    body, _, partner = scope.partition(":") if held == FOCAL_POINT else (scope, "", scope)
    about: About = {} if scope in ("", "*") else {"body": body, "partner": partner}
    actor, plain = _actor("someone", [(held, scope)]), _actor("someone", [])
    return [action for action in ACTIONS if allows(actor, action, **about) and not allows(plain, action)]


_COLUMNS = [column for column in access.c if column.name != "number"]


def _around(conn: Connection, on: date) -> Iterable[tuple[str, str, list[Held]]]:
    """Each person's time zone and what was known about them around the day."""
    start, end = (datetime.combine(on, time.min, UTC) + days * A_DAY for days in (-1, 2))
    query = (
        select(*_COLUMNS, person_details.c.time_zone)
        .join_from(access, person_details, access.c.person_id == person_details.c.person_id, isouter=True)
        .where(access.c.known_from < end, or_(access.c.known_until.is_(None), access.c.known_until > start))
        .order_by(access.c.person_id, access.c.held, access.c.scope, access.c.number)
    )
    rows = conn.execute(query).mappings()
    for person_id, group in groupby(rows, key=lambda row: str(row["person_id"])):
        own = list(group)
        held = [Held(**{name: row[name] for name in Held.__struct_fields__}) for row in own]
        yield person_id, own[0]["time_zone"] or "UTC", held  # of an erased person no zone is left


def _by(
    held: Sequence[Held], action: str, about: About, on: date, start: datetime, end: datetime
) -> list[Held]:
    """That by which the person could at some moment of the day; empty if they could at none."""
    found: dict[Held, None] = {}
    # Nothing but the beginning of a period lets anybody do more than before.
    for moment in sorted({start, *(each.known_from for each in held if start < each.known_from < end)}):
        now = [each for each in held if each.counts(moment, on)]
        account = [each for each in now if each.held == ACCOUNT]
        if account and _may(now, action, about):
            enough = [each for each in now if _may([each], action, about)]
            found |= dict.fromkeys(account if _may(account, action, about) else enough)
    return list(found)


def _may(held: Sequence[Held], action: str, about: About) -> bool:
    """Whether the policy lets someone who has just this do it."""
    actor = _actor(held[0].person_id, [(each.held, each.scope) for each in held])
    return allows(actor, action, **about)


def _actor(person_id: str, rights: Sequence[tuple[str, str]]) -> Actor:
    appointed = [scope.partition(":") for held, scope in rights if held == FOCAL_POINT]
    return Actor(
        person_id,
        "",
        roles=frozenset((held, scope) for held, scope in rights if held not in (ACCOUNT, FOCAL_POINT)),
        represents=frozenset((body, partner) for body, _, partner in appointed),
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))
