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
from tracker.people import letters
from workers.housekeeping import tidy
from workers.letters import send

DIGEST_SCHEDULE, METRICS_NIGHTLY, HOUSEKEEPING = "digest-schedule", "metrics-nightly", "housekeeping"

JOBS: dict[str, Callable[[Connection, str, datetime], object]] = {
    DIGEST_SCHEDULE: lambda tx, key, now: digests.schedule(tx, now),
    METRICS_NIGHTLY: lambda tx, key, now: metrics.nightly(tx, now),
    HOUSEKEEPING: lambda tx, key, now: tidy(tx, now),
    letters.WORK: lambda tx, key, now: letters.remove(tx, key),
}
"""What is done in the transaction that marks the work as done; `key` is the work's."""
BEFORE: dict[str, Callable[[Database, str, Clock], None]] = {letters.WORK: send}
"""What is done ahead of it, outside of any transaction: it speaks to others, and may happen twice."""


def run(db: Database, work_id: int, clock: Clock) -> bool:
    """Does one piece of work if it is due and free; False if it is not. A failure is kept with the work and raised."""
    claimed = db.run(lambda tx: work.take(tx, work_id, clock()))
    if claimed is None:
        return False
    try:
        _check(claimed)
        if claimed.kind in BEFORE:
            BEFORE[claimed.kind](db, claimed.key, clock)
        db.run(lambda tx: _do(tx, claimed, clock()))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        db.run(lambda tx: work.fail(tx, claimed, reason, clock()))
        raise
    return True


def _check(claimed: Any) -> None:
    if claimed.attempts > work.MOST_ATTEMPTS:
        raise Unavailable("The process that did this died each time.")
    if claimed.kind not in JOBS:
        raise BadInput(f"This program knows no work called {claimed.kind}; a newer one may.")


def _do(tx: Connection, claimed: Any, now: datetime) -> None:
    JOBS[claimed.kind](tx, claimed.key, now)
    if not work.finish(tx, claimed, now):
        raise Conflict("Another process took this work over; nothing was done twice.")
