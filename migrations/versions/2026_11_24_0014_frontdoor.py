"""The front door: letters to one person, links that know what they are for, limits, the security log, accounts that are
disabled, former names and changes of address.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0015_frontdoor"
down_revision = "0014_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds columns and tables."""
    for name in ("people", "people_shadow"):
        op.add_column(name, sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column(
        "sign_in_links", sa.Column("purpose", sa.String(30), nullable=False, server_default="sign_in")
    )
    op.add_column("sign_in_links", sa.Column("about", sa.String(80), nullable=False, server_default=""))
    op.add_column("sign_in_links", sa.Column("next_path", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.String(160)),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_limits"),
    )
    op.create_table(
        "security_log",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(80)),
        sa.Column("address_hash", sa.String(64)),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_security_log"),
    )
    op.create_index("ix_security_log_at", "security_log", ["at"])
    op.create_index("ix_security_log_person_id", "security_log", ["person_id"])
    op.create_table(
        "letters",
        sa.Column("id", sa.String(36)),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(80)),
        sa.Column("email", sa.String(320)),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
    )
    op.create_table(
        "former_names",
        sa.Column("person_id", sa.String(80)),
        sa.Column("until", UtcDateTime),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "until", name="pk_former_names"),
    )
    op.create_table(
        "address_changes",
        sa.Column("id", sa.String(36)),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("new_email", sa.String(320), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("old_confirmed_at", UtcDateTime),
        sa.Column("new_confirmed_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_address_changes"),
    )
    op.create_index("ix_address_changes_person_id", "address_changes", ["person_id"])


def downgrade() -> None:
    """Drops them; disabled accounts can be rebuilt from the log, the rest is gone."""
    for name in ("address_changes", "former_names", "letters", "security_log", "rate_limits"):
        op.drop_table(name)
    for name in ("next_path", "about", "purpose"):
        op.drop_column("sign_in_links", name)
    for name in ("people_shadow", "people"):
        op.drop_column(name, "disabled")
