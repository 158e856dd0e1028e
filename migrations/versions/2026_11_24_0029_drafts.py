"""What people typed and did not send yet.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.rows import Json
from tracker.kit.db import UtcDateTime

revision = "0029_drafts"
down_revision = "0028_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table, behind its wall: a draft is its writer's alone."""
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.String(80)),
        sa.Column("form", sa.String(300)),
        sa.Column("browser", sa.String(64)),
        sa.Column("fields", Json, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "form", "browser", name="pk_drafts"),
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE drafts ENABLE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY application ON drafts TO tracker_app USING (true) WITH CHECK (true)")


def downgrade() -> None:
    """Drops it, with what nobody sent."""
    op.drop_table("drafts")
