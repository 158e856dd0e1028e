"""Whole streams out of the log, for a rebuild: the quick way to read very many events.

The database joins the events of a stream to one JSON text, so that a row of the answer is a stream and not an event,
and one call of the decoder reads it all. Columns that no handler may look at are not read, and the body of an event is
decoded only when a handler asks for it.
"""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, literal_column, select

from tracker.eventstore.registry import Event, decode
from tracker.eventstore.tables import events
from tracker.kit.errors import Tampered

Joined = tuple[str, bytes]
"""The name of a stream and its events as one text, still encoded."""


class Happened(msgspec.Struct, array_like=True, gc=False):
    """An event as a handler sees it (`projector.Seen`)."""

    position: int
    stream_version: int
    event_type: str
    schema_version: int
    body: msgspec.Raw
    metadata: dict[str, Any]
    actor_id: str
    effective_at: datetime
    recorded_at: datetime
    stream_id: str = ""

    @property
    def event(self) -> Event:
        """The body, decoded and brought to its current version. Raises `UnknownEvent`."""
        return decode(self.event_type, self.schema_version, self.body)


# An event as JSON in the order of the fields of `Happened`; body and metadata are JSON already.
_EVENT = """'[' || position || ',' || stream_version || ',"' || event_type || '",' || schema_version || ','
|| body || ',' || metadata || ',' || {quote}(actor_id) || ',' || {quote}(effective_at) || ','
|| {quote}(recorded_at) || ']'"""
_JOIN_POSTGRESQL = f"string_agg({_EVENT.format(quote='to_json')}, ',')"
_JOIN_SQLITE = f"CAST(group_concat({_EVENT.format(quote='json_quote')}, ',') AS BLOB)"
_decode = msgspec.json.Decoder(list[Happened]).decode
_by_version = attrgetter("stream_version")


def read_streams(
    connection: Connection, after: str, *, limit: int, up_to: int
) -> tuple[Sequence[Joined], str | None]:
    """The next whole streams by name, as they stood at position `up_to`, with about `limit` events, and the name after
    which to go on, None at the end."""
    names = select(events.c.stream_id).where(events.c.stream_id > after)
    # The index alone answers this, so that it costs little although it counts what came after `up_to` too.
    last = connection.execute(
        names.order_by(events.c.stream_id, events.c.stream_version).offset(limit - 1).limit(1)
    ).scalar()
    postgresql = connection.dialect.name == "postgresql"
    query = select(events.c.stream_id, literal_column(_JOIN_POSTGRESQL if postgresql else _JOIN_SQLITE))
    query = query.where(events.c.stream_id > after, events.c.position <= up_to)
    if last is not None:
        query = query.where(events.c.stream_id <= last)
    query = query.group_by(events.c.stream_id).order_by(events.c.stream_id)
    return (_copied if postgresql else _selected)(connection, query), last


def split(joined: Joined) -> list[Happened]:
    """The events of a stream in order. Raises `Tampered`."""
    stream_id, text = joined
    try:
        found = _decode(b"[%b]" % text)
    except msgspec.MsgspecError as error:
        raise Tampered(
            f"The stream {stream_id} holds what nobody can have written ({error}); `tracker verify` says where."
        ) from error
    found.sort(key=_by_version)  # SQLite does not promise in which order it joins
    for each in found:
        each.stream_id = stream_id
    return found


def _selected(connection: Connection, query: Select[str, Any]) -> list[Joined]:
    return [(stream_id, text) for stream_id, text in connection.execute(query)]


def _copied(connection: Connection, query: Select[str, Any]) -> list[Joined]:
    # Only so does the driver hand over bytes: decoded to str and encoded again, they cost as much as the decoding.
    compiled = query.compile(dialect=connection.dialect)
    statement = f"COPY ({compiled}) TO STDOUT (FORMAT BINARY)"
    with connection.connection.cursor() as cursor, cursor.copy(statement, compiled.params) as copy:  # type: ignore[attr-defined]
        copy.set_types(["text", "bytea"])
        return list(copy.rows())
