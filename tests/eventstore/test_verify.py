"""Verification finds what someone with full rights to the database changed, and names the first bad position."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from tests.eventstore.ledger import context, given
from tracker.eventstore.store import Write, append
from tracker.eventstore.verify import verify
from tracker.kit.db import Database

HASH = "'" + "x" * 32 + "'"
COPIED = (
    "stream_id, event_type, schema_version, body, metadata, actor_id, command_id, correlation_id, causation_id, "
    "effective_at, recorded_at, leaf_hash"
)
INSERTED = (
    f"INSERT INTO events(position, event_id, stream_version, {COPIED}) "  # noqa: S608 - constants
    f"SELECT 11, 'new', 11, {COPIED} FROM events WHERE position = 10"
)
TAMPERING = {
    "body": (["UPDATE events SET body = replace(body, '\"5\"', '\"6\"') WHERE position = 5"], 5),
    "actor": (["UPDATE events SET actor_id = 'someone else' WHERE position = 5"], 5),
    "effective time": (
        ["UPDATE events SET effective_at = '1999-01-01T00:00:00.000000Z' WHERE position = 5"],
        5,
    ),
    "recorded time": (
        ["UPDATE events SET recorded_at = '1999-01-01T00:00:00.000000Z' WHERE position = 5"],
        5,
    ),
    "type": (["UPDATE events SET event_type = 'person.role_withdrawn' WHERE position = 5"], 5),
    "metadata": (['UPDATE events SET metadata = \'{"door":"web"}\' WHERE position = 5'], 5),
    "schema version": (["UPDATE events SET schema_version = 9 WHERE position = 5"], 5),
    "command": (["UPDATE events SET command_id = 'x' WHERE position = 5"], 5),
    "middle deleted": (["DELETE FROM events WHERE position = 5"], 5),
    "tail cut": (["DELETE FROM events WHERE position > 7"], 8),
    "tail and head cut": (
        ["DELETE FROM events WHERE position > 7", "UPDATE log_head SET position = 7"],
        8,
    ),
    "inserted": (
        [
            INSERTED,
        ],
        11,
    ),
    "swapped whole": (
        [
            "UPDATE events SET position = 99 WHERE position = 4",
            "UPDATE events SET position = 4 WHERE position = 5",
            "UPDATE events SET position = 5 WHERE position = 99",
            "UPDATE events SET stream_version = 99 WHERE position = 4",
            "UPDATE events SET stream_version = 5 WHERE position = 5",
            "UPDATE events SET stream_version = 4 WHERE position = 4",
        ],
        4,
    ),
    "duplicated, and the head moved": ([INSERTED, "UPDATE log_head SET position = 11"], 11),
    "inserted in the middle": (
        [
            "UPDATE events SET position = position + 100 WHERE position > 4",
            "UPDATE events SET position = position - 99 WHERE position > 100",
            INSERTED.replace("SELECT 11,", "SELECT 5,").replace("position = 10", "position = 4"),
            "UPDATE log_head SET position = 11",
        ],
        5,
    ),
    "first deleted": (["DELETE FROM events WHERE position = 1"], 1),
    "all deleted": (["DELETE FROM events"], 1),
    "all deleted, and the head reset": (["DELETE FROM events", "UPDATE log_head SET position = 0"], 1),
    "moved to another stream": (["UPDATE events SET stream_id = 'person-b' WHERE position = 5"], 5),
    "event id": (["UPDATE events SET event_id = 'x' WHERE position = 5"], 5),
    "correlation": (["UPDATE events SET correlation_id = 'x' WHERE position = 5"], 5),
    "causation": (["UPDATE events SET causation_id = 'x' WHERE position = 5"], 5),
    "body that is no JSON": (["UPDATE events SET body = '{' WHERE position = 5"], 5),
    "metadata that is no JSON": (["UPDATE events SET metadata = '{' WHERE position = 5"], 5),
    "hash": (
        [
            "UPDATE events SET leaf_hash = (SELECT leaf_hash FROM events WHERE position = 4) WHERE position = 5"
        ],
        5,
    ),
    "body and hash of another": (
        [
            "UPDATE events SET (body, leaf_hash) = (SELECT body, leaf_hash FROM events WHERE position = 4) WHERE position = 5"
        ],
        5,
    ),
    "a command's answer deleted": (
        ["DELETE FROM command_results WHERE first_position = 5"],
        5,
    ),
    "a command's answer moved": (
        ["UPDATE command_results SET first_position = 6, last_position = 6 WHERE first_position = 5"],
        5,
    ),
    "the head's time": (["UPDATE log_head SET recorded_at = '1999-01-01T00:00:00.000000Z'"], 10),
    "swapped": (
        [
            "UPDATE events SET position = 99 WHERE position = 4",
            "UPDATE events SET position = 4 WHERE position = 5",
            "UPDATE events SET position = 5 WHERE position = 99",
        ],
        4,
    ),
}


def unguard(tx: Connection) -> None:
    """What only the owner of the tables can do."""
    if tx.dialect.name == "postgresql":
        for table in ("events", "command_results", "log_head"):
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    for (name,) in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        tx.execute(text(f"DROP TRIGGER {name}"))


@pytest.fixture
def ten(db: Database) -> Database:
    """A log of ten events, each by its own command."""
    return filled(db)


@pytest.fixture
def ten_on_sqlite(sqlite_url: str) -> Iterator[Database]:
    """The same, on SQLite alone."""
    database = Database(sqlite_url)
    yield filled(database)
    database.dispose()


def filled(db: Database) -> Database:
    """Writes the ten events."""
    for number in range(10):
        db.run(lambda tx, n=number: append(tx, [Write("person-a", n, [given(str(n + 1))])], context()))
    return db


def test_an_honest_log_has_no_findings(ten: Database) -> None:
    with ten.read() as connection:
        assert (verify(connection).events, verify(connection).findings) == (10, [])


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found_at_its_first_position(ten: Database, kind: str) -> None:
    statements, position = TAMPERING[kind]
    with ten.write() as tx:
        unguard(tx)
        for statement in statements:
            tx.exec_driver_sql(statement)
    with ten.read() as connection:
        findings = verify(connection).findings
    assert findings
    assert findings[0].position == position


@pytest.mark.parametrize("change", ["recorded_at = 'yesterday'", "effective_at = ''", f"leaf_hash = {HASH}"])
def test_a_row_that_cannot_be_read_is_a_finding_and_the_rest_is_read(
    ten_on_sqlite: Database, change: str
) -> None:
    """SQLite keeps anything in any column."""
    with ten_on_sqlite.write() as tx:
        unguard(tx)
        tx.exec_driver_sql(f"UPDATE events SET {change} WHERE position = 5")  # noqa: S608 - constants
        tx.exec_driver_sql("UPDATE events SET actor_id = 'someone else' WHERE position = 8")
    with ten_on_sqlite.read() as connection:
        found = verify(connection)
    assert (found.events, [each.position for each in found.findings]) == (10, [5, 8])


def test_an_empty_log_has_no_findings(db: Database) -> None:
    with db.read() as connection:
        assert verify(connection).findings == []
