"""The weekly digest of a focal point: what is contested, overdue, due soon, new or silent."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from tracker.digests.compose import Composed, written
from tracker.digests.kinds import KINDS, Due, Kind
from tracker.digests.schedule import begins, period_due
from tracker.kit.clock import local_date
from tracker.kit.errors import NotFound
from tracker.kit.running import address_of
from tracker.kit.settings import Settings
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.sight import seeing

KIND = "reminder"


def due(conn: Connection, now: datetime) -> Iterator[Due]:
    """This period's digest of every focal point."""
    appointed = [
        each
        for body in meetings.bodies(conn)
        for each in people.focal_points_of_body(conn, body.code, now.date())
    ]
    since: dict[str, date] = {}
    for each in appointed:
        since[each.person_id] = min(each.since, since.get(each.person_id, each.since))
    for person in people.persons(conn, since):
        period = period_due(now, person.time_zone, since=since[person.person_id])
        if period is not None and not person.disabled:
            yield Due(person.person_id, KIND, period, begins(period, person.time_zone))


def address(conn: Connection, recipient: str, now: datetime) -> str | None:
    """The focal point's address; None for whoever no longer reports."""
    try:
        person = people.person(conn, recipient)
    except NotFound:
        return None
    today = local_date(now, person.time_zone)
    reports = not person.disabled and people.appointments_of(conn, recipient, today)
    return person.email if reports else None


def compose(conn: Connection, recipient: str, now: datetime, given: Settings) -> Composed | None:
    """What the focal point is told, with what is under embargo in their body."""
    person = people.person(conn, recipient)
    seeing(conn, people.actor(conn, recipient, local_date(now, person.time_zone)))
    return written(conn, person, now, address_of(given))


KINDS[KIND] = Kind("digest", due, address, compose)
