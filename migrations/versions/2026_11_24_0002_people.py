"""Partners, people, appointments.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.twins import create_projected, drop_projected
from tracker.kit.db import UtcDateTime

revision = "0003_people"
down_revision = "0002_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    create_projected(
        "partners",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    create_projected(
        "memberships",
        sa.Column("body", sa.String(40), primary_key=True),
        sa.Column("partner", sa.String(20), primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("grouping", sa.String(80), nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("note", sa.Text, nullable=False),
    )
    create_projected(
        "people",
        sa.Column("person_id", sa.String(80), primary_key=True),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    create_projected(
        "roles",
        sa.Column("person_id", sa.String(80), primary_key=True),
        sa.Column("role", sa.String(30), primary_key=True),
        sa.Column("scope", sa.String(40), primary_key=True),
        sa.Column("since", UtcDateTime, nullable=False),
    )
    create_projected(
        "appointments",
        sa.Column("body", sa.String(40), primary_key=True),
        sa.Column("partner", sa.String(20), primary_key=True),
        sa.Column("person_id", sa.String(80), primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    op.create_index("ix_appointments_person_id", "appointments", ["person_id"])
    op.create_table(
        "person_details",
        sa.Column("person_id", sa.String(80)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False, server_default="en"),
        sa.Column("time_zone", sa.String(60), nullable=False, server_default="UTC"),
        sa.UniqueConstraint("email", name="uq_person_details_email"),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_details"),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(64)),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_links"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64)),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    op.drop_table("sessions")
    op.drop_table("sign_in_links")
    op.drop_table("person_details")
    drop_projected("appointments")
    drop_projected("roles")
    drop_projected("people")
    drop_projected("memberships")
    drop_projected("partners")
