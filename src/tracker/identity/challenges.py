"""What a passkey must sign: random, given out by the tracker, good once and for five minutes."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert
from webauthn.helpers import bytes_to_base64url

from tracker.identity.bearer import hashed
from tracker.identity.tables import challenges

LIFE = timedelta(minutes=5)
BYTES = 32


def give(tx: Connection, purpose: str, now: datetime, *, session_id: str | None = None) -> bytes:
    """A new one for this purpose, in this session if there is one."""
    challenge = secrets.token_bytes(BYTES)
    row = {"challenge_hash": _hash(challenge), "purpose": purpose, "session_id": session_id}
    tx.execute(insert(challenges).values(expires_at=now + LIFE, **row))
    return challenge


def take(
    tx: Connection, challenge: bytes, purpose: str, now: datetime, *, session_id: str | None = None
) -> bool:
    """Whether it was given out for just this, lately, and not taken yet; afterwards it is gone either way."""
    taken = delete(challenges).where(challenges.c.challenge_hash == _hash(challenge))
    row = tx.execute(taken.returning(*challenges.c)).one_or_none()
    return (
        row is not None and row.purpose == purpose and row.session_id == session_id and row.expires_at > now
    )


def sweep(tx: Connection, now: datetime) -> int:
    """Removes those that are too old; how many."""
    return tx.execute(delete(challenges).where(challenges.c.expires_at <= now)).rowcount


def _hash(challenge: bytes) -> str:
    return hashed(bytes_to_base64url(challenge))
