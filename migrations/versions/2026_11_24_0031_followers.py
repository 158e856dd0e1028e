"""Addresses that follow a recommendation or a body by e-mail.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime

revision = "0031_followers"
down_revision = "0030_embargo"
branch_labels = None
depends_on = None
TABLES = ("followers", "follows")


def upgrade() -> None:
    """Adds two tables, with the second wall around them."""
    op.create_table(
        "followers",
        sa.Column("id", sa.String(36)),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_followers"),
        sa.UniqueConstraint("email", name="uq_followers_email"),
    )
    op.create_table(
        "follows",
        sa.Column("follower", sa.String(36)),
        sa.Column("kind", sa.String(20)),
        sa.Column("code", sa.String(60)),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("position", Position),
        sa.PrimaryKeyConstraint("follower", "kind", "code", name="pk_follows"),
    )
    op.create_index("ix_follows_token_hash", "follows", ["token_hash"])
    op.create_index("ix_follows_kind_code", "follows", ["kind", "code"])
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(
                f'CREATE POLICY application ON "{table}" TO tracker_app USING (true) WITH CHECK (true)'
            )


def downgrade() -> None:
    """Drops them: nobody is told any more."""
    for table in reversed(TABLES):
        op.drop_table(table)
