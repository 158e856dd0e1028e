"""Due work: once per key, one holder at a time, parked when it keeps failing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from tracker.eventstore.work import LEASE, MOST_ATTEMPTS, due_ids, fail, finish, put_due, replay, take, work
from tracker.kit.db import Database

NOW = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


def put(db: Database, *keys: str) -> list[int]:
    """Work that is due now; the ids."""
    with db.write() as tx:
        put_due(tx, "count", keys, NOW)
        return due_ids(tx, NOW)


def test_the_same_period_becomes_due_once_however_many_schedulers_say_so(db: Database) -> None:
    def tick(_: int) -> int:
        return db.run(lambda tx: put_due(tx, "nightly", ["2026-01-05"], NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tick, range(24)))
    with db.read() as connection:
        assert len(connection.execute(select(work)).all()) == 1


def test_putting_work_twice_counts_only_what_is_new(db: Database) -> None:
    with db.write() as tx:
        assert put_due(tx, "count", ["a", "b", "b"], NOW) == 2
        assert put_due(tx, "count", ["b", "c"], NOW) == 1
        assert put_due(tx, "count", [], NOW) == 0


def test_what_one_process_holds_no_other_can_take(db: Database) -> None:
    (row,) = put(db, "a")

    def grab(_: int) -> bool:
        return db.run(lambda tx: take(tx, row, NOW)) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(grab, range(16))) == 1


def test_a_lease_that_ended_lets_another_take_over_and_fences_the_first_off(db: Database) -> None:
    (row,) = put(db, "a")
    first = db.run(lambda tx: take(tx, row, NOW))
    later = NOW + LEASE + timedelta(seconds=1)
    second = db.run(lambda tx: take(tx, row, later))
    assert (first.fence, second.fence) == (1, 2)
    assert not db.run(lambda tx: finish(tx, first, later))
    assert db.run(lambda tx: finish(tx, second, later))


def test_finished_work_is_not_due_again(db: Database) -> None:
    (row,) = put(db, "a")
    claimed = db.run(lambda tx: take(tx, row, NOW))
    db.run(lambda tx: finish(tx, claimed, NOW))
    assert put(db, "a") == []


def test_work_that_keeps_failing_is_parked_with_its_reason_and_can_be_replayed(db: Database) -> None:
    (row,) = put(db, "a")
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        claimed = db.run(lambda tx, now=now: take(tx, row, now))
        db.run(lambda tx, claimed=claimed, now=now: fail(tx, claimed, "the server said no", now))
        now += timedelta(days=1)
    with db.read() as connection:
        parked = connection.execute(select(work)).one()
        assert (parked.state, parked.last_error, due_ids(connection, now)) == (
            "parked",
            "the server said no",
            [],
        )
    assert db.run(lambda tx: replay(tx, row, now))
    assert db.run(lambda tx: take(tx, row, now)).attempts == 1


def test_each_failure_waits_twice_as_long(db: Database) -> None:
    (row,) = put(db, "a")
    waits, now = [], NOW
    for _ in range(3):
        claimed = db.run(lambda tx, now=now: take(tx, row, now))
        db.run(lambda tx, claimed=claimed, now=now: fail(tx, claimed, "no", now))
        with db.read() as connection:
            due = connection.execute(select(work.c.due_at)).scalar_one()
        waits.append((due - now).total_seconds())
        now = due
    assert waits == [30, 60, 120]
