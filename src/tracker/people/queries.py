"""Questions about partners, people and appointments, on any date. An interval holds `since` and not `until`.

What the log feeds (partners, memberships, appointments) can also be asked of a scratch database. Names and addresses
of people are in no event: ask the live database for those.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table, and_, exists, or_, select

from tracker.kit.errors import NotFound
from tracker.people.policy import WITH_SECOND_FACTOR, Actor
from tracker.people.tables import appointments, memberships, people, person_details, roles
from tracker.people.tables import partners as partner_rows

WHICH_PARTNERS = "`tracker partner list` and the page Partners show the codes"


class Partner(msgspec.Struct, frozen=True):
    """A country or organisation."""

    code: str
    name: str
    kind: str
    source: str
    demonstration: bool


class Member(msgspec.Struct, frozen=True):
    """A partner as a member of one body."""

    code: str
    name: str
    kind: str
    body: str
    grouping: str
    since: date
    until: date | None
    note: str
    demonstration: bool


class Appointment(msgspec.Struct, frozen=True):
    """A person who reports for a partner in a body; standing `main` or `alternate`."""

    body: str
    partner: str
    person_id: str
    standing: str
    since: date
    until: date | None
    demonstration: bool


class Person(msgspec.Struct, frozen=True):
    """Name and address of a person, with the language and time zone of their mails and pages."""

    person_id: str
    name: str
    email: str
    locale: str
    time_zone: str
    demonstration: bool
    disabled: bool


def partner(conn: Connection, code: str) -> Partner:
    """One partner; raises `NotFound`."""
    row = conn.execute(select(partner_rows).where(partner_rows.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no partner {code}; {WHICH_PARTNERS}.", field="partner")
    return Partner(**row)


def all_partners(conn: Connection) -> list[Partner]:
    """Every partner of any body, by code."""
    return [
        Partner(**row) for row in conn.execute(select(partner_rows).order_by(partner_rows.c.code)).mappings()
    ]


def named() -> Subquery:
    """Every partner's `code` and `name`, for other features to join their own rows to."""
    return select(partner_rows.c.code, partner_rows.c.name).subquery("named")


def partners(conn: Connection, body: str, on: date) -> list[Member]:
    """The members of a body on a date, by name."""
    query = _members(body, on).order_by(partner_rows.c.name, partner_rows.c.code)
    return [Member(**row) for row in conn.execute(query).mappings()]


def memberships_of(conn: Connection, partner: str) -> list[Member]:
    """Every membership that a partner has or had, oldest first."""
    query = (
        _memberships()
        .where(memberships.c.partner == partner)
        .order_by(memberships.c.since, memberships.c.body)
    )
    return [Member(**row) for row in conn.execute(query).mappings()]


def bodies(conn: Connection) -> list[str]:
    """The codes of the bodies that partners belong or belonged to."""
    return list(conn.execute(select(memberships.c.body).distinct().order_by(memberships.c.body)).scalars())


def members(conn: Connection, body: str, on: date, grouping: str | None = None) -> list[str]:
    """The codes of a body's members on a date, of one grouping if given, in order."""
    query = _members(body, on).order_by(None).order_by(memberships.c.partner)
    if grouping is not None:
        query = query.where(memberships.c.grouping == grouping)
    return list(conn.execute(query.with_only_columns(memberships.c.partner)).scalars())


def ever_members(conn: Connection, body: str) -> list[str]:
    """The codes of all that belong or belonged to a body, in order."""
    query = select(memberships.c.partner).where(memberships.c.body == body).distinct()
    return list(conn.execute(query.order_by(memberships.c.partner)).scalars())


def groupings_of(conn: Connection, body: str, on: date) -> dict[str, str]:
    """Each member's grouping on a date, by partner code."""
    return groupings_on(conn, body, [on])[on]


def groupings_on(conn: Connection, body: str, days: Collection[date]) -> dict[date, dict[str, str]]:
    """The same for several days, by day; one statement."""
    rows = conn.execute(_memberships().where(memberships.c.body == body).order_by(partner_rows.c.code)).all()
    return {
        day: {r.code: r.grouping for r in rows if r.since <= day and (r.until is None or day < r.until)}
        for day in days
    }


def all_members(conn: Connection, on: date) -> list[Member]:
    """The members of every body on a date, by body and code."""
    query = _memberships().where(valid(memberships, on))
    return [
        Member(**row)
        for row in conn.execute(query.order_by(memberships.c.body, memberships.c.partner)).mappings()
    ]


def focal_points(conn: Connection, body: str, partner: str, on: date) -> list[Appointment]:
    """Who reports for a partner on a date, the main one first; empty or without a main one: there is a gap."""
    return _appointments(conn, appointments.c.body == body, appointments.c.partner == partner, _counts(on))


def focal_points_of_body(conn: Connection, body: str, on: date) -> list[Appointment]:
    """Who reports for any partner in a body on a date: by partner, the main one first."""
    return _appointments(conn, appointments.c.body == body, _counts(on))


