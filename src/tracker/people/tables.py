"""Rebuildable rows of partners and appointments and access, and erasable tables of names and addresses that no event feeds."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from tracker.eventstore.rows import Json, projected
from tracker.kit.db import UtcDateTime, metadata

partners = projected(
    "partners",
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
)

memberships = projected(
    "memberships",
    Column("body", String(40), primary_key=True),
    Column("partner", String(20), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("grouping", String(80), nullable=False),
    Column("until", Date),
    Column("note", Text, nullable=False),
)

people = projected(
    "people",
    Column("person_id", String(80), primary_key=True),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

roles = projected(
    "roles",
    Column("person_id", String(80), primary_key=True),
    Column("role", String(30), primary_key=True),
    Column("scope", String(40), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

appointments = projected(
    "appointments",
    Column("body", String(40), primary_key=True),
    Column("partner", String(20), primary_key=True),
    Column("person_id", String(80), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("standing", String(20), nullable=False),
    Column("until", Date),
    Column("demonstration", Boolean, nullable=False),
    Index(None, "person_id"),
)

access = projected(
    "access",
    Column("person_id", String(80), primary_key=True),
    # `account`, a role, or `focal_point`; the scope of an account is empty, that of a focal point `body:partner`.
    Column("held", String(30), primary_key=True),
    Column("scope", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    # The days that the events name, `until` exclusive.
    Column("since", Date, nullable=False),
    Column("until", Date),
    # When the tracker learned it and when it learned otherwise: in between it let the person do what follows from it.
    Column("known_from", UtcDateTime, nullable=False),
    Column("known_until", UtcDateTime),
    Index(None, "known_from"),
)
"""What people held and hold, period by period; a period of which other days become known is another period."""

person_details = Table(
    "person_details",
    metadata,
    Column("person_id", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", String(320), nullable=False, unique=True),
    Column("locale", String(10), nullable=False, server_default="en"),
    Column("time_zone", String(60), nullable=False, server_default="UTC"),
)
"""Names and addresses, outside the log so that they can be erased. `email` is stored in lower case."""

former_names = Table(
    "former_names",
    metadata,
    Column("person_id", String(80), primary_key=True),
    Column("until", UtcDateTime, primary_key=True),
    Column("name", Text, nullable=False),
)
"""The name that was shown until a moment, since the one before it. The name shown now stands in `person_details`."""

letters = Table(
    "letters",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("purpose", String(40), nullable=False),
    Column("person_id", String(80)),
    # Where it goes, if not to the address that the person has when it is sent.
    Column("email", String(320)),
    Column("facts", Json, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)
"""Mail to one person that is still to be sent; removed once it was. No secret is in it."""

address_changes = Table(
    "address_changes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(80), nullable=False),
    Column("new_email", String(320), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("old_confirmed_at", UtcDateTime),
    Column("new_confirmed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index(None, "person_id"),
)
"""Changes of address on their way; `ended_at`: done, cancelled or overtaken by another."""

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", String(80), primary_key=True),
    # The address of the form.
    Column("form", String(300), primary_key=True),
    # Empty for what its writer saved; else the hash of the cookie of the one browser that may show it again.
    Column("browser", String(64), primary_key=True),
    Column("fields", Json, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
"""What people typed and did not send: saved by themselves, or kept because their session had ended."""

recoveries = projected(
    "recoveries",
    Column("person_id", String(80), primary_key=True),
    Column("request", Integer, nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("approved_by", String(80)),
)
