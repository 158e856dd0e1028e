"""What happened at the door: who asked for a link, came in, was refused and why. Never a secret, never an address.

Rows for auditors, kept for 400 days, and a line of JSON each for the log of the process.
"""

import hashlib
import hmac
import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select

from tracker.identity.tables import security_log
from tracker.kit.clock import iso

KEPT = timedelta(days=400)
log = logging.getLogger("tracker.security")
log.setLevel(logging.INFO)


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened. `address_hash`: of what was typed, where nobody knows who it was."""

    id: int
    at: datetime
    what: str
    person_id: str | None
    address_hash: str | None
    client: str
    facts: dict[str, Any]


def note(
    tx: Connection,
    what: str,
    now: datetime,
    *,
    client: str = "",
    person_id: str | None = None,
    address_hash: str | None = None,
    **facts: str | int | bool,
) -> None:
    """Notes that something happened; `facts` are short and hold neither secrets nor addresses of people."""
    row = {
        "at": now,
        "what": what,
        "person_id": person_id,
        "address_hash": address_hash,
        "client": client[:64],
        "facts": facts,
    }
    tx.execute(insert(security_log).values(row))
    log.info("%s", msgspec.json.encode(row | {"at": iso(now)}).decode())


def address_hash(secret: str, address: str) -> str:
    """Tells two typed addresses apart without telling either: keyed, since addresses are easily guessed."""
    typed = address.strip().lower().encode(errors="replace")
    return hmac.new(secret.encode(), b"address:" + typed, hashlib.sha256).hexdigest()


def entries(
    conn: Connection,
    *,
    what: str | None = None,
    person_id: str | None = None,
    address_hash: str | None = None,
    client: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[Entry]:
    """The newest entries, newest first; each filter narrows them, but `person_id` and `address_hash` together find what
    is about either. `before`: those with a smaller id."""
    column = security_log.c
    query = select(security_log).order_by(column.id.desc()).limit(limit)
    if what is not None:
        query = query.where(column.what == what)
    if client is not None:
        query = query.where(column.client == client)
    if person_id is not None or address_hash is not None:
        # An empty text is nobody's id and nothing's hash; None would find the rows without one.
        whose = column.person_id == (person_id or ""), column.address_hash == (address_hash or "")
        query = query.where(or_(*whose))
    if since is not None:
        query = query.where(column.at >= since)
    if before is not None:
        query = query.where(column.id < before)
    return [Entry(**row) for row in conn.execute(query).mappings()]


def latest(conn: Connection, what: str, person_ids: Collection[str]) -> dict[str, datetime]:
    """When this was last noted about each of these people; those of whom it never was are missing."""
    column = security_log.c
    query = select(column.person_id, func.max(column.at)).where(
        column.what == what, column.person_id.in_(person_ids)
    )
    return {row[0]: row[1] for row in conn.execute(query.group_by(column.person_id))}


def kinds(conn: Connection) -> list[str]:
    """Every kind of thing that was noted."""
    return list(conn.execute(select(security_log.c.what).distinct().order_by(security_log.c.what)).scalars())


def sweep(tx: Connection, now: datetime) -> int:
    """Removes what is older than `KEPT`; how many."""
    return tx.execute(delete(security_log).where(security_log.c.at < now - KEPT)).rowcount
