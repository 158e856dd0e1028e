"""The Celery application with some work of the tests: `celery --app tests.workers.stage worker`.

What it did stands as lines in the file that TEST_STAGE_LOG names, for a worker is another process.
"""

import os
import signal
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from workers import jobs
from workers.app import app

LOG = Path(os.environ.get("TEST_STAGE_LOG", os.devnull))


def note(word: str) -> None:
    """A line of the log."""
    with LOG.open("a") as log:
        log.write(f"{word}\n")


def notes() -> list[str]:
    """The lines so far."""
    return LOG.read_text().split() if LOG.exists() else []


def die_the_first_time(name: str) -> None:
    """SIGKILL to the process that does it, unless it was there before."""
    first = name not in notes()
    note(name)
    if first:
        os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="stage.die_once")
def die_once() -> None:
    """A task whose process dies in the middle of it."""
    die_the_first_time("task")


@app.task(name="stage.note")
def noted(word: str) -> None:
    """A task that is seen."""
    note(word)


def work_that_dies_once(tx: Connection, key: str, now: datetime) -> None:
    """Work whose process dies in the middle of it."""
    die_the_first_time("work")


jobs.JOBS["stage-die-once"] = work_that_dies_once
