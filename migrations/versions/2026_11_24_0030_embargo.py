"""Whether what a meeting adopted is still under embargo. What is there already counts as released.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_embargo"
down_revision = "0029_drafts"
branch_labels = None
depends_on = None
TABLES = ("meetings", "meetings_shadow")


def upgrade() -> None:
    """Adds a column to both; the rebuild that the projection's new version asks for fills it."""
    for table in TABLES:
        op.add_column(table, sa.Column("embargoed", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drops it."""
    for table in TABLES:
        op.drop_column(table, "embargoed")
