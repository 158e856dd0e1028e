"""Bodies and meetings.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.twins import create_projected, drop_projected

revision = "0004_meetings"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    create_projected(
        "bodies",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("groupings", sa.Text, nullable=False),
        sa.Column("validation", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    create_projected(
        "themes",
        sa.Column("body", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
    )
    create_projected(
        "meetings",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("prepares", sa.String(40)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("country", sa.String(20), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("announced", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    op.create_index("ix_meetings_body_starts_on", "meetings", ["body", "starts_on"])
    create_projected(
        "workshops",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_index("ix_workshops_meeting", "workshops", ["meeting"])
    create_projected(
        "facts",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
    )
    op.create_index("ix_facts_meeting", "facts", ["meeting"])


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    drop_projected("facts")
    drop_projected("workshops")
    drop_projected("meetings")
    drop_projected("themes")
    drop_projected("bodies")
