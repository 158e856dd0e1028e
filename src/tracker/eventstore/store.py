"""Append to the log, load a stream, read on from a position. The only module that inserts events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from tracker.eventstore import append_postgresql, append_sqlite
from tracker.eventstore.prepare import Prepared, prepare, request_hash
from tracker.eventstore.registry import Event, decode
from tracker.eventstore.tables import command_results, events, log_head
from tracker.kit.errors import BadInput, Conflict
from tracker.kit.ids import new_id


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, under which command id, since when it is so, and what caused it.

    A command id is the caller's idempotency key: the same id again gives the stored answer, and nothing is written.
    """

    actor_id: str
    effective_at: datetime
    command_id: str = msgspec.field(default_factory=new_id)
    correlation_id: str | None = None
    causation_id: str | None = None
    metadata: dict[str, Any] = {}


class Write(msgspec.Struct, frozen=True):
    """Events for one stream, which must stand at `expected_version` (0: it must not exist)."""

    stream_id: str
    expected_version: int
    events: Sequence[Event]


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event as the log holds it."""

    position: int
    event_id: str
    stream_id: str
    stream_version: int
    event_type: str
    schema_version: int
    event: Event
    metadata: dict[str, Any]
    actor_id: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    effective_at: datetime
    recorded_at: datetime


class Receipt(msgspec.Struct, frozen=True):
    """The answer to a command: the positions of its events, none when `last < first`; `repeated` if it was known."""

    first: int
    last: int
    recorded_at: datetime
    events: tuple[Recorded, ...] = ()
    repeated: bool = False


LONGEST_COMMAND_ID = 200


def append(tx: Connection, writes: Sequence[Write], context: Context, request: bytes = b"") -> Receipt:
    """Writes all events of one command, or none; the answer holds them as recorded.

    `request` is the canonical command, kept as a hash so that its id cannot be used for another one.
    Raises `Conflict` when a stream is not at its expected version, `Raced` when two writers met, `BadInput` for a
    command id or a stream's name that nobody could read back.
    """
    check_command_id(context.command_id)
    if not all(write.stream_id.isprintable() for write in writes):
        raise BadInput("The name of a stream has printable characters only; please check the codes.")
    prepared = prepare(writes, context, request)
    adapter = append_postgresql if tx.dialect.name == "postgresql" else append_sqlite
    first, recorded_at = adapter.append(tx, prepared)
    recorded = _recorded(prepared, writes, context, first, recorded_at)
    return Receipt(first, first + len(recorded) - 1, recorded_at, recorded)


def recall(connection: Connection, command_id: str, request: bytes) -> Receipt | None:
    """The stored answer of a command, None if it is new; raises `Conflict` if its id stood for another request."""
    check_command_id(command_id)
    row = connection.execute(_ANSWER, {"command_id": command_id}).one_or_none()
    if row is None:
        return None
    if bytes(row.request_hash) != request_hash(request):
        raise Conflict(f"The command id {command_id} was used for another command; take a new one.")
    return Receipt(row.first_position, row.last_position, row.recorded_at, repeated=True)


def check_command_id(command_id: str) -> None:
    """Raises `BadInput` unless it is 1 to 200 printable ASCII characters."""
    if not (0 < len(command_id) <= LONGEST_COMMAND_ID and command_id.isascii() and command_id.isprintable()):
        raise BadInput("A command id (Idempotency-Key) has 1 to 200 printable ASCII characters.")


def load(connection: Connection, stream_id: str) -> Sequence[Recorded]:
    """The whole stream in order; empty if it does not exist."""
    return from_rows(connection.execute(_STREAM, {"stream_id": stream_id}))


def read_on(
    connection: Connection,
    after: int,
    *,
    limit: int,
    up_to: int | None = None,
    types: Sequence[str] | None = None,
) -> Sequence[Recorded]:
    """The next events after a position, in order. Positions have no gaps and none appears late: the query that
    follows is the whole of a reader's care."""
    query = all_events().where(events.c.position > after).order_by(events.c.position).limit(limit)
    if up_to is not None:
        query = query.where(events.c.position <= up_to)
    if types is not None:
        query = query.where(events.c.event_type.in_(types))
    return from_rows(connection.execute(query))


