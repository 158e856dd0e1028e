"""The reporting cut-off of a meeting.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_cutoff"
down_revision = "0026_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; no event has set one yet, so that empty is right."""
    for table in ("meetings", "meetings_shadow"):
        op.add_column(table, sa.Column("reports_by", sa.Date))


def downgrade() -> None:
    """Drops it."""
    for table in ("meetings_shadow", "meetings"):
        op.drop_column(table, "reports_by")
