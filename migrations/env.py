"""Runs migrations on the database of the settings, or on the connection that the program hands over."""

from alembic import context
from sqlalchemy import Connection, text

from tracker import wiring  # noqa: F401
from tracker.kit.db import Database, metadata
from tracker.kit.settings import settings

FULL_TEXT = "search_words"
"""The full-text index, a GIN index or an FTS5 table with tables of its own, which Alembic cannot describe."""
LOCK_KEY = 8018  # any number that is ours: two migrations at once wait for each other


def migrate(connection: Connection) -> None:
    """All of it in the transaction of the connection: a killed migration leaves nothing behind."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_server_default=False,
        include_name=lambda name, kind, parents: not (name or "").startswith(FULL_TEXT),
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with Database(settings().owner_database).write() as own:
        migrate(own)
