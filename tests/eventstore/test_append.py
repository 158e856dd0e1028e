"""Append: gapless, idempotent, at the expected version, all or nothing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.eventstore.ledger import LEDGER, Give, Take, context, given
from tracker.eventstore.execute import execute
from tracker.eventstore.store import Write, append, head, load, position_at, read_on
from tracker.eventstore.tables import events
from tracker.eventstore.verify import verify
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, Raced, RuleBroken, Unavailable


def test_events_get_the_next_positions_and_versions(db: Database) -> None:
    with db.write() as tx:
        first = append(tx, [Write("person-a", 0, [given("x"), given("y")])], context())
        second = append(
            tx, [Write("person-b", 0, [given("x")]), Write("person-a", 2, [given("z")])], context()
        )
    assert (first.first, first.last, second.first, second.last) == (1, 2, 3, 4)
    with db.read() as connection:
        assert [item.stream_version for item in load(connection, "person-a")] == [1, 2, 3]
        assert head(connection) == 4


def test_what_append_answers_is_what_the_log_holds(db: Database) -> None:
    with db.write() as tx:
        receipt = append(tx, [Write("person-a", 0, [given("é \u0001 \U0001f600 '\"\\")])], context())
    with db.read() as connection:
        assert read_on(connection, 0, limit=10) == list(receipt.events)


def test_a_stale_writer_is_refused_and_nothing_is_written(db: Database) -> None:
    with db.write() as tx:
        append(tx, [Write("person-a", 0, [given("x")])], context())
    with pytest.raises(Raced, match="nothing was written"), db.write() as tx:
        append(tx, [Write("person-b", 0, [given("x")]), Write("person-a", 0, [given("y")])], context())
    with db.read() as connection:
        assert head(connection) == 1


def test_a_version_ahead_of_the_stream_is_refused(db: Database) -> None:
    with pytest.raises(Conflict), db.write() as tx:
        append(tx, [Write("person-a", 3, [given("x")])], context())


def test_a_transaction_that_fails_gives_its_positions_back(db: Database) -> None:
    with pytest.raises(RuleBroken), db.write() as tx:
        append(tx, [Write("person-a", 0, [given("x")])], context())
        raise RuleBroken("no")
    with db.write() as tx:
        assert append(tx, [Write("person-a", 0, [given("x")])], context()).first == 1


def test_the_same_command_again_gives_the_stored_answer(db: Database) -> None:
    first = db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("once")))
    db.run(lambda tx: execute(tx, LEDGER, "a", Take(scope="x"), context()))
    again = db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("once")))
    assert (again.first, again.last, again.repeated) == (first.first, first.last, True)
    with db.read() as connection:
        assert head(connection) == 2


def test_a_command_that_changed_nothing_is_remembered_too(db: Database) -> None:
    db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context()))
    nothing = db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("nothing")))
    db.run(lambda tx: execute(tx, LEDGER, "a", Take(scope="x"), context()))
    again = db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("nothing")))
    assert nothing.last < nothing.first
    assert again.last < again.first


def test_a_command_id_with_another_command_is_refused(db: Database) -> None:
    db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("once")))
    with pytest.raises(Conflict, match="take a new one"):
        db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="y"), context("once")))


@pytest.mark.parametrize("command_id", ["", "x" * 201, "é", "a\nb"])
def test_a_command_id_that_no_header_could_carry_is_refused(db: Database, command_id: str) -> None:
    with pytest.raises(BadInput, match="200 printable"):
        db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context(command_id)))


def test_one_command_fifty_times_at_once_is_one_event_and_fifty_equal_answers(db: Database) -> None:
    def send(_: int) -> tuple[int, int]:
        receipt = db.run(lambda tx: execute(tx, LEDGER, "a", Give(scope="x"), context("once")))
        return receipt.first, receipt.last

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(send, range(50))) == {(1, 1)}
    with db.read() as connection:
        assert head(connection) == 1


def test_sixteen_writers_on_one_stream_lose_nothing(db: Database) -> None:
    def send(writer: int) -> None:
        for number in range(10):
            command = Give(scope=f"{writer}-{number}")
            while True:
                try:
                    db.run(lambda tx, command=command: execute(tx, LEDGER, "a", command, context()))
                    break
                except Raced:
                    continue

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(16)))
    with db.read() as connection:
        history = load(connection, "person-a")
        assert len(LEDGER.fold(history).scopes) == len(history) == head(connection) == 160
        assert not verify(connection).findings


def test_an_open_append_hides_later_positions_from_readers(db: Database) -> None:
    written, release = threading.Event(), threading.Event()

    def slow() -> None:
        with db.write() as tx:
            append(tx, [Write("person-a", 0, [given("x")])], context())
            written.set()
            assert release.wait(20)

    def quick() -> None:
        with db.write() as tx:
            append(tx, [Write("person-b", 0, [given("x")])], context())

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(slow)]
        assert written.wait(20)
        waiting.append(pool.submit(quick))
        with db.read() as connection:
            assert read_on(connection, 0, limit=10) == []
        assert not waiting[1].done()
        release.set()
        [future.result(20) for future in waiting]
    with db.read() as connection:
        assert [item.stream_id for item in read_on(connection, 0, limit=10)] == ["person-a", "person-b"]


def test_recorded_time_never_runs_backwards(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write() as tx:
        tx.execute(text("UPDATE log_head SET recorded_at = '2999-01-01T00:00:00.000000Z'"))
        receipt = append(tx, [Write("person-a", 0, [given("x")])], context())
    assert receipt.recorded_at.year == 2999


def test_what_was_known_then_is_a_prefix(db: Database) -> None:
    receipts = [
        db.run(lambda tx, n=n: append(tx, [Write(f"person-{n}", 0, [given("x")])], context()))
        for n in range(3)
    ]
    with db.read() as connection:
        assert [position_at(connection, receipt.recorded_at) for receipt in receipts] == [1, 2, 3]
        assert position_at(connection, receipts[0].recorded_at.replace(year=2000)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_id = 'someone else'",
        "DELETE FROM events",
        "UPDATE command_results SET first_position = 7",
        "DELETE FROM command_results",
        "DELETE FROM log_head",
    ],
)
def test_the_database_refuses_to_change_the_log(db: Database, statement: str) -> None:
    db.run(lambda tx: append(tx, [Write("person-a", 0, [given("x")])], context()))
    with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
        tx.execute(text(statement))
    with db.read() as connection:
        assert connection.execute(select(events.c.actor_id)).scalar_one() == "tester"


def test_insert_or_replace_does_not_slip_past_the_guards(db: Database) -> None:
    if db.engine.dialect.name != "sqlite":
        statement = "TRUNCATE events"
    else:
        statement = "INSERT OR REPLACE INTO events SELECT * FROM events"
    db.run(lambda tx: append(tx, [Write("person-a", 0, [given("x")])], context()))
    with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
        tx.execute(text(statement))


@pytest.mark.parametrize("count", [1, 2_000])
def test_a_connection_lost_while_appending_is_a_sentence_and_the_next_one_serves(
    postgresql_url: str, count: int
) -> None:
    db, other = Database(postgresql_url), Database(postgresql_url)
    batch = [given(str(number)) for number in range(count)]
    with pytest.raises(Unavailable, match="does not answer"), db.write() as tx:
        mine = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.read() as connection:
            assert connection.execute(
                text("SELECT pg_terminate_backend(:pid, 20000)"), {"pid": mine}
            ).scalar()
        append(tx, [Write("person-a", 0, batch)], context())
    assert db.run(lambda tx: append(tx, [Write("person-a", 0, batch)], context())).first == 1
    db.dispose()
    other.dispose()


def test_a_disk_that_is_full_while_appending_is_a_sentence(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    batch = [given(str(number)) for number in range(2_000)]
    with pytest.raises(Unavailable, match="full"), db.write() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        append(tx, [Write("person-a", 0, batch)], context())
    with db.read() as connection:
        assert head(connection) == 0
    db.dispose()


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_one_that_waited_for_the_head_while_its_stream_moved_on_is_refused(db: Database, count: int) -> None:
    written, release = threading.Event(), threading.Event()

    def first() -> None:
        with db.write() as tx:
            append(tx, [Write("person-a", 0, [given("x")])], context())
            written.set()
            assert release.wait(20)

    def second() -> None:
        batch = [given(str(number)) for number in range(count)]
        with pytest.raises(Raced, match="Someone else changed person-a; nothing was"), db.write() as tx:
            append(tx, [Write("person-a", 0, batch)], context())

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(first)]
        assert written.wait(20)
        waiting.append(pool.submit(second))
        if db.engine.dialect.name == "postgresql":
            wait_for_a_writer_that_waits(db)
        release.set()
        [future.result(20) for future in waiting]
    with db.read() as connection:
        assert (head(connection), len(load(connection, "person-a"))) == (1, 1)


def wait_for_a_writer_that_waits(db: Database) -> None:
    """Until PostgreSQL says that somebody waits for a row."""
    until = time.monotonic() + 20
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while time.monotonic() < until:
        with db.read() as connection:
            if connection.execute(query).scalar():
                return
    raise AssertionError("nobody waits")


def test_a_stream_whose_name_breaks_the_line_is_refused(db: Database) -> None:
    with pytest.raises(BadInput, match="printable characters"), db.write() as tx:
        append(tx, [Write("person-a\nperson-b", 0, [given("x")])], context())


def test_a_big_batch_is_one_command(db: Database) -> None:
    batch = [given(str(number)) for number in range(10_000)]
    receipt = db.run(lambda tx: append(tx, [Write("person-a", 0, batch)], context()))
    with db.read() as connection:
        assert (receipt.last, verify(connection).events) == (10_000, 10_000)
