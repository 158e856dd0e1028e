"""One piece of due work: claimed, done and marked as done; what it does and that it is done commit together."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tracker.digests import service as digests
from tracker.eventstore import work
from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, Unavailable
from tracker.metrics import service as metrics

DIGEST_SCHEDULE, METRICS_NIGHTLY = "digest-schedule", "metrics-nightly"

JOBS: dict[str, Callable[[Connection, datetime], object]] = {
    DIGEST_SCHEDULE: digests.schedule,
    METRICS_NIGHTLY: metrics.nightly,
}


def run(db: Database, work_id: int, clock: Clock) -> bool:
    """Does one piece of work if it is due and free; False if it is not. A failure is kept with the work and raised."""
    claimed = db.run(lambda tx: work.take(tx, work_id, clock()))
    if claimed is None:
        return False
    try:
        db.run(lambda tx: _do(tx, claimed, clock()))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        db.run(lambda tx: work.fail(tx, claimed, reason, clock()))
        raise
    return True


def _do(tx: Connection, claimed: Any, now: datetime) -> None:
    if claimed.attempts > work.MOST_ATTEMPTS:
        raise Unavailable("The process that did this died each time.")
    job = JOBS.get(claimed.kind)
    if job is None:
        raise BadInput(f"This program knows no work called {claimed.kind}; a newer one may.")
    job(tx, now)
    if not work.finish(tx, claimed, now):
        raise Conflict("Another process took this work over; nothing was done twice.")
