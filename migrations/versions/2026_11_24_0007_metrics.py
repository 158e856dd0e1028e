"""Implementation metrics.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0008_metrics"
down_revision = "0007_digests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "metric_snapshots",
        sa.Column("id", sa.String(36)),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("computed_at", UtcDateTime, nullable=False),
        sa.Column("meeting_on", sa.Date),
        sa.Column("days_before", sa.Integer),
        sa.Column("opens_on", sa.Date),
        sa.Column("opening", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("implemented", sa.Integer, nullable=False),
        sa.Column("otherwise_ended", sa.Integer, nullable=False),
        sa.Column("closing", sa.Integer, nullable=False),
        sa.UniqueConstraint(
            "meeting", "meeting_on", "days_before", name="uq_metric_snapshots_meeting_meeting_on_days_before"
        ),
        sa.UniqueConstraint(
            "meeting", "reason", "as_of", "position", name="uq_metric_snapshots_meeting_reason_as_of_position"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_metric_snapshots"),
    )
    op.create_index("ix_metric_snapshots_meeting_computed_at", "metric_snapshots", ["meeting", "computed_at"])
    op.create_table(
        "metric_figures",
        sa.Column("snapshot_id", sa.String(36)),
        sa.Column("scope", sa.String(20)),
        sa.Column("key", sa.String(80)),
        sa.Column("implemented", sa.Integer, nullable=False),
        sa.Column("denominator", sa.Integer, nullable=False),
        sa.Column("no_information", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["metric_snapshots.id"],
            name=op.f("fk_metric_figures_snapshot_id_metric_snapshots"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "scope", "key", name="pk_metric_figures"),
    )


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    op.drop_table("metric_figures")
    op.drop_table("metric_snapshots")
