"""Everybody with an account, page by page, with what they hold today and when they last came in."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, func, or_, select

from tracker.eventstore.store import Recorded, load
from tracker.identity import security_log
from tracker.people import queries
from tracker.people.decider import FOCAL_POINTS, PERSON
from tracker.people.projection_access import FOCAL_POINT
from tracker.people.queries import Appointment, Person
from tracker.people.tables import access, appointments, people, person_details, roles


class Entry(msgspec.Struct, frozen=True):
    """One person of the register. `signed_in_at`: as far back as the security log reaches."""

    person: Person
    roles: list[tuple[str, str]]
    appointments: list[Appointment]
    signed_in_at: datetime | None


def entries(
    conn: Connection, today: date, *, words: str = "", after: int = 0, limit: int = 60
) -> list[Entry]:
    """People by name, the first `after` left out, whose name or address holds every word."""
    details = person_details.c
    query = select(details.person_id).join_from(
        people, person_details, people.c.person_id == details.person_id
    )
    for word in words.lower().split():
        holds = (
            column.contains(word, autoescape=True) for column in (func.lower(details.name), details.email)
        )
        query = query.where(or_(*holds))
    ordered = query.order_by(func.lower(details.name), details.person_id).offset(after).limit(limit)
    ids = list(conn.execute(ordered).scalars())
    found = {each.person_id: each for each in queries.persons(conn, ids)}
    return _with_rights(conn, [found[person_id] for person_id in ids if person_id in found], today)


def entry(conn: Connection, person_id: str, today: date) -> Entry:
    """One person; raises `NotFound`."""
    return _with_rights(conn, [queries.person(conn, person_id)], today)[0]


def history(conn: Connection, person_id: str) -> list[Recorded]:
    """Everything that was recorded about a person's account, roles and appointments, newest first."""
    mine = select(access.c.scope).where(access.c.person_id == person_id, access.c.held == FOCAL_POINT)
    found = list(load(conn, PERSON.stream(person_id)))
    for scope in conn.execute(mine.distinct()).scalars():
        found += [each for each in load(conn, FOCAL_POINTS.stream(scope)) if person_id in _named(each)]
    return sorted(found, key=lambda each: -each.position)


def of_focal_points(conn: Connection, body: str, partner: str) -> list[Recorded]:
    """Everything that was recorded about a partner's focal points in a body, newest first."""
    return list(load(conn, FOCAL_POINTS.stream(f"{body}:{partner}")))[::-1]


def _named(recorded: Recorded) -> set[str | None]:
    fields = ("person_id", "from_person_id", "to_person_id")
    return {getattr(recorded.event, name, None) for name in fields}


def _with_rights(conn: Connection, found: Iterable[Person], today: date) -> list[Entry]:
    persons = list(found)
    ids = [each.person_id for each in persons]
    held: dict[str, list[tuple[str, str]]] = {}
    for row in conn.execute(
        select(roles).where(roles.c.person_id.in_(ids)).order_by(roles.c.role, roles.c.scope)
    ):
        held.setdefault(row.person_id, []).append((row.role, row.scope))
    appointed: dict[str, list[Appointment]] = {}
    mine = select(appointments).where(appointments.c.person_id.in_(ids), queries.valid(appointments, today))
    for each in conn.execute(mine.order_by(appointments.c.body, appointments.c.partner)).mappings():
        appointed.setdefault(each["person_id"], []).append(Appointment(**each))
    last = security_log.latest(conn, "signed_in", ids)
    return [
        Entry(each, held.get(each.person_id, []), appointed.get(each.person_id, []), last.get(each.person_id))
        for each in persons
    ]
