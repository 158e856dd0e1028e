"""Append on PostgreSQL: one statement takes the head and writes all that a command changes in the log.

Everything that needs no position is made before (`prepare`). Under the head's lock the server joins and hashes the
envelopes and inserts the events and the command's answer: one round trip (docs/decisions/0004-append.md). Many events
take their positions by the same statement and are then hashed here and copied in.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.eventstore.hold import hold
from tracker.eventstore.prepare import OWN, SHARED, Prepared, Row
from tracker.kit.clock import iso
from tracker.kit.errors import Raced

FEW = 1_000
"""Up to here one statement. Of 100 events it is quicker than COPY, of 10,000 slower."""

_COLUMNS = ", ".join([*SHARED, *OWN, "position", "recorded_at", "leaf_hash"])
_COPY = f"COPY events ({_COLUMNS}) FROM STDIN"
_LINES = r"string_to_array(%s, E'\n')"
"""Values as one text, a value a line: neither canonical JSON nor a name holds a control character."""
_LINE = ", ".join(f"value[{n}]{cast}" for n, cast in enumerate(("", "", "::int", "", "::smallint", ""), 1))
"""The values of `OWN` out of an event's line, where a unit separator parts them."""

# A stream that moved on while the statement waited for the head is caught by the unique version of its next event. One
# that gets no event has none: then the log is held first, so that the statement sees the newest versions.
_APPEND = rf"""
WITH stale AS (
    SELECT FROM unnest({_LINES}, {_LINES}::int[]) AS expected(stream, version) WHERE version <> coalesce(
        (SELECT max(stream_version) FROM events WHERE stream_id = stream), 0)
), taken AS MATERIALIZED (
    SELECT before, recorded_at,
        ',"recorded_at":"' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"' AS stamp
    FROM (SELECT %s::bigint AS count WHERE NOT EXISTS (SELECT FROM stale)) AS fresh, advance_log(fresh.count)
), answer AS (
    INSERT INTO command_results SELECT %s, %s, before + 1, before + %s, recorded_at FROM taken
), written AS (
    INSERT INTO events ({_COLUMNS})
    SELECT %s, %s, %s, %s, %s::timestamptz, %s,
        {_LINE}, before + number, recorded_at,
        sha256('\x00'::bytea || convert_to(value[7] || ('"position":' || before + number || stamp) || value[8], 'UTF8'))
    FROM taken, (
        SELECT string_to_array(line, E'\x1f') AS value, number FROM unnest({_LINES}) WITH ORDINALITY AS _(line, number)
        OFFSET 0  -- cut each line once, not once for each value
    ) AS event
)
SELECT before + 1, recorded_at FROM taken
"""  # noqa: S608 - columns named above


def append(tx: Connection, prepared: Prepared) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    streams, _ = zip(*prepared.expected, strict=True)
    # The driver's own cursor: through SQLAlchemy's the statement took a fifth longer.
    if len({row[0] for row in prepared.rows}) < len(prepared.expected):
        hold(tx)
    with tx.connection.cursor() as cursor:  # type: ignore[attr-defined]
        try:
            found = _write(cursor, prepared)
        except pg.UniqueViolation as error:
            if error.diag.table_name == "command_results":
                raise Raced("The same command arrived twice at once; nothing was written twice.") from error
            raise _stale(streams) from error
        if found is None:
            raise _stale(streams)
    return found


def _write(cursor: Any, prepared: Prepared) -> tuple[int, datetime] | None:
    """None if a stream is not at its expected version."""
    rows = prepared.rows
    streams, versions = zip(*prepared.expected, strict=True)
    values = (
        _lines(streams),
        _lines(versions),
        len(rows),
        prepared.command_id,
        prepared.request_hash,
        len(rows),
        *prepared.shared,
        _events(rows) if len(rows) <= FEW else "",
    )
    found: tuple[int, datetime] | None = cursor.execute(_APPEND, values, prepare=True).fetchone()
    if found is not None and len(rows) > FEW:
        _copy(cursor, prepared, *found)
    return found


def _stale(streams: Iterable[str]) -> Raced:
    return Raced(
        f"Someone else changed {' or '.join(streams)}; nothing was written. Please look and try again."
    )


def _lines(values: Iterable[object]) -> str:
    return "\n".join(map(str, values))


def _events(rows: Iterable[Row]) -> str:
    # Formatted in one go: joined value by value, a batch of 100 took twice as long to write.
    return "\n".join(
        [f"{a}\x1f{b}\x1f{c}\x1f{d}\x1f{e}\x1f{f}\x1f{g}\x1f{h}" for a, b, c, d, e, f, g, h in rows]
    )


def _copy(cursor: Any, prepared: Prepared, first: int, recorded_at: datetime) -> None:
    text = iso(recorded_at)
    with cursor.copy(_COPY) as copy:
        for position, (*own, head, tail) in enumerate(prepared.rows, first):
            leaf = canonical.leaf_hash(canonical.join(head, position, text, tail))
            copy.write_row((*prepared.shared, *own, position, text, leaf))
