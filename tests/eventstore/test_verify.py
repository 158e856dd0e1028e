"""Verification finds what someone with full rights to the database changed, and names the first bad position."""

import pytest
from sqlalchemy import Connection, text

from tests.eventstore.ledger import context, given
from tracker.eventstore.store import Write, append
from tracker.eventstore.verify import verify
from tracker.kit.db import Database

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


def test_an_empty_log_has_no_findings(db: Database) -> None:
    with db.read() as connection:
        assert verify(connection).findings == []