def all_appointments(conn: Connection, body: str, partner: str) -> list[Appointment]:
    """Every appointment that there is, was or is to come for a partner in a body."""
    return _appointments(conn, appointments.c.body == body, appointments.c.partner == partner)


def appointments_of(conn: Connection, person_id: str, on: date) -> list[Appointment]:
    """For whom a person reports on a date."""
    return _appointments(conn, appointments.c.person_id == person_id, _counts(on))


def appointments_on(conn: Connection, on: date) -> list[Appointment]:
    """Who reports for anybody on a date."""
    return _appointments(conn, _counts(on))


def without_main(conn: Connection, body: str, on: date) -> list[str]:
    """The codes of members that have no main focal point on a date: whom to ask to name one."""
    main = exists().where(
        appointments.c.body == memberships.c.body,
        appointments.c.partner == memberships.c.partner,
        appointments.c.standing == "main",
        valid(appointments, on),
    )
    query = _members(body, on).where(~main).with_only_columns(memberships.c.partner)
    return list(conn.execute(query.order_by(memberships.c.partner)).scalars())


def person(conn: Connection, person_id: str) -> Person:
    """Name and address of one person; raises `NotFound`, also when they were erased."""
    row = conn.execute(_people().where(people.c.person_id == person_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such person, or the account was erased.", field="person")
    return Person(**row)


def persons(conn: Connection, ids: Iterable[str] | None = None) -> list[Person]:
    """These people, or all, by name; erased ones are left out."""
    query = _people().order_by(person_details.c.name, people.c.person_id)
    if ids is not None:
        query = query.where(people.c.person_id.in_(sorted(set(ids))))
    return [Person(**row) for row in conn.execute(query).mappings()]


def person_by_email(conn: Connection, email: str) -> Person | None:
    """The person with this address, in any case of letters; None if there is none."""
    if (
        not email.isascii()
    ):  # no account has such an address, and some of these letters are ASCII in lower case
        return None
    query = _people().where(person_details.c.email == email.strip().lower())
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else Person(**row)


def roles_of(conn: Connection, person_id: str) -> list[tuple[str, str]]:
    """The roles of a person as (role, scope); appointments as focal point are not among them."""
    query = select(roles.c.role, roles.c.scope).where(roles.c.person_id == person_id)
    return [(role, scope) for role, scope in conn.execute(query.order_by(roles.c.role, roles.c.scope))]


def actor(conn: Connection, person_id: str, today: date, *, strong: bool = True) -> Actor:
    """Who a person is for the policy on a date: three statements. Raises `NotFound`, also for a disabled account.

    Not `strong`: no second factor was shown, so that the roles that need one are withheld.
    """
    who = person(conn, person_id)
    if who.disabled:
        raise NotFound("This account is disabled; an administrator can enable it again.", field="person")
    represents = frozenset((found.body, found.partner) for found in appointments_of(conn, person_id, today))
    held = frozenset(roles_of(conn, person_id))
    withheld = frozenset() if strong else frozenset(each for each in held if each[0] in WITH_SECOND_FACTOR)
    return Actor(person_id, who.name, held - withheld, represents, withheld)


def valid(table: Table, on: date) -> ColumnElement[bool]:
    """True for intervals that hold the date."""
    return and_(table.c.since <= on, or_(table.c.until.is_(None), table.c.until > on))


def _counts(on: date) -> ColumnElement[bool]:
    """True for appointments that hold the date, while the partner belongs to the body: nobody reports for one that
    left, and a focal point need not be retired for it."""
    belongs = exists().where(
        memberships.c.body == appointments.c.body,
        memberships.c.partner == appointments.c.partner,
        valid(memberships, on),
    )
    return and_(valid(appointments, on), belongs)


def _memberships() -> Select[Any]:
    known = memberships.c
    about = (partner_rows.c.code, partner_rows.c.name, partner_rows.c.kind, partner_rows.c.demonstration)
    return select(*about, known.body, known.grouping, known.since, known.until, known.note).join_from(
        memberships, partner_rows, memberships.c.partner == partner_rows.c.code
    )


def _members(body: str, on: date) -> Select[Any]:
    return _memberships().where(memberships.c.body == body, valid(memberships, on))


def _appointments(conn: Connection, *where: ColumnElement[bool]) -> list[Appointment]:
    order = (
        appointments.c.body,
        appointments.c.partner,
        appointments.c.standing.desc(),  # main before alternate
        appointments.c.since,
        appointments.c.person_id,
    )
    found = conn.execute(select(appointments).where(*where).order_by(*order)).mappings()
    return [Appointment(**row) for row in found]


def _people() -> Select[Any]:
    return select(person_details, people.c.demonstration, people.c.disabled).join_from(
        people, person_details, people.c.person_id == person_details.c.person_id
    )
