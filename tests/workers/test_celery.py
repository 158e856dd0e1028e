"""What real workers and beats on a real broker promise: lost messages, dead tasks, late bells, many schedulers."""

import base64
import json
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from tests.builders import put_body, put_focal_point, put_meeting, put_partner, put_person, put_recommendation
from tests.workers.conftest import Crew, until
from tracker.digests import queries as digest_queries
from tracker.digests import service as digest
from tracker.digests.tables import digests
from tracker.eventstore.work import put_due, work
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from workers.configuration import FORGOTTEN_SECONDS, MAIL_QUEUE, QUEUE
from workers.jobs import DIGEST_SCHEDULE, HOUSEKEEPING, METRICS_NIGHTLY


def state_of(db: Database, kind: str) -> tuple[str, int]:
    """State and attempts of the only work of a kind."""
    with db.read() as conn:
        row = conn.execute(select(work).where(work.c.kind == kind)).one()
    return row.state, row.attempts


def due(db: Database) -> list[int]:
    """The work that waits."""
    with db.read() as conn:
        return list(conn.execute(select(work.c.id).where(work.c.state == "due")).scalars())


def put_readers(db: Database, number: int) -> None:
    """Focal points who have had something to hear for a month."""
    since = utc_now().date() - timedelta(days=20)
    with db.write() as tx:
        put_body(tx)
        put_partner(tx, "IDN")
        put_meeting(tx, "CMM8", since)
        put_recommendation(tx, "CMM8-R01", "IDN", on=since)
        for each in range(number):
            person = put_person(tx, f"reader-{each}@example.org")
            standing = "alternate" if each else "main"
            put_focal_point(tx, "IDN", person, since=since, standing=standing)


def test_what_no_message_tells_of_is_found_by_the_sweep_of_a_worker_that_starts(crew: Crew) -> None:
    put_readers(crew.db, 1)
    with crew.db.write() as tx:
        digest.schedule(tx, utc_now())
        put_due(tx, "metrics-nightly", ["lost"], utc_now())
    assert not crew.waiting()
    crew.worker()
    until(lambda: crew.answers.received, "the digest arrives")
    until(lambda: not due(crew.db), "all work is done")


def test_a_task_whose_process_dies_is_delivered_again_at_once(crew: Crew) -> None:
    crew.worker()
    crew.bell.send_task("stage.die_once")
    until(lambda: crew.notes() == ["task", "task"], "it is done the second time")
    crew.bell.send_task("stage.note", ("after",))
    until(lambda: crew.notes() == ["task", "task", "after"], "the worker goes on")


def test_work_whose_process_dies_is_done_once_its_lease_is_over(crew: Crew) -> None:
    with crew.db.write() as tx:
        put_due(tx, "stage-die-once", ["x"], utc_now())
    crew.worker()
    until(lambda: crew.notes() == ["work"], "its process has died")
    crew.bell.send_task("stage.note", ("still-held",))
    until(lambda: "still-held" in crew.notes(), "the message that came again was answered")
    assert state_of(crew.db, "stage-die-once") == ("due", 1)
    with crew.db.write() as tx:
        tx.execute(update(work).values(lease_until=utc_now()))
    crew.bell.send_task("sweep")
    until(lambda: state_of(crew.db, "stage-die-once") == ("done", 2), "the sweep found it")


def test_a_bell_that_nobody_heard_in_time_is_thrown_away(crew: Crew) -> None:
    crew.bell.send_task("stage.note", ("late",), expires=utc_now() - timedelta(seconds=1))
    crew.bell.send_task("stage.note", ("in-time",), expires=FORGOTTEN_SECONDS)
    crew.worker()
    until(lambda: "in-time" in crew.notes(), "the other is heard")
    assert "late" not in crew.notes()
    until(lambda: not crew.waiting(), "nothing is left in the broker")


def test_the_bells_of_a_sweep_carry_ids_only_and_are_forgotten_when_nobody_hears_them(crew: Crew) -> None:
    put_readers(crew.db, 1)
    with crew.db.write() as tx:
        digest.schedule(tx, utc_now())
        (digest_id,) = digest_queries.due_ids(tx, utc_now())
    crew.worker("deaf", "--queues", QUEUE)
    until(lambda: crew.waiting(MAIL_QUEUE), "a digest is rung for")
    (bell,) = crew.waiting(MAIL_QUEUE)
    assert bell["headers"]["task"] == "digests.deliver"
    assert json.loads(base64.b64decode(bell["body"]))[0] == [[digest_id]]
    left = datetime.fromisoformat(bell["headers"]["expires"]) - utc_now()
    assert timedelta(0) < left <= timedelta(seconds=FORGOTTEN_SECONDS)


def test_several_beats_and_workers_do_everything_once(crew: Crew) -> None:
    put_readers(crew.db, 5)
    for number in range(2):
        crew.worker(f"w{number}")
        crew.start("beat")
    for _ in range(20):
        crew.bell.send_task("sweep")
    until(lambda: len(crew.answers.received) == 5, "everybody has their digest")
    until(lambda: not crew.waiting(), "the queues are empty")
    with crew.db.read() as conn:
        rows = conn.execute(select(work.c.kind, func.count()).group_by(work.c.kind, work.c.key)).all()
        sent = conn.execute(select(func.count()).where(digests.c.state == "sent")).scalar_one()
    assert {kind for kind, _ in rows} == {DIGEST_SCHEDULE, METRICS_NIGHTLY, HOUSEKEEPING}
    assert {number for _, number in rows} == {1}
    assert (sent, len(crew.answers.received)) == (5, 5)
