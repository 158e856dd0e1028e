"""Digests: make them due, deliver them, preview them, decide about those that were not delivered."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.digests import delivery, queries
from tracker.digests.compose import Composed, written
from tracker.digests.kinds import KINDS, Due, kind_of
from tracker.digests.reminders import KIND
from tracker.digests.sending import deliver as deliver
from tracker.digests.tables import digests
from tracker.kit.clock import local_date
from tracker.kit.errors import RuleBroken
from tracker.kit.running import address_of
from tracker.kit.settings import settings
from tracker.people import queries as people
from tracker.people.policy import Actor, require
from tracker.people.sight import seeing

NAMESPACE = uuid.UUID("5f0d2b1c-6f0e-5d57-9d5b-0f4c0a7b6f11")


def schedule(tx: Connection, now: datetime) -> int:
    """Makes this period's digests due, each once however often it is called; how many are new.

    Older ones that are still waiting are cancelled: after an outage a reader gets one mail.
    """
    return _insert(tx, [due for kind in KINDS.values() for due in kind.due(tx, now)])


def request(tx: Connection, actor: Actor, person_id: str, now: datetime) -> str:
    """Makes a digest due at once for one focal point, at most once on each of their days; its id."""
    require(actor, "digest.send")
    person = people.person(tx, person_id)
    due = Due(person_id, KIND, local_date(now, person.time_zone), now)
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
    digest = queries.digest(tx, digest_id)
    email = kind_of(digest.kind).address(tx, digest.recipient, now)
    if email is None:
        raise RuleBroken("Whoever it was for gets no digests any more; drop it.")
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


def forget(tx: Connection, recipient: str) -> None:
    """Whoever it was wants no digests any more: what waits is dropped, and nothing of what was sent is kept but that it
    was."""
    waiting = digests.c.recipient == recipient, digests.c.state.in_(("due", "claimed"))
    dropped = {"state": "cancelled", "fence": digests.c.fence + 1, "lease_until": None}
    tx.execute(update(digests).where(*waiting).values(**dropped))
    erased = dict.fromkeys(("email", "subject", "text", "html"))
    tx.execute(update(digests).where(digests.c.recipient == recipient).values(**erased))


def _insert(tx: Connection, due: Iterable[Due]) -> int:
    rows = [
        {
            "id": _id(each),
            "recipient": each.recipient,
            "kind": each.kind,
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
    return str(uuid.uuid5(NAMESPACE, f"{due.recipient} {due.kind} {due.period.isoformat()}"))
