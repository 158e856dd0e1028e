"""Append on PostgreSQL, the head's lock held as briefly as can be.

A few events go in one statement, one round trip: `append_events` takes the head, checks the expected versions, joins
and hashes the envelopes, inserts the events and the command's answer. Many events take their positions first, are
hashed here and copied in. Both functions are made by a migration.
"""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import errors as pg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tracker.eventstore import canonical
from tracker.kit.clock import iso
from tracker.kit.errors import Raced

if TYPE_CHECKING:
    from tracker.eventstore.store import Write

FEW = 20
"""Up to here one round trip is quicker than COPY (benchmarks/append.py)."""

_APPEND = "SELECT first_position, recorded_at FROM append_events(%s, %s, %s, %s)"
_TAKE = "SELECT first_position, recorded_at FROM take_positions(%s, %s, %s, %s)"
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
_COPY = f"COPY events ({', '.join(_COLUMNS)}, position, recorded_at, leaf_hash) FROM STDIN"
_values = itemgetter(*_COLUMNS)
_encode = msgspec.json.Encoder().encode


def append(
    tx: Connection, writes: "Sequence[Write]", rows: list[dict[str, Any]], command_id: str, request_hash: str
) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    expected = _encode({write.stream_id: write.expected_version for write in writes}).decode()
    if len(rows) <= FEW:
        return _call(tx, _APPEND, (command_id, request_hash, expected, _encode(rows).decode()))
    first, recorded_at = _call(tx, _TAKE, (command_id, request_hash, expected, len(rows)))
    _copy(tx, rows, first, recorded_at)
    return first, recorded_at


def _call(tx: Connection, statement: str, parameters: tuple[Any, ...]) -> tuple[int, datetime]:
    try:
        first, recorded_at = tx.exec_driver_sql(statement, parameters).one()
    except DBAPIError as error:
        if isinstance(error.orig, pg.UniqueViolation):
            raise Raced("The same command arrived twice at once; nothing was written twice.") from error
        if isinstance(error.orig, pg.RaiseException) and "stale stream" in str(error.orig):
            stream = error.orig.diag.message_detail
            raise Raced(
                f"Someone else changed {stream}; nothing was written. Please look and try again."
            ) from error
        raise
    return first, recorded_at


def _copy(tx: Connection, rows: list[dict[str, Any]], first: int, recorded_at: datetime) -> None:
    text = iso(recorded_at)
    with tx.connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[attr-defined]
        for position, row in enumerate(rows, first):
            leaf = canonical.leaf_hash(canonical.join(row["head"], position, text, row["tail"]))
            copy.write_row((*_values(row), position, text, leaf))
