"""Proofs that leave the tracker: of one event (a receipt), and that one checkpoint grew out of another."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from tracker.eventstore.seal import kept, merkle
from tracker.eventstore.seal.hashes import Hashes
from tracker.eventstore.seal.notes import Note
from tracker.eventstore.seal.tables import cosignatures
from tracker.eventstore.tables import events
from tracker.kit.clock import iso
from tracker.kit.errors import BadInput, NotFound

RECEIPT, CONSISTENCY = "follow-up-tracker receipt 1", "follow-up-tracker consistency 1"


class Witnessed(msgspec.Struct, frozen=True):
    """An event with every field that its hash covers; `body` and `metadata` are the exact texts."""

    position: int
    event_id: str
    stream_id: str
    stream_version: int
    event_type: str
    schema_version: int
    actor_id: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    effective_at: str
    recorded_at: str
    body: str
    metadata: str


class Receipt(msgspec.Struct, frozen=True):
    """That an event is in the log: `inclusion` leads from its hash to the root in the signed `checkpoint`; hashes are
    base64. `keys` are those of the log, each introduced by the one before."""

    format: str
    event: Witnessed
    inclusion: list[str]
    checkpoint: str
    keys: list["PublicKey"]


class PublicKey(msgspec.Struct, frozen=True):
    """A key as C2SP notes write it, and the line by which the one before signed for it, empty for the first."""

    key: str
    introduced: str


class Consistency(msgspec.Struct, frozen=True):
    """That the log of the `older` checkpoint is the beginning of that of the `newer`."""

    format: str
    older: str
    newer: str
    consistency: list[str]
    keys: list[PublicKey]


def receipt(connection: Connection, position: int) -> Receipt:
    """Of the event at a position, under the newest checkpoint. Raises `NotFound`: there is none, or it is not sealed."""
    query = select(*(events.c[name] for name in Witnessed.__struct_fields__)).where(
        events.c.position == position
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"The log has no position {position}.")
    note = kept.newest(connection)
    if note is None or note.checkpoint.size < position:
        raise NotFound(
            f"Position {position} is not sealed yet; it is within some minutes. Please ask again then."
        )
    values: list[Any] = [iso(value) if isinstance(value, datetime) else value for value in row]
    path = merkle.inclusion(position - 1, note.checkpoint.size, Hashes(connection))
    return Receipt(
        RECEIPT,
        Witnessed(*values),
        _encoded(path),
        whole(connection, note),
        _keys(connection),
    )


def consistency(connection: Connection, older: int, newer: int) -> Consistency:
    """Between the checkpoints of so many events. Raises `NotFound`, and `BadInput` if they stand the wrong way round."""
    if older > newer:
        raise BadInput(f"The checkpoint of {older} events is not the older one; please swap the two.")
    first, second = kept.of_size(connection, older), kept.of_size(connection, newer)
    path = merkle.consistency(older, newer, Hashes(connection))
    notes = whole(connection, first), whole(connection, second)
    return Consistency(CONSISTENCY, *notes, _encoded(path), _keys(connection))


def whole(connection: Connection, note: Note) -> str:
    """The checkpoint with the log's signature and those of its witnesses."""
    query = select(cosignatures.c.line).where(cosignatures.c.size == note.checkpoint.size)
    lines = connection.execute(query.order_by(cosignatures.c.received_at, cosignatures.c.key_id)).scalars()
    return Note(note.checkpoint, (*note.signatures, *lines)).text


def _keys(connection: Connection) -> list[PublicKey]:
    return [PublicKey(each.key.text, each.introduced) for each in kept.known_keys(connection)]


def _encoded(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in path]
