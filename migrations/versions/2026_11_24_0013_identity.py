"""Sessions say by which means they began, whether a second factor stands behind them and when they were last used.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0014_identity"
down_revision = "0009_rights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("sign_in_links", sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("means", sa.String(20), nullable=False, server_default="link"))
    op.add_column("sessions", sa.Column("agent", sa.Text, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("strong_at", UtcDateTime))
    op.add_column("sessions", sa.Column("last_seen_at", UtcDateTime))
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_sessions_person_id", "sessions")
    for name in ("last_seen_at", "strong_at", "agent", "means"):
        op.drop_column("sessions", name)
    op.drop_column("sign_in_links", "strong")
