"""One piece of due work: done with its mark in one transaction, tried again with back-off, parked, replayed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, insert, select, update

from tests.builders import put_body
from tracker.cli import main
from tracker.doctor.work import parked
from tracker.eventstore.work import LEASE, MOST_ATTEMPTS, due_ids, put_due, work
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, Unavailable
from tracker.meetings.queries import bodies
from workers import jobs

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
Job = Callable[[Connection, datetime], object]


def put(db: Database, kind: str = "test", key: str = "x") -> int:
    """Due work; its id."""
    with db.write() as tx:
        put_due(tx, kind, [key], NOW)
        return int(tx.execute(select(work.c.id).where(work.c.kind == kind, work.c.key == key)).scalar_one())


def state(db: Database, work_id: int) -> tuple[str, int, str | None]:
    """State, attempts, last error."""
    with db.read() as conn:
        row = conn.execute(select(work).where(work.c.id == work_id)).one()
    return row.state, row.attempts, row.last_error


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], None]:
    """Says what work of the kind `test` does."""
    return lambda job: monkeypatch.setitem(jobs.JOBS, "test", job)


def broken(tx: Connection, key: str, now: datetime) -> None:
    raise OSError("the other side is away")


def test_what_it_does_and_that_it_is_done_commit_together(
    db: Database, does: Callable[[Job], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    does(lambda tx, key, now: put_body(tx))
    with monkeypatch.context() as stolen:
        stolen.setattr(jobs.work, "finish", lambda *_: False)
        with pytest.raises(Conflict, match="took this work over"):
            jobs.run(db, put(db), lambda: NOW)
    with db.read() as conn:
        assert not bodies(conn)
    later = NOW + timedelta(seconds=30)
    assert jobs.run(db, put(db), lambda: later)
    assert state(db, put(db))[0] == "done"
    assert not jobs.run(db, put(db), lambda: later)


def test_work_that_keeps_failing_is_tried_less_and_less_often_and_parked(
    db: Database, does: Callable[[Job], None]
) -> None:
    does(broken)
    work_id, now, tries = put(db), NOW, []
    while state(db, work_id)[0] == "due":
        with db.read() as conn:
            due = conn.execute(select(work.c.due_at).where(work.c.id == work_id)).scalar_one()
        assert not jobs.run(db, work_id, lambda due=due: due - timedelta(seconds=1))
        now = due
        tries.append(now)
        with pytest.raises(OSError, match="away"):
            jobs.run(db, work_id, lambda now=now: now)
    waits = [(after - before).total_seconds() for before, after in pairwise(tries)]
    assert waits == [30 * 2**n for n in range(MOST_ATTEMPTS - 1)]
    assert state(db, work_id) == ("parked", MOST_ATTEMPTS, "OSError: the other side is away")


def test_parked_work_is_shown_by_the_doctor_and_replayed_by_command(
    db: Database, does: Callable[[Job], None], at_the_desk: CliRunner
) -> None:
    work_id = put(db)
    reason = "OSError: the other side is away"
    with db.write() as tx:
        tx.execute(update(work).values(state="parked", attempts=MOST_ATTEMPTS, last_error=reason))
        (said, _) = parked(tx)
    assert (said.state, "test x (OSError: the other side is away)" in said.message) == ("warn", True)
    assert "tracker replay" in said.mend
    assert "Due again: test x." in at_the_desk.invoke(main, ["replay"]).output
    done: list[datetime] = []
    does(lambda tx, key, now: done.append(now))
    assert jobs.run(db, work_id, lambda: datetime.now(UTC))
    assert len(done) == 1
    assert "Nothing is parked." in at_the_desk.invoke(main, ["replay"]).output


def test_work_of_an_unknown_kind_waits_for_a_release_that_knows_it(
    db: Database, does: Callable[[Job], None]
) -> None:
    work_id = put(db, "test")
    with pytest.raises(BadInput, match="knows no work called test; a newer one may"):
        jobs.run(db, work_id, lambda: NOW)
    assert state(db, work_id)[:2] == ("due", 1)
    does(lambda tx, key, now: None)
    assert jobs.run(db, work_id, lambda: NOW + timedelta(seconds=30))


def test_work_whose_process_dies_each_time_is_parked_without_being_tried_once_more(
    db: Database, does: Callable[[Job], None]
) -> None:
    work_id, now = put(db), NOW
    for _ in range(MOST_ATTEMPTS):
        assert db.run(lambda tx, now=now: jobs.work.take(tx, work_id, now)) is not None
        now += LEASE
    does(lambda tx, key, now: pytest.fail("it is not to be tried again"))
    with pytest.raises(Unavailable, match="died each time"):
        jobs.run(db, work_id, lambda: now)
    assert state(db, work_id)[0] == "parked"


def test_who_comes_back_after_its_lease_undoes_nothing(db: Database, does: Callable[[Job], None]) -> None:
    work_id = put(db)

    def taken_over_meanwhile(tx: Connection, key: str, now: datetime) -> None:
        tx.execute(update(work).values(fence=work.c.fence + 1))

    does(taken_over_meanwhile)
    with pytest.raises(Conflict):
        jobs.run(db, work_id, lambda: NOW)


def test_poison_work_does_not_stop_the_rest(db: Database, does: Callable[[Job], None]) -> None:
    done: list[datetime] = []
    does(lambda tx, key, now: done.append(now))
    with db.write() as tx:
        tx.execute(insert(work).values(kind="nobody-knows", key="poison", due_at=NOW - timedelta(days=1)))
    put(db)
    with db.read() as conn:
        due = due_ids(conn, NOW)
    for work_id in due:
        try:
            jobs.run(db, work_id, lambda: NOW)
        except BadInput:
            continue
    assert len(done) == 1
