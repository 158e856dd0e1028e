"""Append on SQLite: the transaction already holds the database's one write lock (BEGIN IMMEDIATE)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.eventstore.prepare import OWN, SHARED, Prepared, Row
from tracker.kit.clock import from_iso, iso, utc_now
from tracker.kit.errors import Raced

_COLUMNS = [*SHARED, *OWN, "position", "recorded_at", "leaf_hash"]
_HEAD = "UPDATE log_head SET position=position+?, recorded_at=max(recorded_at,?) WHERE id=1 RETURNING position, recorded_at"
_VERSION = "SELECT coalesce(max(stream_version),0) FROM events WHERE stream_id=?"
_KNOWN = "SELECT 1 FROM command_results WHERE command_id=?"
_EVENT = f"INSERT INTO events({','.join(_COLUMNS)}) VALUES({','.join('?' * len(_COLUMNS))})"
_RESULT = "INSERT INTO command_results VALUES(?,?,?,?,?)"


def append(tx: Connection, prepared: Prepared) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    cursor = tx.connection.cursor()
    for stream_id, expected in prepared.expected:
        (version,) = cursor.execute(_VERSION, (stream_id,)).fetchone()
        if version != expected:
            raise Raced(f"Someone else changed {stream_id}; nothing was written. Please look and try again.")
    count = len(prepared.rows)
    last, recorded_text = cursor.execute(_HEAD, (count, iso(utc_now()))).fetchone()
    first, recorded_at = last - count + 1, from_iso(recorded_text)
    if cursor.execute(_KNOWN, (prepared.command_id,)).fetchone():
        raise Raced("The same command arrived twice at once; nothing was written twice.")
    cursor.executemany(
        _EVENT,
        [
            _values(prepared, row, position, recorded_text)
            for position, row in enumerate(prepared.rows, first)
        ],
    )
    cursor.execute(_RESULT, (prepared.command_id, prepared.request_hash, first, last, recorded_text))
    return first, recorded_at


def _values(prepared: Prepared, row: Row, position: int, recorded_text: str) -> tuple[Any, ...]:
    *own, head, tail = row
    leaf = canonical.leaf_hash(canonical.join(head, position, recorded_text, tail))
    return (*prepared.shared, *own, position, recorded_text, leaf)
