"""Child processes that write to the log and can be killed at any moment."""

import multiprocessing
from itertools import count
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess

from tests.eventstore.ledger import LEDGER, Give, context
from tracker import wiring  # noqa: F401
from tracker.eventstore import rebuild
from tracker.eventstore.execute import execute
from tracker.eventstore.projector import projection
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.errors import Raced
from tracker.metrics import service as metrics

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(
    [
        "__main__",
        "tests.survival.processes",
        "psycopg",
        "sqlalchemy.dialects.postgresql",
        "tracker.app",
        "uvicorn",
    ]
)


def give(db: Database, number: int, stream: str = "a") -> None:
    """One command with an id of its own, until it is answered."""
    command = Give(scope=str(number))
    while True:
        try:
            db.run(lambda tx: execute(tx, LEDGER, stream, command, context(f"give-{number}")))
            return
        except Raced:
            continue


def write_on(url: str, start: int, pipe: Pipe) -> None:
    """Gives role after role for ever, and tells each number once it is committed."""
    db = Database(url)
    number = start
    while True:
        give(db, number)
        pipe.send(number)
        number += 1


def write_some(url: str, start: int, count: int, stream: str) -> None:
    """Gives so many roles."""
    db = Database(url)
    for number in range(start, start + count):
        give(db, number, stream)


def rebuild_for_ever(url: str, by_stream: bool, pipe: Pipe) -> None:
    """Rebuilds the projection of people again and again, and tells when a batch is done."""
    db, people = Database(url), projection("people")
    rebuild.BATCH = rebuild.BATCH_OF_STREAMS = 5
    people.by_stream = by_stream
    while True:
        rebuild.rebuild(db, people, lambda done, of: pipe.send(done))


def follow_for_ever(url: str, pipe: Pipe) -> None:
    """Follows the log with the metrics, each time after one more event, and tells when it begins and when it is done."""
    db = Database(url)
    for number in count():
        give(db, number, "someone")
        pipe.send(number)
        metrics.follow(db, utc_now())
        pipe.send(number)


def start(target: object, *arguments: object) -> tuple[BaseProcess, Pipe]:
    """A running child and the end of the pipe on which it speaks."""
    mine, theirs = SPAWN.Pipe(duplex=False)
    child = SPAWN.Process(target=target, args=(*arguments, theirs), daemon=True)  # type: ignore[attr-defined]
    child.start()
    theirs.close()
    return child, mine
