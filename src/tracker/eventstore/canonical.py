"""Canonical JSON (RFC 8785) and the leaf hash of an event (RFC 6962 domain separation)."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from tracker.kit.clock import iso

_encoder = msgspec.json.Encoder(order="sorted")


def encode(value: Any) -> bytes:
    """`value` as canonical JSON. Events hold no floats and only ASCII keys, so sorted keys and msgspec's minimal
    escapes are what RFC 8785 asks for; `tests/eventstore/test_canonical.py` holds it against the RFC's rules."""
    return _encoder.encode(value)


def digest(text: bytes) -> str:
    """SHA-256 as lower-case hexadecimal."""
    return hashlib.sha256(text).hexdigest()


ENVELOPE_FIELDS = (
    "actor_id",
    "causation_id",
    "command_id",
    "correlation_id",
    "effective_at",
    "event_id",
    "event_type",
    "schema_version",
    "stream_id",
    "stream_version",
)
"""Members of the envelope that are columns of the log; beside them stand position, recorded_at and the two hashes."""


def envelope_ends(
    *,
    actor_id: str,
    body: bytes,
    causation_id: str | None,
    command_id: str,
    correlation_id: str,
    effective_at: datetime,
    event_id: str,
    event_type: str,
    metadata_hash: str,
    schema_version: int,
    stream_id: str,
    stream_version: int,
) -> tuple[str, str]:
    """The canonical envelope before and after the two members that only the log's head can give:
    `"position":N,"recorded_at":"…"`. Their names sort next to each other, so the envelope falls into two strings,
    which the database can join and hash under the lock (see `docs/decisions/0004-append.md`).
    """
    head = (
        f'{{"actor_id":{_quote(actor_id)},"body_sha256":"{digest(body)}","causation_id":'
        f'{"null" if causation_id is None else _quote(causation_id)},"command_id":{_quote(command_id)},'
        f'"correlation_id":{_quote(correlation_id)},"effective_at":"{iso(effective_at)}",'
        f'"event_id":"{event_id}","event_type":"{event_type}","metadata_sha256":"{metadata_hash}",'
    )
    tail = (
        f',"schema_version":{schema_version},"stream_id":{_quote(stream_id)},"stream_version":{stream_version}}}'
    )
    return head, tail


def join(head: str, position: int, recorded_at: str, tail: str) -> bytes:
    """The whole canonical envelope; `recorded_at` as `clock.iso` writes it."""
    return f'{head}"position":{position},"recorded_at":"{recorded_at}"{tail}'.encode()


def leaf_hash(envelope: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256 of a zero byte and the leaf."""
    return hashlib.sha256(b"\x00" + envelope).digest()


def _quote(text: str) -> str:
    return _encoder.encode(text).decode()
