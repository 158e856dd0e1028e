"""Celery's tasks: each takes an id or nothing, and calls a function that knows no Celery."""

import logging
import os
from functools import lru_cache

from celery.signals import worker_ready

from tracker.digests import service as digests
from tracker.eventstore import work
from tracker.eventstore.seal.copy import copy_of
from tracker.eventstore.seal.keys import private_keys
from tracker.eventstore.seal.sealer import seal
from tracker.kit.bell import FORGOTTEN_SECONDS, LETTERS
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.mailbox import transport_of
from tracker.kit.settings import settings
from tracker.metrics import service as metrics
from tracker.people import letters
from workers import jobs, timetable
from workers.app import app
from workers.configuration import MAIL_LIMIT, MAIL_SOFT_LIMIT
from workers.post import chunks, post
from workers.sweep import look

log = logging.getLogger(__name__)


def database() -> Database:
    """This process's own: connections do not survive a fork."""
    return _opened(os.getpid())


@lru_cache(maxsize=1)
def _opened(pid: int) -> Database:
    return Database(settings().database)


@app.task(name="sweep")
def sweep() -> None:
    """Makes due what is due by the clock, takes up what died, and rings for all that is due."""
    database().run(lambda tx: timetable.tick(tx, utc_now()))
    unknown, again = database().run(lambda tx: digests.recover(tx, utc_now()))
    if unknown or again:
        log.warning("Digests whose sender died: %d unknown, %d to be tried again.", unknown, again)
    with database().read() as conn:
        found = look(conn, utc_now())
    for work_id in found.work:
        run_work.apply_async((work_id,), expires=FORGOTTEN_SECONDS)
    for ids in chunks(found.digests):
        deliver.apply_async((ids,), expires=FORGOTTEN_SECONDS)
    if found.metrics:
        follow_log.apply_async(expires=FORGOTTEN_SECONDS)
    if found.seal and settings().seals:
        seal_log.apply_async(expires=FORGOTTEN_SECONDS)


@app.task(name="work.run")
def run_work(work_id: int) -> None:
    """Does one piece of due work."""
    jobs.run(database(), work_id, utc_now)


@app.task(name=LETTERS)
def send_letters() -> None:
    """Rings for the letters that are due: somebody waits for them."""
    with database().read() as conn:
        due = work.due_ids(conn, utc_now(), kind=letters.WORK)
    for work_id in due:
        run_work.apply_async((work_id,), expires=FORGOTTEN_SECONDS)


@app.task(name="metrics.follow")
def follow_log() -> None:
    """Recomputes the metrics of upcoming meetings, if the log moved."""
    metrics.follow(database(), utc_now())


@app.task(name="log.seal")
def seal_log() -> None:
    """Signs a checkpoint of what the log has become."""
    private, copy = private_keys(settings()), copy_of(settings())
    database().run(lambda tx: seal(tx, private, copy, utc_now()))


@app.task(name="digests.deliver", soft_time_limit=MAIL_SOFT_LIMIT, time_limit=MAIL_LIMIT)
def deliver(digest_ids: list[str]) -> None:
    """Sends some digests over one line."""
    post(database(), digest_ids, utc_now, transport_of(settings()))


@worker_ready.connect
def look_around(**_: object) -> None:
    """A worker that starts does not wait for beat."""
    sweep.apply_async(expires=FORGOTTEN_SECONDS)
