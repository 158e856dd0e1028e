"""Second factors: codes of an app, recovery codes, passkeys with their challenges, and recoveries under way.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0016_factors"
down_revision = "0015_frontdoor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds tables."""
    op.create_table(
        "code_apps",
        sa.Column("person_id", sa.String(80)),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("last_counter", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_code_apps"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.String(80)),
        sa.Column("code_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(36)),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("credential_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_person_id", "passkeys", ["person_id"])
    op.create_table(
        "challenges",
        sa.Column("challenge_hash", sa.String(64)),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("session_id", sa.String(64)),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name="pk_challenges"),
    )
    for name in ("recoveries", "recoveries_shadow"):
        op.create_table(
            name,
            sa.Column("person_id", sa.String(80)),
            sa.Column("request", sa.Integer, nullable=False),
            sa.Column("asked_by", sa.String(80), nullable=False),
            sa.Column("asked_at", UtcDateTime, nullable=False),
            sa.Column("approved_by", sa.String(80)),
            sa.PrimaryKeyConstraint("person_id", name=f"pk_{name}"),
        )


def downgrade() -> None:
    """Drops them: people enrol their second factors anew."""
    for name in (
        "recoveries_shadow",
        "recoveries",
        "challenges",
        "passkeys",
        "recovery_codes",
        "code_apps",
    ):
        op.drop_table(name)
