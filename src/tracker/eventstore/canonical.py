"""Canonical JSON (RFC 8785) and the leaf hash of an event (RFC 6962 domain separation)."""

import hashlib
from datetime import datetime
from functools import lru_cache
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


_digest_again = lru_cache(maxsize=256)(digest)
"""For metadata: the few that there are repeat endlessly."""


class Envelope:
    """The canonical envelope of one stream's events, in two ends.

    Between them stand the two members that only the log's head can give, `"position":N,"recorded_at":"…"`. Their names
    sort next to each other, so the database can join the ends and hash the whole under the lock (see
    `docs/decisions/0004-append.md`).
    """

    __slots__ = ("_after_body", "_before_body", "_metadata_hash", "_stream")

    def __init__(
        self,
        *,
        stream_id: str,
        actor_id: str,
        command_id: str,
        correlation_id: str,
        causation_id: str | None,
        effective_at: datetime,
        metadata: bytes,
    ) -> None:
        cause = "null" if causation_id is None else _quote(causation_id)
        self._before_body = f'{{"actor_id":{_quote(actor_id)},"body_sha256":"'
        self._after_body = (
            f'","causation_id":{cause},"command_id":{_quote(command_id)},'
            f'"correlation_id":{_quote(correlation_id)},"effective_at":"{iso(effective_at)}","event_id":"'
        )
        self._metadata_hash = _digest_again(metadata)
        self._stream = f',"stream_id":{_quote(stream_id)},"stream_version":'

    def ends(
        self, *, body: bytes, event_id: str, event_type: str, schema_version: int, stream_version: int
    ) -> tuple[str, str]:
        """What stands before and after position and recorded time."""
        head = (
            f'{self._before_body}{digest(body)}{self._after_body}{event_id}","event_type":"{event_type}",'
            f'"metadata_sha256":"{self._metadata_hash}",'
        )
        return head, f',"schema_version":{schema_version}{self._stream}{stream_version}}}'


def join(head: str, position: int, recorded_at: str, tail: str) -> bytes:
    """The whole canonical envelope; `recorded_at` as `clock.iso` writes it."""
    return f'{head}"position":{position},"recorded_at":"{recorded_at}"{tail}'.encode()


def leaf_hash(envelope: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256 of a zero byte and the leaf."""
    return hashlib.sha256(b"\x00" + envelope).digest()


def _quote(text: str) -> str:
    return _encoder.encode(text).decode()
