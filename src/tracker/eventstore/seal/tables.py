"""What the sealer keeps in the database: checkpoints, and the hashes of complete parts of the tree."""

from sqlalchemy import Column, LargeBinary, SmallInteger, String, Table, Text

from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime, metadata

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Position, primary_key=True, autoincrement=False),
    Column("key_id", String(8), primary_key=True),
    Column("note", Text, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
)
"""Signed notes: so many events, with this root. `key_id` is the key that signed; append-only as the log is."""

merkle_nodes = Table(
    "merkle_nodes",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""The root of leaves `number * 2**level` up to `(number + 1) * 2**level`, for complete ones at levels 8, 16, 24, …:
enough that a proof reads a few short ranges."""

keys = Table(
    "seal_keys",
    metadata,
    Column("key_id", String(8), primary_key=True),
    Column("key", Text, nullable=False),
    Column("number", SmallInteger, nullable=False, unique=True),
    Column("introduced", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
"""The keys that signed, in order: `introduced` is the line by which the one before signed this one, empty for the
first."""

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("size", Position, primary_key=True, autoincrement=False),
    Column("key_id", String(8), primary_key=True),
    Column("line", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)
"""What witnesses signed: somebody outside saw this checkpoint, and none that contradicts it."""
