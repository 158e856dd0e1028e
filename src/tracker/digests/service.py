"""Digests: make them due, deliver them, preview them, decide about those that were not delivered."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.digests import delivery, queries
from tracker.digests.compose import Composed, written
from tracker.digests.schedule import begins, period_due
from tracker.digests.sending import deliver as deliver
from tracker.digests.tables import digests
from tracker.kit.clock import local_date
from tracker.kit.errors import RuleBroken
from tracker.kit.running import address_of
from tracker.kit.settings import settings
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.policy import Actor, require
from tracker.people.sight import seeing

KIND = "reminder"
NAMESPACE = uuid.UUID("5f0d2b1c-6f0e-5d57-9d5b-0f4c0a7b6f11")


class Due(NamedTuple):
    """A digest that is to be."""

    recipient: str
    period: date
    due_at: datetime


def schedule(tx: Connection, now: datetime) -> int:
    """Makes this period's digest due for every focal point, once however often it is called; how many are new.

    Older ones that are still waiting are cancelled: after an outage a reader gets one mail.
    """
    appointed = [
        each
        for body in meetings.bodies(tx)
        for each in people.focal_points_of_body(tx, body.code, now.date())
    ]
    since: dict[str, date] = {}
    for each in appointed:
        since[each.person_id] = min(each.since, since.get(each.person_id, each.since))
    due = []
    for person in people.persons(tx, since):
        if person.disabled:
            continue
        period = period_due(now, person.time_zone, since=since[person.person_id])
        if period is not None:
            due.append(Due(person.person_id, period, begins(period, person.time_zone)))
    return _insert(tx, due)


def request(tx: Connection, actor: Actor, person_id: str, now: datetime) -> str:
    """Makes a digest due at once for one focal point, at most once on each of their days; its id."""
    require(actor, "digest.send")
    person = people.person(tx, person_id)
    due = Due(person_id, local_date(now, person.time_zone), now)
    _insert(tx, [due])
    return _id(due)


def recover(tx: Connection, now: datetime) -> tuple[int, int]:
    """What died while it was being sent becomes unknown, what died before it becomes due again; how many of each."""
    return delivery.recover(tx, now)


def preview(conn: Connection, actor: Actor, person_id: str, now: datetime) -> Composed | None:
    """The digest that this person would get now; None if there is nothing to say. Raises `NotFound`, `NotAllowed`."""
    require(actor, "digest.preview", reporter=person_id)
    seeing(conn, actor)
    return written(conn, people.person(conn, person_id), now, address_of(settings()))


def resend(tx: Connection, actor: Actor, digest_id: str, now: datetime) -> None:
    """An operator sends again what the tracker does not: the same message with the same Message-ID, to the address that
    the person has now. Raises `NotFound`, `NotAllowed`, and `RuleBroken` for a digest that needs no such decision."""
    require(actor, "digest.send")
    email = people.person(tx, queries.digest(tx, digest_id).recipient).email
    again = {"state": "due", "due_at": now, "attempts": 0, "last_error": None, "email": email}
    if not delivery.set_state(tx, digest_id, queries.TROUBLED, **again):
        raise RuleBroken("Only a digest that is unknown, refused or parked can be sent again.")


def drop(tx: Connection, actor: Actor, digest_id: str) -> None:
    """An operator decides that a digest is not to be sent any more."""
    require(actor, "digest.send")
    queries.digest(tx, digest_id)
    if not delivery.set_state(tx, digest_id, ("due", *queries.TROUBLED), state="cancelled"):
        raise RuleBroken("Only a digest that is due, unknown, refused or parked can be dropped.")


def skip(tx: Connection, actor: Actor, now: datetime) -> int:
    """Drops every digest that waits or would fall due by now, so that a restored database mails nothing twice; how
    many. What was being sent when the backup was made becomes unknown by itself."""
    require(actor, "digest.send")
    schedule(tx, now)
    return delivery.drop_waiting(tx, "An operator skipped it: it may have been sent before.")


def _insert(tx: Connection, due: Iterable[Due]) -> int:
    rows = [
        {
            "id": _id(each),
            "recipient": each.recipient,
            "kind": KIND,
            "period": each.period.isoformat(),
            "due_at": each.due_at,
        }
        for each in due
    ]
    if not rows:
        return 0
    there = select(digests.c.id).where(digests.c.id.in_([row["id"] for row in rows]))
    known = set(tx.execute(there).scalars())
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(digests)
    new = [row for row in rows if row["id"] not in known]
    if new:
        tx.execute(insert.on_conflict_do_nothing(), new)
    newer = digests.alias("newer")
    overtaken = exists().where(
        newer.c.recipient == digests.c.recipient,
        newer.c.kind == digests.c.kind,
        newer.c.period > digests.c.period,
    )
    waiting = update(digests).where(digests.c.state == "due", overtaken)
    tx.execute(waiting.values(state="cancelled", last_error="A newer digest took its place."))
    return len(new)


def _id(due: Due) -> str:
    """A name-based UUID (RFC 9562, version 5): the same row has the same id wherever it is made."""
    return str(uuid.uuid5(NAMESPACE, f"{due.recipient} {KIND} {due.period.isoformat()}"))
