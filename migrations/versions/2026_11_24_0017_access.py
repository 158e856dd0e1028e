"""Who held what, period by period: a read table that `tracker migrate` fills from the log.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0018_access"
down_revision = "0017_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and its shadow."""
    for name in ("access", "access_shadow"):
        op.create_table(
            name,
            sa.Column("person_id", sa.String(80)),
            sa.Column("held", sa.String(30)),
            sa.Column("scope", sa.String(64)),
            sa.Column("number", sa.Integer),
            sa.Column("since", sa.Date, nullable=False),
            sa.Column("until", sa.Date),
            sa.Column("known_from", UtcDateTime, nullable=False),
            sa.Column("known_until", UtcDateTime),
            sa.PrimaryKeyConstraint("person_id", "held", "scope", "number", name=f"pk_{name}"),
        )
    op.create_index("ix_access_known_from", "access", ["known_from"])


def downgrade() -> None:
    """Drops both; the log holds all of it."""
    for name in ("access_shadow", "access"):
        op.drop_table(name)
