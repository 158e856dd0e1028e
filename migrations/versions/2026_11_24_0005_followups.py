"""Follow-ups.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.twins import create_projected, drop_projected
from tracker.kit.db import UtcDateTime

revision = "0006_followups"
down_revision = "0005_recommendations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    create_projected(
        "followups",
        sa.Column("recommendation", sa.String(60), primary_key=True),
        sa.Column("partner", sa.String(20), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("response", sa.String(20)),
        sa.Column("status", sa.String(30)),
        sa.Column("raw_label", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date),
        sa.Column("narrative", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("report_id", sa.String(80)),
        sa.Column("verification", sa.String(10)),
        sa.Column("counted_status", sa.String(30)),
        sa.Column("reported_by", sa.String(80)),
        sa.Column("reported_at", UtcDateTime),
        sa.Column("heard_at", UtcDateTime),
        sa.Column("due_on", sa.Date),
        sa.Column("original_due_on", sa.Date),
        sa.Column("ending", sa.String(30)),
        sa.Column("ended_by", sa.String(40)),
        sa.Column("ended_on", sa.Date),
        sa.Column("reports", sa.Text, nullable=False),
        sa.Column("decisions", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    op.create_index("ix_followups_partner", "followups", ["partner"])


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    drop_projected("followups")
