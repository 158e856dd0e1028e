"""Due work lives in SQL, written in the transaction that made it due; a broker's message is only a doorbell.

A row is one piece of work of a kind, once per key: a period's job (`nightly-metrics`, `2026-11-24`), what an event
caused. It is claimed under a lease, tried with back-off, and parked when it keeps failing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from tracker.eventstore.leases import claim, free, holds, lease_columns
from tracker.kit.db import UtcDateTime, metadata

MOST_ATTEMPTS = 8
LEASE = timedelta(seconds=90)
FIRST_DELAY = timedelta(seconds=30)

work = Table(
    "work",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(80), nullable=False),
    Column("key", String(200), nullable=False),
    Column("state", String(10), nullable=False, default="due", server_default="due"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("last_error", Text),
    *lease_columns(),
    UniqueConstraint("kind", "key"),
    Index(None, "state", "due_at"),
)
"""States: due (also while claimed, see the lease), done, parked."""


def put_due(tx: Connection, kind: str, keys: Sequence[str], due_at: datetime) -> int:
    """Makes work due, once per (kind, key) for ever; how many rows are new. Any number of schedulers may call it."""
    if not keys:
        return 0
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(work)
    statement = insert.on_conflict_do_nothing(index_elements=[work.c.kind, work.c.key])
    rows = [{"kind": kind, "key": key, "due_at": due_at} for key in sorted(set(keys))]
    before = tx.execute(select(work.c.id).where(work.c.kind == kind, work.c.key.in_(keys))).all()
    tx.execute(statement, rows)
    return len(rows) - len(before)


def due_ids(connection: Connection, now: datetime, *, kind: str | None = None, limit: int = 500) -> list[int]:
    """What a sweep rings the bell for: due, and held by nobody; of one kind if given."""
    query = select(work.c.id).where(work.c.state == "due", work.c.due_at <= now, free(work, now))
    if kind is not None:
        query = query.where(work.c.kind == kind)
    return list(connection.execute(query.order_by(work.c.due_at, work.c.id).limit(limit)).scalars())


def take(tx: Connection, work_id: int, now: datetime) -> Any | None:
    """Claims one row; None if it is done, parked, not yet due or held by another."""
    mine = and_(work.c.id == work_id, work.c.state == "due", work.c.due_at <= now)
    return claim(tx, work, mine, now, LEASE)


def finish(tx: Connection, claimed: Any, now: datetime) -> bool:
    """Marks claimed work as done; False if another process took it over meanwhile."""
    done = (
        update(work)
        .where(holds(work, claimed))
        .values(state="done", done_at=now, lease_until=None, last_error=None)
    )
    return tx.execute(done).rowcount == 1


def fail(tx: Connection, claimed: Any, reason: str, now: datetime) -> None:
    """Lets claimed work come back later, twice as late each time; parks it after `MOST_ATTEMPTS`."""
    parked = claimed.attempts >= MOST_ATTEMPTS
    again = now + FIRST_DELAY * 2 ** min(claimed.attempts - 1, 10)
    values = {
        "state": "parked" if parked else "due",
        "due_at": again,
        "lease_until": None,
        "last_error": reason[:2000],
    }
    tx.execute(update(work).where(holds(work, claimed)).values(**values))


def parked(connection: Connection) -> Sequence[Any]:
    """What is parked: id, kind, key and last_error, the oldest first."""
    query = select(work.c.id, work.c.kind, work.c.key, work.c.last_error).where(work.c.state == "parked")
    return connection.execute(query.order_by(work.c.id)).all()


def replay(tx: Connection, work_id: int, now: datetime) -> bool:
    """Makes parked work due again; False if it is not parked."""
    again = update(work).where(work.c.id == work_id, work.c.state == "parked")
    return tx.execute(again.values(state="due", due_at=now, attempts=0, last_error=None)).rowcount == 1


def sweep(tx: Connection, kind: str, before: datetime) -> int:
    """Removes work of a kind that was due before a moment, done or parked: for keys that never come again."""
    over = and_(work.c.kind == kind, work.c.state != "due", work.c.due_at < before)
    return tx.execute(delete(work).where(over)).rowcount
