"""Files that arrived and that no event names yet: who brought which, so that nobody can attach what somebody else
brought, and so that what was refused is removed.

The row is committed before the file gets its place, and removed by the transaction that records the event. So a file
without an event always has a row, whatever crashed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from tracker.eventstore.tables import events
from tracker.followups.events import File
from tracker.followups.tables import evidence_uploads as uploads
from tracker.kit.files import Files

KEPT = timedelta(days=1)
NAMED_BY = ("followup.progress_reported", "followup.report_corrected")


def note(tx: Connection, sha256: str, person_id: str, now: datetime) -> None:
    """Somebody brings a file."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(uploads)
    statement = insert.values(sha256=sha256, person_id=person_id, arrived_at=now)
    key = [uploads.c.sha256, uploads.c.person_id]
    tx.execute(statement.on_conflict_do_update(index_elements=key, set_={"arrived_at": now}))


def brought(conn: Connection, sha256: str, person_id: str) -> bool:
    """Whether this person brought it lately."""
    mine = and_(uploads.c.sha256 == sha256, uploads.c.person_id == person_id)
    return conn.execute(select(uploads.c.sha256).where(mine)).first() is not None


def settle(tx: Connection, files: Sequence[File], person_id: str) -> None:
    """An event of this transaction names them."""
    keys = [(file.sha256, person_id) for file in files]
    if keys:
        tx.execute(delete(uploads).where(tuple_(uploads.c.sha256, uploads.c.person_id).in_(keys)))


def sweep(tx: Connection, kept: Files, now: datetime) -> int:
    """Removes what arrived more than a day ago and was refused; how many files.

    The rows are held until the files are gone: whoever brings the same file meanwhile waits, and then brings it anew.
    """
    over = delete(uploads).where(uploads.c.arrived_at < now - KEPT).returning(uploads.c.sha256)
    hashes = set(tx.execute(over).scalars())
    waiting = set(tx.execute(select(uploads.c.sha256).where(uploads.c.sha256.in_(hashes))).scalars())
    removed = 0
    for sha256 in hashes - waiting:
        named = and_(events.c.event_type.in_(NAMED_BY), events.c.body.contains(sha256, autoescape=True))
        if tx.execute(select(events.c.position).where(named).limit(1)).first() is None:
            kept.remove(sha256)
            removed += 1
    return removed + kept.sweep(now - KEPT)
