"""Kept metrics hold what their pictures show: pairs by status, reports by month.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_pictures"
down_revision = "0025_seal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds a column to each table. Older snapshots stay without; any of them can be counted again at its position."""
    op.add_column("metric_snapshots", sa.Column("activity", sa.Text))
    op.add_column("metric_figures", sa.Column("statuses", sa.Text))


def downgrade() -> None:
    """Drops them."""
    op.drop_column("metric_figures", "statuses")
    op.drop_column("metric_snapshots", "activity")
