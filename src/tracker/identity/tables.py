"""What proves who someone is. Plain tables: they hold secrets and passing things, which no event may."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, false

from tracker.eventstore.rows import Json
from tracker.kit.db import UtcDateTime, metadata

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(80), nullable=False),
    # What it is good for; a link of one purpose opens nothing else.
    Column("purpose", String(30), nullable=False, server_default="sign_in"),
    # The id of the thing that it is about, where its purpose has one.
    Column("about", String(80), nullable=False, server_default=""),
    # The page of this site on which its reader goes on.
    Column("next_path", Text, nullable=False, server_default=""),
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

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("hits", Integer, nullable=False),
)

security_log = Table(
    "security_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(40), nullable=False),
    Column("person_id", String(80)),
    Column("address_hash", String(64)),
    Column("client", String(64), nullable=False),
    Column("facts", Json, nullable=False),
    Index(None, "at"),
    Index(None, "person_id"),
)

oidc_identities = Table(
    "oidc_identities",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", String(80), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "issuer"),
)
"""Who a provider's subject is here. Outside the log, so that it can be erased."""

oidc_ceremonies = Table(
    "oidc_ceremonies",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
    # Whom the provider vouched for, while they have not confirmed by mail that the account is theirs.
    Column("subject", String(255)),
    Column("strong", Boolean, nullable=False, server_default=false()),
)
"""Sign-ins that came back from the provider: each does so once."""
