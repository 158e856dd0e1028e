"""Append on PostgreSQL: one statement takes the head and writes all that a command changes in the log.

Everything that needs no position is made before, here. Under the head's lock the server joins and hashes the
envelopes and inserts the events and the command's answer: one round trip (docs/decisions/0004-append.md). Many events
take their positions by the same statement and are then hashed here and copied in.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from psycopg import errors as pg
from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.kit.clock import iso
from tracker.kit.errors import Raced

if TYPE_CHECKING:
    from tracker.eventstore.store import Write

FEW = 1_000
"""Up to here one statement is quicker than COPY (`python -m benchmarks append`)."""

_SHARED = ["actor_id", "command_id", "correlation_id", "causation_id", "effective_at", "metadata"]
_OWN = ["stream_id", "event_id", "stream_version", "event_type", "schema_version", "body"]
_ENDS = ["head", "tail"]
_COLUMNS = ", ".join([*_SHARED, *_OWN, "position", "recorded_at", "leaf_hash"])
_shared, _own = itemgetter(*_SHARED), itemgetter(*_OWN)
_COPY = f"COPY events ({_COLUMNS}) FROM STDIN"
_LINES = r"string_to_array(%s, E'\n')"
"""A column as one text, a value a line: neither canonical JSON nor a name holds a line break."""

# A stream that moved on while the statement waited for the head is caught by the unique version instead.
_APPEND = rf"""
WITH stale AS (
    SELECT FROM unnest({_LINES}, {_LINES}::int[]) AS expected(stream, version) WHERE version <> coalesce(
        (SELECT max(stream_version) FROM events WHERE stream_id = stream), 0)
), taken AS (
    UPDATE log_head SET position = position + %s, recorded_at = greatest(recorded_at, clock_timestamp())
    WHERE id = 1 AND NOT EXISTS (SELECT FROM stale)
    RETURNING position, position - %s AS before, recorded_at,
        ',"recorded_at":"' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"' AS stamp
), answer AS (
    INSERT INTO command_results SELECT %s, %s, before + 1, position, recorded_at FROM taken
), written AS (
    INSERT INTO events ({_COLUMNS})
    SELECT %s, %s, %s, %s, %s::timestamptz, %s,
        stream_id, event_id, stream_version::int, event_type, schema_version::smallint, body,
        before + number, recorded_at,
        sha256('\x00'::bytea || convert_to(head || '"position":' || before + number || stamp || tail, 'UTF8'))
    FROM taken, unnest({", ".join([_LINES] * len(_OWN + _ENDS))})
        WITH ORDINALITY AS event({", ".join(_OWN + _ENDS)}, number)
)
SELECT before + 1, recorded_at FROM taken
"""  # noqa: S608 - joined from this module's own column names


def append(
    tx: Connection,
    writes: "Sequence[Write]",
    rows: list[dict[str, Any]],
    command_id: str,
    request_hash: bytes,
) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    sent = rows if len(rows) <= FEW else []
    values = (
        _lines(write.stream_id for write in writes),
        _lines(write.expected_version for write in writes),
        len(rows),
        len(rows),
        command_id,
        request_hash,
        *(_shared(rows[0]) if rows else [None] * len(_SHARED)),
        *(_lines(row[name] for row in sent) for name in _OWN + _ENDS),
    )
    # The driver's own cursor: through SQLAlchemy's the statement took a fifth longer.
    with tx.connection.cursor() as cursor:  # type: ignore[attr-defined]
        try:
            found = cursor.execute(_APPEND, values, prepare=True).fetchone()
        except pg.UniqueViolation as error:
            if error.diag.table_name == "command_results":
                raise Raced("The same command arrived twice at once; nothing was written twice.") from error
            raise _stale(writes) from error
        if found is None:
            raise _stale(writes)
        if len(rows) > FEW:
            _copy(cursor, rows, *found)
    first, recorded_at = found
    return first, recorded_at


def _stale(writes: "Sequence[Write]") -> Raced:
    streams = " or ".join(write.stream_id for write in writes)
    return Raced(f"Someone else changed {streams}; nothing was written. Please look and try again.")


def _lines(values: Iterable[Any]) -> str:
    return "\n".join(map(str, values))


def _copy(cursor: Any, rows: list[dict[str, Any]], first: int, recorded_at: datetime) -> None:
    text = iso(recorded_at)
    with cursor.copy(_COPY) as copy:
        for position, row in enumerate(rows, first):
            leaf = canonical.leaf_hash(canonical.join(row["head"], position, text, row["tail"]))
            copy.write_row((*_shared(row), *_own(row), position, text, leaf))
