"""What can be found: rows of finished terms, and a full-text index over them.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.eventstore.twins import create_projected, drop_projected

revision = "0028_search"
down_revision = "0027_cutoff"
branch_labels = None
depends_on = None

POSTGRESQL = (
    # What is long lies apart, so that counting the finds reads few pages.
    "ALTER TABLE search_entries SET (toast_tuple_target = 128)",
    # Not a mere cast, so that it has a cost: the planner would think nothing of making a vector of every row.
    """
    CREATE FUNCTION search_vector(terms text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'BEGIN RETURN terms::tsvector; END'
    """,
    "CREATE INDEX search_words ON search_entries USING gin (search_vector(terms))",
)
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5(
        terms, content='search_entries', content_rowid='id', detail='none', tokenize='ascii', prefix='1 2 3')
    """,
    """
    CREATE TRIGGER search_words_insert AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_words (rowid, terms) VALUES (new.id, new.terms);
    END
    """,
    """
    CREATE TRIGGER search_words_delete AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_words (search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
    END
    """,
    """
    CREATE TRIGGER search_words_update AFTER UPDATE ON search_entries BEGIN
        INSERT INTO search_words (search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
        INSERT INTO search_words (rowid, terms) VALUES (new.id, new.terms);
    END
    """,
)


def upgrade() -> None:
    """Adds the table and its index; the rebuild of a projection that is new fills it."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    create_projected(
        "search_entries",
        sa.Column("id", number, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("body", sa.String(40)),
        sa.Column("meeting", sa.String(40)),
        sa.Column("recommendation", sa.String(60)),
        sa.Column("partner", sa.String(20)),
        sa.Column("status", sa.String(30)),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    drop_projected("search_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_vector")
