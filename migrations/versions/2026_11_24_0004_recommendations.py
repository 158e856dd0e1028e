"""Adopted elements and activities.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.twins import create_projected, drop_projected

revision = "0005_recommendations"
down_revision = "0004_meetings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    create_projected(
        "recommendations",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("parent", sa.String(60)),
        sa.Column("nature", sa.String(20), nullable=False),
        sa.Column("themes", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("repeats", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("original_due_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("superseded_by", sa.String(60)),
        sa.Column("superseded_on", sa.Date),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    op.create_index("ix_recommendations_body_code", "recommendations", ["body", "code"])
    op.create_index("ix_recommendations_meeting_code", "recommendations", ["meeting", "code"])
    create_projected(
        "recommendation_themes",
        sa.Column("recommendation", sa.String(60), primary_key=True),
        sa.Column("theme", sa.String(60), primary_key=True),
    )
    op.create_index("ix_recommendation_themes_theme", "recommendation_themes", ["theme"])
    create_projected(
        "addressees",
        sa.Column("recommendation", sa.String(60), primary_key=True),
        sa.Column("partner", sa.String(20), primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    op.create_index("ix_addressees_partner", "addressees", ["partner"])
    create_projected(
        "recommendation_links",
        sa.Column("recommendation", sa.String(60), primary_key=True),
        sa.Column("to", sa.String(60), primary_key=True),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_recommendation_links_to", "recommendation_links", ["to"])
    create_projected(
        "activities",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
    )
    create_projected(
        "mentions",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("activity", sa.String(60), nullable=False),
        sa.Column("meeting", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_mentions_activity", "mentions", ["activity"])
    op.create_index("ix_mentions_meeting", "mentions", ["meeting"])
    create_projected(
        "activity_links",
        sa.Column("activity", sa.String(60), primary_key=True),
        sa.Column("recommendation", sa.String(60), primary_key=True),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_activity_links_recommendation", "activity_links", ["recommendation"])


def downgrade() -> None:
    """Drops them; what they hold can be rebuilt from the log only where they are projections."""
    drop_projected("activity_links")
    drop_projected("mentions")
    drop_projected("activities")
    drop_projected("recommendation_links")
    drop_projected("addressees")
    drop_projected("recommendation_themes")
    drop_projected("recommendations")
