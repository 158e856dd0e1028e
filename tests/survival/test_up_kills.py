"""`tracker up` on the real matrix, with focal points reporting and digests going out, while web, worker and beat are
killed fifty times each. What it left is asked by one test after another."""

import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.kit.mailserver import mail_server
from tests.supervisor.running import Up, answers, until
from tests.survival.killers import kill_beat, kill_web, kill_worker
from tests.survival.postoffice import PostOffice
from tests.survival.reporters import Desk, Reporters
from tests.survival.sound import assert_counted_right, assert_mailed_once, assert_sound
from tests.survival.world import MEETING
from tracker.digests import delivery, service
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.mail import Smtp
from tracker.metrics import service as metrics
from workers import jobs, sweep
from workers.post import post

KILLS = 50
CONCURRENCY = 2
REPORTERS = 4

pytestmark = pytest.mark.timeout(600)


@dataclass
class Aftermath:
    """What is left when it is over."""

    up: Up
    db: Database
    office: PostOffice
    reporters: Reporters
    recipients: set[str]


@pytest.fixture(scope="module")
def aftermath(embedded: Path, settled: tuple[Path, Sequence[Desk]]) -> Iterator[Aftermath]:
    """Everything is killed; then what leases of the dead still held is taken up, by a clock that stands after them."""
    db, office, desks = Database(f"sqlite:///{embedded / 'tracker.db'}"), PostOffice(), settled[1]
    with mail_server(office) as (url, _):
        up = Up(embedded, "--port", "0", settings={"SMTP_URL": url})
        try:
            reporters = Reporters(up.address(), db, desks[:: len(desks) // REPORTERS])
            with reporters.at_work():
                assert _killed(up, reporters, office) == [KILLS] * 3
                until(lambda: not up.rows("SELECT 1 FROM digests WHERE state = 'due'"))
            assert answers(up.address())
        finally:
            assert up.end() == 0
        _take_up(db, url)
    yield Aftermath(up, db, office, reporters, {desk.person_id for desk in desks})
    db.dispose()


def _killed(up: Up, reporters: Reporters, office: PostOffice) -> list[int]:
    with ThreadPoolExecutor(3) as pool:
        killers = [
            pool.submit(kill_web, up, reporters, KILLS, random.Random(50)),
            pool.submit(kill_worker, up, office, KILLS, random.Random(51)),
            pool.submit(kill_beat, up, KILLS, random.Random(52)),
        ]
        return [killer.result().kills for killer in killers]


def _take_up(db: Database, smtp_url: str) -> None:
    later = utc_now() + delivery.LEASE + timedelta(seconds=1)
    db.run(lambda tx: service.recover(tx, later))
    with db.read() as connection:
        found = sweep.look(connection, later)
    for work_id in found.work:
        jobs.run(db, work_id, lambda: later)
    post(db, found.digests, lambda: later, Smtp(smtp_url))
    metrics.follow(db, later)


def test_every_acknowledged_report_stands_in_the_log_exactly_once(aftermath: Aftermath) -> None:
    assert aftermath.reporters.done() > KILLS
    assert aftermath.reporters.unanswered() > 0
    aftermath.reporters.assert_nothing_lost_or_doubled()


def test_the_log_is_whole_and_all_that_is_shown_follows_from_it(aftermath: Aftermath) -> None:
    assert_sound(aftermath.db)
    verified = aftermath.up.tracker("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_every_digest_was_sent_once_or_is_listed_as_unknown(aftermath: Aftermath) -> None:
    unknown = assert_mailed_once(aftermath.db, aftermath.office, aftermath.recipients)
    assert 0 < len(unknown) <= KILLS * CONCURRENCY
    listed = json.loads(aftermath.up.tracker("digest", "list", "--json").stdout)["digests"]
    assert {digest["id"] for digest in listed} == unknown


def test_the_metrics_are_those_of_a_clean_computation(aftermath: Aftermath) -> None:
    assert_counted_right(aftermath.db, MEETING)
