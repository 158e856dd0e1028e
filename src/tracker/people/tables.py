"""Rebuildable rows of partners and appointments, and the erasable table of names that no event feeds."""

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from tracker.eventstore.rows import projected
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
