"""Sign-in through a provider of OpenID Connect: who its subjects are here, and which ceremonies came back.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0021_oidc"
down_revision = "0019_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds two tables."""
    op.create_table(
        "oidc_identities",
        sa.Column("issuer", sa.String(500)),
        sa.Column("subject", sa.String(255)),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("linked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_oidc_identities"),
        sa.UniqueConstraint("person_id", "issuer", name="uq_oidc_identities_person_id_issuer"),
    )
    op.create_table(
        "oidc_ceremonies",
        sa.Column("state_hash", sa.String(64)),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("subject", sa.String(255)),
        sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_ceremonies"),
    )


def downgrade() -> None:
    """Drops them: everybody signs in by mail again."""
    op.drop_table("oidc_ceremonies")
    op.drop_table("oidc_identities")
