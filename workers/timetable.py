"""What falls due by the clock: (job, period) rows under a unique key, so that any number of schedulers may tick."""

from datetime import datetime

from sqlalchemy import Connection

from tracker.eventstore.work import put_due
from workers.jobs import DIGEST_SCHEDULE, HOUSEKEEPING, METRICS_NIGHTLY


def periods(now: datetime) -> dict[str, str]:
    """The period of each job that has begun at `now` (UTC). What an outage skipped is not made up for one by one:
    each job looks at the state of things, so that its newest period does it all."""
    night = f"{now:%Y-%m-%d}"
    return {DIGEST_SCHEDULE: f"{now:%Y-%m-%dT%H}", METRICS_NIGHTLY: night, HOUSEKEEPING: night}


def tick(tx: Connection, now: datetime) -> int:
    """Makes due what is due; how many rows are new."""
    return sum(put_due(tx, job, [period], now) for job, period in periods(now).items())
