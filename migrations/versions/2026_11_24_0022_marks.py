"""Marks of dates: whether demonstration data set a meeting's days and a recommendation's due date.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_marks"
down_revision = "0022_roles"
branch_labels = None
depends_on = None
MARKS = {"meetings": "days_demonstration", "recommendations": "due_demonstration"}


def upgrade() -> None:
    """Adds a column to each; the rebuild that the projections' new version asks for fills it."""
    for name, mark in MARKS.items():
        for table in (name, f"{name}_shadow"):
            op.add_column(table, sa.Column(mark, sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drops them; a rebuild of the older release marks the whole row again."""
    for name, mark in MARKS.items():
        for table in (f"{name}_shadow", name):
            op.drop_column(table, mark)
