"""Who is there: every partner with its memberships, every account with its roles and appointments."""

from datetime import date

import msgspec
from sqlalchemy import Connection, select

from tracker.people import queries
from tracker.people.queries import Appointment, Member, Person
from tracker.people.tables import roles


class Role(msgspec.Struct, frozen=True):
    """A role within a body, a partner or (`*`) everywhere."""

    role: str
    scope: str


class Account(msgspec.Struct, frozen=True):
    """A person, with what they may do on a day."""

    person_id: str
    name: str
    email: str
    time_zone: str
    disabled: bool
    demonstration: bool
    roles: list[Role]
    appointments: list[Appointment]


class Belonging(msgspec.Struct, frozen=True):
    """A membership that holds on the day asked about."""

    body: str
    grouping: str
    since: date


class Listed(msgspec.Struct, frozen=True):
    """A partner, with the bodies that it belongs to on a day."""

    code: str
    name: str
    kind: str
    demonstration: bool
    memberships: list[Belonging]


def partners(
    conn: Connection, on: date, *, body: str | None = None, grouping: str | None = None
) -> list[Listed]:
    """Partners by code; those that belong to the body, or to a grouping of this name, if one is given."""
    held: dict[str, list[Belonging]] = {}
    for member in queries.all_members(conn, on):
        if body in (None, member.body) and grouping in (None, member.grouping):
            held.setdefault(member.code, []).append(_belonging(member))
    narrowed = body is not None or grouping is not None
    return [
        Listed(each.code, each.name, each.kind, each.demonstration, held.get(each.code, []))
        for each in queries.all_partners(conn)
        if each.code in held or not narrowed
    ]


def accounts(
    conn: Connection,
    on: date,
    *,
    role: str | None = None,
    body: str | None = None,
    partner: str | None = None,
) -> list[Account]:
    """Accounts by name; those with the role, or who report for the body and the partner, if one is given."""
    held: dict[str, list[Role]] = {}
    order = (roles.c.role, roles.c.scope)
    for found in conn.execute(select(roles.c.person_id, *order).order_by(*order)):
        held.setdefault(found.person_id, []).append(Role(found.role, found.scope))
    reporting: dict[str, list[Appointment]] = {}
    for each in queries.appointments_on(conn, on):
        reporting.setdefault(each.person_id, []).append(each)
    rows = [_account(person, held, reporting) for person in queries.persons(conn)]
    return [
        row
        for row in rows
        if (role is None or any(each.role == role for each in row.roles))
        and (
            (body, partner) == (None, None) or any(_is_for(each, body, partner) for each in row.appointments)
        )
    ]


def _is_for(appointment: Appointment, body: str | None, partner: str | None) -> bool:
    return body in (None, appointment.body) and partner in (None, appointment.partner)


def _account(person: Person, held: dict[str, list[Role]], reporting: dict[str, list[Appointment]]) -> Account:
    return Account(
        person_id=person.person_id,
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        disabled=person.disabled,
        demonstration=person.demonstration,
        roles=held.get(person.person_id, []),
        appointments=reporting.get(person.person_id, []),
    )


def _belonging(member: Member) -> Belonging:
    return Belonging(member.body, member.grouping, member.since)
