"""Digests and their mails.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0007_digests"
down_revision = "0006_followups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "digests",
        sa.Column("id", sa.String(36)),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, server_default="due"),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("frozen_at", UtcDateTime),
        sa.Column("email", sa.String(320)),
        sa.Column("message_id", sa.String(200)),
        sa.Column("subject", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("html", sa.Text),
        sa.Column("log_position", sa.BigInteger().with_variant(sa.Integer, "sqlite")),
        sa.Column("lines", sa.Integer),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("smtp_response", sa.Text),
        sa.Column("last_error", sa.Text),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("recipient", "kind", "period", name="uq_digests_recipient_kind_period"),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
    )
    op.create_index("ix_digests_state_due_at", "digests", ["state", "due_at"])


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    op.drop_table("digests")