def read_all(connection: Connection, *, up_to: int | None = None, batch: int = 5_000) -> Iterator[Recorded]:
    """Every event in order, a batch at a time."""
    after = 0
    while found := read_on(connection, after, limit=batch, up_to=up_to):
        yield from found
        after = found[-1].position


def leaf_hashes(connection: Connection, first: int, last: int) -> dict[int, str]:
    """By position, the hash (hexadecimal) under which each event stands in the log's tree: what a receipt quotes."""
    query = select(events.c.position, events.c.leaf_hash).where(events.c.position.between(first, last))
    return {row.position: bytes(row.leaf_hash).hex() for row in connection.execute(query)}


def recorded_with(connection: Connection, position: int) -> Sequence[Recorded]:
    """All events of the command that recorded the one at this position, in order; empty if there is none."""
    spans = select(command_results.c.first_position, command_results.c.last_position)
    holds = (
        command_results.c.command_id
        == select(events.c.command_id).where(events.c.position == position).scalar_subquery()
    )
    span = connection.execute(spans.where(holds)).one_or_none()
    if span is None:
        return []
    first, last = span
    return read_on(connection, first - 1, limit=last - first + 1)


def head(connection: Connection) -> int:
    """The position of the newest event, 0 for an empty log."""
    return int(connection.execute(select(log_head.c.position)).scalar_one())


def position_at(connection: Connection, instant: datetime) -> int:
    """The position of the last event recorded at or before `instant`: what was known then is the prefix up to it."""
    query = select(func.max(events.c.position)).where(events.c.recorded_at <= instant)
    return connection.execute(query).scalar() or 0


def from_rows(rows: Iterable[Any]) -> list[Recorded]:
    """Rows of the log as `Recorded`; raises `UnknownEvent`."""
    # Unpacked in one go: attribute by attribute, a row took three times as long.
    return [
        Recorded(
            position, event_id, stream_id, stream_version, event_type, schema_version,
            decode(event_type, schema_version, body), _metadata(metadata),
            actor_id, command_id, correlation_id, causation_id, effective_at, recorded_at,
        )
        for (
            position, event_id, stream_id, stream_version, event_type, schema_version, body, metadata,
            actor_id, command_id, correlation_id, causation_id, effective_at, recorded_at,
        ) in rows
    ]  # fmt: skip


@lru_cache(maxsize=256)
def _metadata(text: str) -> dict[str, Any]:
    """The few that there are repeat endlessly; nobody changes what is recorded."""
    decoded: dict[str, Any] = msgspec.json.decode(text)
    return decoded


def all_events() -> Select[Any]:
    """The query that `from_rows` reads, to be narrowed and ordered."""
    return select(*(column for column in events.c if column.name != "leaf_hash"))


# Every command asks these two: composed once, since composing took longer than the database's answer.
_ANSWER = select(command_results).where(command_results.c.command_id == bindparam("command_id"))
_STREAM = all_events().where(events.c.stream_id == bindparam("stream_id")).order_by(events.c.stream_version)


def _recorded(
    prepared: Prepared, writes: Sequence[Write], context: Context, first: int, recorded_at: datetime
) -> tuple[Recorded, ...]:
    happened = (event for write in writes for event in write.events)
    return tuple(
        [
            Recorded(
                position, event_id, stream_id, stream_version, event_type, schema_version, event, context.metadata,
                context.actor_id, context.command_id, context.correlation_id or context.command_id,
                context.causation_id, context.effective_at, recorded_at,
            )
            for position, (event, (stream_id, event_id, stream_version, event_type, schema_version, *_)) in enumerate(
                zip(happened, prepared.rows, strict=True), first
            )
        ]
    )  # fmt: skip
