"""Files that were brought as evidence and that no event names yet.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0019_evidence"
down_revision = "0018_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "evidence_uploads",
        sa.Column("sha256", sa.String(64)),
        sa.Column("person_id", sa.String(80)),
        sa.Column("arrived_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "person_id", name="pk_evidence_uploads"),
    )
    op.create_index("ix_evidence_uploads_arrived_at", "evidence_uploads", ["arrived_at"])


def downgrade() -> None:
    """Drops it; a file that was refused meanwhile stays in its folder."""
    op.drop_table("evidence_uploads")
