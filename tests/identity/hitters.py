"""Child processes that knock at one door at the same moment."""

import multiprocessing
from datetime import datetime

from tracker import wiring  # noqa: F401
from tracker.identity import limits
from tracker.kit.db import Database

SPAWN = multiprocessing.get_context("forkserver")


def knock(
    url: str, limit: limits.Limit, who: str, times: int, now: datetime, start: object, passed: object
) -> None:
    """Tries so often, and adds up how often it was let pass."""
    db = Database(url)
    start.wait()  # type: ignore[attr-defined]
    for _ in range(times):
        if db.run(lambda tx: limits.hit(tx, limit, who, now)) is None:
            with passed.get_lock():  # type: ignore[attr-defined]
                passed.value += 1  # type: ignore[attr-defined]
