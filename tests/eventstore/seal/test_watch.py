"""What somebody with every right to the database does to a sealed log is found, at its first position.

Each change is made as well as it can be: positions, hashes, head, kept tree fit one another again, and are resealed by
the attacker's own key. What the attacker lacks is the copy outside the database and the log's key.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from tests.eventstore.ledger import context, given
from tests.eventstore.seal.sealed import Rows, grow, installation, reseal, rewrite, stranger, unguard
from tracker.eventstore.seal.check import check
from tracker.eventstore.seal.notes import Checkpoint, signed
from tracker.eventstore.seal.tables import checkpoints, keys, merkle_nodes
from tracker.eventstore.store import Write, append
from tracker.eventstore.tables import events
from tracker.kit.db import Database
from tracker.kit.ids import new_id
from tracker.kit.settings import Settings

STEPS = [40, 1, 59, 100, 100, 10]
COUNT = sum(STEPS)
SIZES = [40, 41, 100, 200, 300, 310]
PLACES = {"sqlite": [1, 2, 39, 41, 150, 256, 257, COUNT - 1], "postgresql": [1, 41, 256]}
Attack = Callable[[Connection, int, Path], int]
"""Changes the log around a position; tells the first position that is then wrong."""


def _set(**values: object) -> Attack:
    def attack(tx: Connection, at: int, folder: Path) -> int:
        def change(rows: Rows) -> Rows:
            rows[at - 1] |= values
            return rows

        rewrite(tx, change)
        reseal(tx, folder)
        return at

    return attack


def _later(tx: Connection, at: int, folder: Path) -> int:
    def change(rows: Rows) -> Rows:
        rows[at - 1]["recorded_at"] += timedelta(microseconds=1)
        for row in rows[at:]:
            row["recorded_at"] = max(row["recorded_at"], rows[at - 1]["recorded_at"])
        return rows

    rewrite(tx, change)
    return at


def _without(tx: Connection, at: int, folder: Path) -> int:
    rewrite(tx, lambda rows: rows[: at - 1] + rows[at:])
    reseal(tx, folder)
    return at


def _cut(tx: Connection, at: int, folder: Path) -> int:
    rewrite(tx, lambda rows: rows[: at - 1])
    for table in (checkpoints, merkle_nodes):
        tx.execute(delete(table))
    return at


def _inserted(tx: Connection, at: int, folder: Path) -> int:
    def change(rows: Rows) -> Rows:
        new = rows[at - 1] | {
            "event_id": new_id(),
            "stream_id": "person-new",
            "body": '{"role":"admin","scope":"*"}',
        }
        return [*rows[: at - 1], new, *rows[at - 1 :]]

    rewrite(tx, change)
    reseal(tx, folder)
    return at


def _swapped(tx: Connection, at: int, folder: Path) -> int:
    rewrite(tx, lambda rows: [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]])
    reseal(tx, folder)
    return at


def _doubled(tx: Connection, at: int, folder: Path) -> int:
    def change(rows: Rows) -> Rows:
        again = rows[at - 1] | {"event_id": new_id(), "stream_id": "person-again"}
        return [*rows[:at], again, *rows[at:]]

    rewrite(tx, change)
    reseal(tx, folder)
    return at + 1


def _clumsy(tx: Connection, at: int, folder: Path) -> int:
    tx.execute(update(events).where(events.c.position == at).values(body="{}"))
    return at


def _rehashed(tx: Connection, at: int, folder: Path) -> int:
    """The hash alone."""
    tx.execute(update(events).where(events.c.position == at).values(leaf_hash=b"x" * 32))
    return at


def _rolled_back(tx: Connection, at: int, folder: Path) -> int:
    """To the backup that was made at the last checkpoint before."""
    size = max((size for size in SIZES if size < at), default=0) or 1
    rewrite(tx, lambda rows: rows[:size])
    tx.execute(delete(checkpoints).where(checkpoints.c.size > size))
    tx.execute(delete(merkle_nodes))
    return size + 1


def _forked(tx: Connection, at: int, folder: Path) -> int:
    """From a position on the log took another course."""
    rewrite(tx, lambda rows: rows[: at - 1])
    for table in (checkpoints, merkle_nodes):
        tx.execute(delete(table))
    for number in range(COUNT - at + 5):
        append(tx, [Write(f"person-other-{number}", 0, [given("x")])], context())
    return at


def _forged(tx: Connection, at: int, folder: Path) -> int:
    """A checkpoint says something else, signed by somebody."""
    size = SIZES[at % len(SIZES)]
    note = signed(Checkpoint("follow-up-tracker/0000000000000000", size, b"x" * 32), stranger(tx))
    tx.execute(update(checkpoints).where(checkpoints.c.size == size).values(note=note.text))
    return size


def _removed(tx: Connection, at: int, folder: Path) -> int:
    size = SIZES[at % len(SIZES)]
    tx.execute(delete(checkpoints).where(checkpoints.c.size == size))
    return size


def _key_swapped(tx: Connection, at: int, folder: Path) -> int:
    """Nothing else is changed: the same events, all checkpoints signed by another key."""
    reseal(tx, folder)
    return SIZES[0]


def _key_added(tx: Connection, at: int, folder: Path) -> int:
    """A second key that nobody introduced signs a checkpoint of events that are there."""
    signer = stranger(tx)
    row = {
        "key_id": signer.key.id,
        "key": signer.key.text,
        "number": 1,
        "introduced": "",
        "since": context().effective_at,
    }
    tx.execute(insert(keys), row)
    return SIZES[0]


def _tree_edited(tx: Connection, at: int, folder: Path) -> int:
    tx.execute(update(merkle_nodes).where(merkle_nodes.c.number == 0).values(hash=b"x" * 32))
    return 1


ATTACKS: dict[str, Attack] = {
    "payload": _set(body='{"role":"admin","scope":"*"}'),
    "actor": _set(actor_id="somebody else"),
    "time": _later,
    "type": _set(event_type="person.role_withdrawn"),
    "middle deleted": _without,
    "tail cut": _cut,
    "inserted": _inserted,
    "swapped": _swapped,
    "duplicated": _doubled,
    "body alone": _clumsy,
    "hash alone": _rehashed,
    "rolled back to a backup": _rolled_back,
    "forked": _forked,
    "checkpoint forged": _forged,
    "checkpoint removed": _removed,
    "key swapped": _key_swapped,
    "key added": _key_added,
    "kept tree edited": _tree_edited,
}


@pytest.fixture
def log(db: Database, tmp_path: Path) -> tuple[Database, Settings]:
    """A log that was sealed six times."""
    settings = installation(tmp_path / "data")
    grow(db, settings, STEPS)
    return db, settings


def test_an_honest_log_is_what_was_sealed(log: tuple[Database, Settings]) -> None:
    db, settings = log
    with db.read() as connection:
        assert (check(connection, settings).events, check(connection, settings).findings) == (COUNT, [])


def test_an_empty_log_and_one_that_was_never_sealed_are_honest(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    with db.read() as connection:
        assert check(connection, settings).findings == []
    db.run(lambda tx: append(tx, [Write("person-first", 0, [given("first")])], context()))
    with db.read() as connection:
        assert check(connection, settings).findings == []


@pytest.mark.parametrize("kind", ATTACKS)
def test_what_an_attacker_changes_is_found_at_its_first_position(
    log: tuple[Database, Settings], tmp_path: Path, kind: str
) -> None:
    db, settings = log
    for at in PLACES[db.engine.dialect.name]:
        with db.engine.connect() as connection, connection.begin() as transaction:
            unguard(connection)
            first = ATTACKS[kind](connection, at, tmp_path / f"{kind} {at}")
            found = check(connection, settings).findings
            transaction.rollback()
        assert found, f"{kind} at {at} was not found"
        assert found[0].position == first, f"{kind} at {at}: {found[:3]}"


def test_what_came_after_the_last_checkpoint_is_honest_too(log: tuple[Database, Settings]) -> None:
    db, settings = log
    db.run(lambda tx: append(tx, [Write("person-late", 0, [given("late")])], context()))
    with db.read() as connection:
        assert check(connection, settings).findings == []


def test_without_the_copy_outside_the_checkpoints_in_the_database_still_find_a_changed_past(
    log: tuple[Database, Settings], tmp_path: Path
) -> None:
    db, _ = log
    elsewhere = installation(tmp_path / "elsewhere")
    with db.engine.connect() as connection, connection.begin() as transaction:
        unguard(connection)
        rewrite(connection, lambda rows: [*rows[:149], rows[149] | {"actor_id": "x"}, *rows[150:]])
        positions = [each.position for each in check(connection, elsewhere).findings]
        transaction.rollback()
    assert 101 in positions  # between the checkpoints of 100 and 200 events
    with db.read() as connection:
        keys_only = check(connection, elsewhere).findings
    assert [each.problem for each in keys_only] == [
        "none of the keys of the log is this tracker's: somebody put another in its place"
    ]
    with db.read() as connection:
        assert len(connection.execute(select(checkpoints)).all()) == len(STEPS)
