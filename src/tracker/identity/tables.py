"""What proves who someone is. Plain tables: they hold secrets and passing things, which no event may."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text, false

from tracker.kit.db import UtcDateTime, metadata

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(80), nullable=False),
    # Given out at the server's own terminal: as good as a second factor.
    Column("strong", Boolean, nullable=False, server_default=false()),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(80), nullable=False),
    Column("means", String(20), nullable=False, server_default="link"),
    Column("agent", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    # Since when a second factor stands behind it; NULL: none does.
    Column("strong_at", UtcDateTime),
    Column("last_seen_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "person_id"),
)
