"""What proves who someone is. Plain tables: they hold secrets and passing things, which no event may."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

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

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("person_id", String(80), nullable=False),
    # In its owner's words, so that they know it again.
    Column("name", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    # Made by someone behind whom a second factor stood.
    Column("strong", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # The first day, in UTC, on which it works no longer.
    Column("expires_on", Date, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
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

code_apps = Table(
    "code_apps",
    metadata,
    Column("person_id", String(80), primary_key=True),
    # The secret that the person's app holds too, encrypted.
    Column("sealed", Text, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    # NULL: no code of the app was shown yet, so that it counts for nothing.
    Column("confirmed_at", UtcDateTime),
    # Of which half minute (since 1970) the last code that was taken is: neither it nor an older one works again.
    Column("last_counter", Integer, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", String(80), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(80), nullable=False),
    # Base64url, as browsers write it; up to 1,023 bytes.
    Column("credential_id", Text, nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "person_id"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("challenge_hash", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    # The session in which it was given out; NULL: to somebody who signs in.
    Column("session_id", String(64)),
    Column("expires_at", UtcDateTime, nullable=False),
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
