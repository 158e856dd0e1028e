"""What falls due by the clock: each (job, period) once, whoever ticks, and one catch-up after an outage."""

import threading
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from tests.builders import put_body, put_meeting
from tracker.eventstore.store import head
from tracker.eventstore.work import due_ids, work
from tracker.kit.db import Database
from tracker.metrics import queries as metrics
from workers import jobs, timetable
from workers.jobs import DIGEST_SCHEDULE, HOUSEKEEPING, METRICS_NIGHTLY

NOW = datetime(2026, 11, 24, 6, 59, 59, tzinfo=UTC)


def rows(db: Database) -> list[tuple[str, str]]:
    """(job, period) of all work."""
    with db.read() as conn:
        found = conn.execute(select(work.c.kind, work.c.key).order_by(work.c.kind, work.c.key))
        return [(row.kind, row.key) for row in found]


def test_every_hour_has_its_digests_and_every_night_its_metrics(db: Database) -> None:
    for hours in range(26):
        db.run(lambda tx, hours=hours: timetable.tick(tx, NOW + timedelta(hours=hours)))
    assert len([key for kind, key in rows(db) if kind == DIGEST_SCHEDULE]) == 26
    assert [key for kind, key in rows(db) if kind == METRICS_NIGHTLY] == ["2026-11-24", "2026-11-25"]


def test_a_period_begins_on_the_second_in_utc(db: Database) -> None:
    assert timetable.periods(NOW)[DIGEST_SCHEDULE] == "2026-11-24T06"
    assert timetable.periods(NOW + timedelta(seconds=1))[DIGEST_SCHEDULE] == "2026-11-24T07"
    midnight = datetime(2026, 11, 24, 23, 59, 59, 999_999, tzinfo=UTC)
    assert timetable.periods(midnight)[METRICS_NIGHTLY] == "2026-11-24"


def test_three_schedulers_that_tick_at_once_make_one_row_each(db: Database) -> None:
    barrier = threading.Barrier(3)

    def tick() -> None:
        for hours in range(5):
            barrier.wait()
            db.run(lambda tx, now=NOW + timedelta(hours=hours): timetable.tick(tx, now))

    threads = [threading.Thread(target=tick) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(db) == [
        *((DIGEST_SCHEDULE, f"2026-11-24T{hour:02}") for hour in range(6, 11)),
        (HOUSEKEEPING, "2026-11-24"),
        (METRICS_NIGHTLY, "2026-11-24"),
    ]


def test_after_seventy_two_hours_without_a_scheduler_there_is_one_catch_up_of_each(db: Database) -> None:
    db.run(lambda tx: timetable.tick(tx, NOW))
    later = NOW + timedelta(hours=72)
    assert db.run(lambda tx: timetable.tick(tx, later)) == 3
    with db.read() as conn:
        due = due_ids(conn, later)
    assert len(due) == 6
    assert all(jobs.run(db, work_id, lambda: later) for work_id in due)
    assert db.run(lambda tx: timetable.tick(tx, later)) == 0


def test_nights_keep_the_metrics_at_four_milestones_with_the_position_of_the_log(db: Database) -> None:
    meets = date(2027, 3, 1)
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM9", meets, held=False)
    for days in (91, 90, 89, 60, 30, 29, 7, 6, 1, 0):
        night = datetime.combine(meets - timedelta(days=days), time(0, 0, 10), UTC)
        db.run(lambda tx, night=night: timetable.tick(tx, night))
        with db.read() as conn:
            due = due_ids(conn, night)
        for work_id in due:
            jobs.run(db, work_id, lambda night=night: night)
    with db.read() as conn:
        kept = metrics.snapshots(conn, "CMM9")
        assert {each.position for each in kept} == {head(conn)}
    assert [(each.reason, each.days_before) for each in kept] == [("nightly", d) for d in (90, 30, 7, 1)]
    assert [(meets - each.figures.as_of).days for each in kept] == [90, 30, 7, 1]


def test_every_job_of_the_timetable_is_known() -> None:
    assert set(timetable.periods(NOW)) <= set(jobs.JOBS)
