"""Append on SQLite: the transaction already holds the database's one write lock (BEGIN IMMEDIATE)."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.kit.clock import from_iso, iso, utc_now
from tracker.kit.errors import Raced

if TYPE_CHECKING:
    from tracker.eventstore.store import Write

_COLUMNS = [
    "stream_id",
    "actor_id",
    "command_id",
    "correlation_id",
    "causation_id",
    "effective_at",
    "event_id",
    "stream_version",
    "event_type",
    "schema_version",
    "body",
    "metadata",
]
_values_of = itemgetter(*_COLUMNS)
_HEAD = "UPDATE log_head SET position=position+?, recorded_at=max(recorded_at,?) WHERE id=1 RETURNING position, recorded_at"
_VERSION = "SELECT coalesce(max(stream_version),0) FROM events WHERE stream_id=?"
_KNOWN = "SELECT 1 FROM command_results WHERE command_id=?"
_EVENT = f"INSERT INTO events({','.join(_COLUMNS)},position,recorded_at,leaf_hash) VALUES({'?,' * len(_COLUMNS)}?,?,?)"
_RESULT = "INSERT INTO command_results VALUES(?,?,?,?,?)"


def append(
    tx: Connection,
    writes: "Sequence[Write]",
    rows: list[dict[str, Any]],
    command_id: str,
    request_hash: bytes,
) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    cursor = tx.connection.cursor()
    for write in writes:
        (version,) = cursor.execute(_VERSION, (write.stream_id,)).fetchone()
        if version != write.expected_version:
            raise Raced(
                f"Someone else changed {write.stream_id}; nothing was written. Please look and try again."
            )
    last, recorded_text = cursor.execute(_HEAD, (len(rows), iso(utc_now()))).fetchone()
    first, recorded_at = last - len(rows) + 1, from_iso(recorded_text)
    if cursor.execute(_KNOWN, (command_id,)).fetchone():
        raise Raced("The same command arrived twice at once; nothing was written twice.")
    cursor.executemany(
        _EVENT, [_values(row, first + offset, recorded_text) for offset, row in enumerate(rows)]
    )
    cursor.execute(_RESULT, (command_id, request_hash, first, last, recorded_text))
    return first, recorded_at


def _values(row: dict[str, Any], position: int, recorded_text: str) -> tuple[Any, ...]:
    leaf = canonical.leaf_hash(canonical.join(row["head"], position, recorded_text, row["tail"]))
    return (*_values_of(row), position, recorded_text, leaf)
