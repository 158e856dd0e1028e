"""The broker forgets everything, again and again, in the middle of queued work: all of it is done, nothing twice."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from sqlalchemy import select

from tests.builders import put_report
from tests.kit.mailserver import mail_server
from tests.servers import valkey
from tests.supervisor.running import program, until
from tests.survival.postoffice import PostOffice
from tests.survival.sound import assert_counted_right, assert_mailed_once, assert_sound
from tests.survival.world import MEETING, settle
from tracker.digests.tables import digests
from tracker.eventstore.projector import checkpoint
from tracker.eventstore.store import head
from tracker.eventstore.work import work
from tracker.kit.db import Database
from tracker.metrics.service import FOLLOWER
from workers.configuration import EVERY_SECONDS, QUEUE

FLUSHES = 10
EACH = 2
CELERY = ("celery", "--quiet", "--app", "workers.app")
BRISK = ("celery", "--quiet", "--app", "tests.survival.brisk")


@contextmanager
def at_work(folder: Path, **settings: str) -> Iterator[None]:
    """A worker and a beat, as on a server, but that half a minute is a second."""
    with (
        program(*CELERY, "worker", "--concurrency", "2", log=folder / "worker.log", settings=settings),
        program(*BRISK, "beat", log=folder / "beat.log", settings=settings),
    ):
        yield


def idle(db: Database) -> bool:
    """Whether nothing is left to do."""
    with db.read() as connection:
        waiting = select(digests.c.id).where(digests.c.state.in_(("due", "claimed", "sending")))
        undone = select(work.c.id).where(work.c.state != "done")
        return (
            connection.execute(select(digests.c.id)).first() is not None
            and connection.execute(waiting).first() is None
            and connection.execute(undone).first() is None
            and checkpoint(connection, FOLLOWER) == head(connection)
        )


@pytest.mark.timeout(300)
def test_a_broker_flushed_ten_times_loses_no_work_and_doubles_none(
    postgresql_url: str, tmp_path: Path
) -> None:
    chance, db, office = random.Random(10), Database(postgresql_url), PostOffice()
    desks = settle(db, EACH)
    with mail_server(office) as (smtp, _), valkey() as broker, redis.Redis.from_url(broker) as client:
        settings = {"DATABASE_URL": postgresql_url, "BROKER_URL": broker, "SMTP_URL": smtp}
        with at_work(tmp_path, **settings, DATA_DIR=str(tmp_path), SECRET_KEY="k" * 40):
            for number in range(FLUSHES):
                goal = len(office.received) + chance.randint(1, 6)
                until(lambda goal=goal: len(office.received) >= goal)
                office.halt("DATA")
                until(office.inside.is_set)
                with db.write() as tx:
                    put_report(tx, "CMM8-R01", "IDN", "under_implementation", narrative=f"Report {number}.")
                client.flushall()
                office.go_on()
            until(lambda: idle(db))
    assert assert_mailed_once(db, office, {desk.person_id for desk in desks}) == set()
    with db.read() as connection:
        assert set(connection.execute(select(work.c.attempts)).scalars()) == {1}
    assert_counted_right(db, MEETING)
    assert_sound(db)
    db.dispose()


def test_a_beat_rings_as_soon_as_it_runs(tmp_path: Path) -> None:
    with valkey() as broker, redis.Redis.from_url(broker) as client:
        settings = {"BROKER_URL": broker, "DATA_DIR": str(tmp_path)}
        with program(*CELERY, "beat", log=tmp_path / "beat.log", settings=settings):
            until(lambda: client.llen(QUEUE), patience=EVERY_SECONDS - 5)
