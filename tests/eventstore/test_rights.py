"""The application's role on PostgreSQL may add to the log and read it; nothing else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from tests.eventstore.ledger import LEDGER, Give, context
from tracker.eventstore.execute import execute
from tracker.eventstore.store import head
from tracker.kit.db import Database


@pytest.fixture
def application(postgresql_url: str) -> Iterator[Database]:
    """A database whose transactions run as the application's role."""
    database = Database(postgresql_url)
    with database.write() as tx:
        execute(tx, LEDGER, "a", Give(scope="x"), context())
    yield database
    database.dispose()


def as_application(tx: Connection) -> Connection:
    """From here on with the rights of the application's role."""
    tx.execute(text("SET LOCAL ROLE tracker_app"))
    return tx


def test_the_application_appends_and_projects(application: Database) -> None:
    with application.write() as tx:
        execute(as_application(tx), LEDGER, "b", Give(scope="x"), context())
    with application.read() as connection:
        assert head(connection) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_id = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "SET session_replication_role = replica",
        "UPDATE command_results SET first_position = 1",
        "DELETE FROM command_results",
        "INSERT INTO log_head VALUES (2, 0, now())",
        "DELETE FROM log_head",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_the_application_cannot_touch_history(application: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), application.write() as tx:
        as_application(tx).execute(text(statement))


def test_the_owner_s_own_hand_is_stopped_by_the_triggers_even_as_a_replica(application: Database) -> None:
    with pytest.raises(Exception, match="append-only"), application.write() as tx:
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        tx.execute(text("DELETE FROM events"))
