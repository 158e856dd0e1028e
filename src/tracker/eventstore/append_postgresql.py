"""Append on PostgreSQL: one statement, one round trip, the head's lock held for no longer than that and the commit.

`append_events` (made by a migration) takes the head, checks the expected versions, joins and hashes the envelopes,
inserts the events and the command's answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import errors as pg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tracker.kit.errors import Raced

if TYPE_CHECKING:
    from tracker.eventstore.store import Write

_STATEMENT = "SELECT first_position, recorded_at FROM append_events(%s, %s, %s, %s)"
_encode = msgspec.json.Encoder().encode


def append(
    tx: Connection, writes: "Sequence[Write]", rows: list[dict[str, Any]], command_id: str, request_hash: str
) -> tuple[int, datetime]:
    """The position of the first event and the recorded time of all."""
    expected = {write.stream_id: write.expected_version for write in writes}
    parameters = (command_id, request_hash, _encode(expected).decode(), _encode(rows).decode())
    try:
        first, recorded_at = tx.exec_driver_sql(_STATEMENT, parameters).one()
    except DBAPIError as error:
        if isinstance(error.orig, pg.UniqueViolation):
            raise Raced("The same command arrived twice at once; nothing was written twice.") from error
        if isinstance(error.orig, pg.RaiseException) and "stale stream" in str(error.orig):
            stream = error.orig.diag.message_detail
            raise Raced(f"Someone else changed {stream}; nothing was written. Please look and try again.") from error
        raise
    return first, recorded_at
