"""What a command writes, made before the log's head is taken: everything but positions, recorded time and hashes."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tracker.eventstore import canonical
from tracker.eventstore.registry import name_of
from tracker.kit.clock import iso
from tracker.kit.ids import new_id

if TYPE_CHECKING:
    from tracker.eventstore.store import Context, Write

SHARED = ("actor_id", "command_id", "correlation_id", "causation_id", "effective_at", "metadata")
"""The columns of `events` that are the same for all events of a command."""
OWN = ("stream_id", "event_id", "stream_version", "event_type", "schema_version", "body")
Row = tuple[str, str, int, str, int, str, str, str]
"""The values of `OWN`, then the two ends of the canonical envelope."""


class Prepared(msgspec.Struct, frozen=True):
    """The events of one command; `expected` are its streams and the versions at which they must stand."""

    command_id: str
    request_hash: bytes
    expected: Sequence[tuple[str, int]]
    shared: tuple[str | None, ...]
    rows: Sequence[Row]


def prepare(writes: "Sequence[Write]", context: "Context", request: bytes) -> Prepared:
    """Encodes the events, gives them ids and versions, and makes their envelopes up to what the head will tell."""
    metadata = canonical.encode(context.metadata)
    correlation_id = context.correlation_id or context.command_id
    rows: list[Row] = []
    for write in writes:
        envelope = canonical.Envelope(
            stream_id=write.stream_id,
            actor_id=context.actor_id,
            command_id=context.command_id,
            correlation_id=correlation_id,
            causation_id=context.causation_id,
            effective_at=context.effective_at,
            metadata=metadata,
        )
        for version, event in enumerate(write.events, write.expected_version + 1):
            event_type, schema_version = name_of(type(event))
            body, event_id = canonical.encode(event), new_id()
            ends = envelope.ends(
                body=body,
                event_id=event_id,
                event_type=event_type,
                schema_version=schema_version,
                stream_version=version,
            )
            text = body.decode()
            rows.append((write.stream_id, event_id, version, event_type, schema_version, text, *ends))
    return Prepared(
        context.command_id,
        request_hash(request),
        [(write.stream_id, write.expected_version) for write in writes],
        (
            context.actor_id,
            context.command_id,
            correlation_id,
            context.causation_id,
            iso(context.effective_at),
            metadata.decode(),
        ),
        rows,
    )


def request_hash(request: bytes) -> bytes:
    """By which a repeated command id is held against the first."""
    return hashlib.sha256(request).digest()
