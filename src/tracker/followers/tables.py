"""Addresses that follow something. Never in an event; whoever stops is removed, and nothing stays."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime, metadata

followers = Table(
    "followers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", String(320), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    UniqueConstraint("email"),
)

follows = Table(
    "follows",
    metadata,
    Column("follower", String(36), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("code", String(60), primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("token_hash", String(64)),
    Column("confirmed_at", UtcDateTime),
    Column("position", Position),
    Index(None, "token_hash"),
    Index(None, "kind", "code"),
)
"""`kind`: bodies, recommendations. `token_hash`: of the mailed link that confirms it, until it did. `position`: that of the
log when it was confirmed; what happened before is not told."""
