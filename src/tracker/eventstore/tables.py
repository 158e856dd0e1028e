"""The tables of the log; migrations add the triggers and grants that keep it append-only."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tracker.kit.db import UtcDateTime, metadata

# SQLite numbers a primary key by itself only when it is called INTEGER; here positions are always given.
Position = BigInteger().with_variant(Integer, "sqlite")

log_head = Table(
    "log_head",
    metadata,
    Column(
        "id", SmallInteger, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False
    ),
    Column("position", Position, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)
"""One row: the position and recorded time of the newest event. Its lock makes position order commit order."""

events = Table(
    "events",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("stream_id", String(200), nullable=False),
    Column("stream_version", Integer, nullable=False),
    Column("event_type", String(80), nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("command_id", String(200), nullable=False),
    Column("correlation_id", String(200), nullable=False),
    Column("causation_id", String(200)),
    Column("effective_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    UniqueConstraint("stream_id", "stream_version"),
    CheckConstraint("position > 0", name="position_positive"),
    CheckConstraint("stream_version > 0", name="version_positive"),
    CheckConstraint("length(leaf_hash) = 32", name="leaf_is_sha256"),
    Index(None, "event_type", "position"),
    Index(None, "recorded_at"),
    Index(None, "actor_id", "position"),
)
"""The log. `body` and `metadata` are canonical JSON text (RFC 8785), exactly as hashed."""

command_results = Table(
    "command_results",
    metadata,
    Column("command_id", String(200), primary_key=True),
    Column("request_hash", LargeBinary(32), nullable=False),
    Column("first_position", Position, nullable=False),
    Column("last_position", Position, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)
"""The stored answer of every command: the positions that it wrote (last < first: it changed nothing)."""

projections = Table(
    "projections",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("position", Position, nullable=False),
    Column("version", Integer, nullable=False),
    Column("shadow_position", Position),
    Column("shadow_version", Integer),
    Column("shadow_stream", String(200)),
)
"""How far each projection has read, and how far a rebuild of it has come: `shadow_position` (NULL: none under way).
While a rebuild goes stream by stream, `shadow_stream` is the last that it folded up to that position."""
