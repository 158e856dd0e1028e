"""What lies unattended is found by a handful of queries."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from tests.builders import put_body
from tests.digests.world import NOW, World
from tracker.digests import delivery
from tracker.digests import service as digests
from tracker.eventstore.work import LEASE, put_due, take
from tracker.kit.db import Database
from tracker.metrics import service as metrics
from workers.sweep import Found, look

BEFORE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def found(db: Database, now: datetime) -> Found:
    """What the sweep sees."""
    with db.read() as conn:
        return look(conn, now)


def test_a_new_database_asks_for_nothing(db: Database) -> None:
    assert found(db, BEFORE) == ([], [], False, False)


def test_due_work_is_found_unless_somebody_holds_it_and_again_when_they_died(db: Database) -> None:
    with db.write() as tx:
        put_due(tx, "test", ["now", "later"], BEFORE)
        put_due(tx, "test", ["tomorrow"], BEFORE + timedelta(days=1))
    first, second = found(db, BEFORE).work
    db.run(lambda tx: take(tx, first, BEFORE))
    assert found(db, BEFORE).work == [second]
    assert found(db, BEFORE + LEASE).work == [first, second]


def test_due_digests_are_found_until_they_are_sent(world: World) -> None:
    digest_id = world.schedule()
    assert found(world.db, NOW).digests == [digest_id]
    world.deliver(digest_id)
    assert found(world.db, NOW).digests == []


def test_a_digest_whose_sender_died_is_found_once_it_is_recovered(world: World) -> None:
    digest_id = world.schedule()
    late = NOW + timedelta(minutes=16)
    with world.db.write() as tx:
        delivery.take(tx, digest_id, NOW)
    assert found(world.db, late).digests == []
    world.db.run(lambda tx: digests.recover(tx, late))
    assert found(world.db, late).digests == [digest_id]


def test_a_log_that_moved_asks_for_metrics_once(db: Database) -> None:
    with db.write() as tx:
        put_body(tx)
    assert found(db, BEFORE).metrics
    metrics.follow(db, BEFORE)
    assert not found(db, BEFORE).metrics


def test_a_look_costs_five_queries_however_much_is_due(db: Database) -> None:
    with db.write() as tx:
        put_due(tx, "test", [str(number) for number in range(600)], BEFORE)
    statements: list[str] = []
    with db.read() as conn:
        event.listen(conn, "before_cursor_execute", lambda *given: statements.append(given[2]))
        seen = look(conn, BEFORE)
    assert (len(statements), len(seen.work)) == (5, 500)
