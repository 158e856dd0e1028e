"""The canonical form against the rules of RFC 8785 and the leaf hash against RFC 6962."""

import hashlib
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker.eventstore import canonical

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
    max_leaves=20,
)


def by_the_book(value: object) -> str:
    """RFC 8785 section 3.2 for values without floats, written apart from the code under test."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{by_the_book(k)}:{by_the_book(v)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(by_the_book, value)) + "]"
    if isinstance(value, str):
        short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
        return '"' + "".join(short.get(c, f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    return json.dumps(value)


@given(values)
def test_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    assert canonical.encode(value).decode() == by_the_book(value)


@given(texts, texts, st.none() | texts, st.integers(1, 2**53 - 1))
def test_the_two_ends_and_the_head_s_members_make_the_canonical_envelope(
    actor: str, command: str, cause: str | None, position: int
) -> None:
    instant = datetime(2018, 3, 2, tzinfo=UTC)
    stream = {
        "stream_id": "test-1",
        "actor_id": actor,
        "command_id": command,
        "correlation_id": command,
        "causation_id": cause,
    }
    own = {"event_id": "0190", "event_type": "test.happened", "schema_version": 1, "stream_version": 3}
    envelope = canonical.Envelope(**stream, effective_at=instant, metadata=b"{}")
    head, tail = envelope.ends(body=b"{}", **own)
    whole = canonical.join(head, position, "2018-03-02T00:00:00.000000Z", tail)
    at = "2018-03-02T00:00:00.000000Z"
    expected = {
        **stream,
        **own,
        "effective_at": at,
        "recorded_at": at,
        "position": position,
        "body_sha256": hashlib.sha256(b"{}").hexdigest(),
        "metadata_sha256": hashlib.sha256(b"{}").hexdigest(),
    }
    assert whole.decode() == by_the_book(expected)


def test_a_leaf_is_hashed_with_the_domain_separation_of_rfc_6962() -> None:
    # The hash of the empty leaf, as published with the RFC's test vectors.
    assert (
        canonical.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
