"""What was known then: the read tables in an in-memory database, folded from the log up to a position.

Every query of every feature runs on the result as on the live tables.
"""

import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from tracker.eventstore.filling import Filling
from tracker.eventstore.projector import Projection, Seen, all_projections, fold
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Recorded
from tracker.eventstore.streams import Joined, read_streams, split
from tracker.eventstore.two_times import so_by
from tracker.kit.db import metadata
from tracker.kit.ids import new_id

BATCH = 50_000
"""Events read at a time; the events of a stream lie all over the log, so that small batches cost more."""


@contextmanager
def as_known_at(connection: Connection, position: int, valid: datetime | None = None) -> Iterator[Connection]:
    """A connection to the state that the tracker knew at a log position; as it was at the moment `valid`, where one is
    given. It is gone at the end of the block."""
    with _opened(
        known_then(streams_up_to(lambda after: _next(connection, after, position)), valid)
    ) as scratch:
        yield scratch


@contextmanager
def folded(history: Iterable[Recorded]) -> Iterator[Connection]:
    """A connection to the state that follows from these events alone; it is gone at the end of the block."""

    def fill(scratch: Connection) -> None:
        rows = Rows(scratch, fresh=True)
        fold(rows, history)
        rows.flush()

    with _opened(fill) as scratch:
        yield scratch


Fill = Callable[[Connection], None]
Batch = tuple[Sequence[Joined], str | None]
"""Streams, and the name after which to go on, None at the end."""


class Scratch:
    """A database in memory, filled once. Each connection of `engine` is one of its own, so that several threads may read
    at once; nobody can write."""

    def __init__(self, fill: Fill) -> None:
        name = f"file:scratch-{new_id()}?mode=memory&cache=shared"
        keeper = _connected(name)  # SQLite keeps the database for as long as this one is open
        self.close = weakref.finalize(self, keeper.close)
        """Gives the memory back once nobody reads any more; so does forgetting it."""
        self.engine = create_engine("sqlite://", poolclass=NullPool, creator=lambda: _connected(name))
        tables = [table for each in all_projections().values() for table in each.tables]
        with self.engine.connect() as connection:
            metadata.create_all(connection, tables)
            connection.exec_driver_sql("BEGIN")
            fill(connection)
            connection.exec_driver_sql("COMMIT")
        event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only=ON"))


def streams_up_to(read: Callable[[str], Batch]) -> Iterator[Sequence[Joined]]:
    """Every stream of the log, a batch at a time; `read` gives the batch after a name."""
    after: str | None = ""
    while after is not None:
        batch, after = read(after)
        yield batch


def known_then(batches: Iterable[Sequence[Joined]], valid: datetime | None) -> Fill:
    """Fills empty tables with what follows from whole streams: of all their events, or of those that were so at the
    moment `valid`. Projections by stream are folded stream by stream, the others in the order of the log."""

    def fill(scratch: Connection) -> None:
        known = list(all_projections().values())
        apart, together = (
            [each for each in known if each.by_stream is by_stream] for by_stream in (True, False)
        )
        rest: list[Seen] = []
        for batch in batches:
            filling = Filling(scratch.dialect)
            for joined in batch:
                stream: Sequence[Seen] = split(joined)
                stream = stream if valid is None else so_by(stream, valid)
                _fold_apart(filling, apart, stream)
                rest += [each for each in stream if any(each.event_type in one.handlers for one in together)]
            filling.write(scratch)
        rows = Rows(scratch, fresh=True)
        for recorded in sorted(rest, key=lambda each: each.position):
            for projection in together:
                projection.apply(rows, recorded)
        rows.flush()

    return fill


def _fold_apart(filling: Filling, projections: Sequence[Projection], stream: Sequence[Seen]) -> None:
    for projection in projections:
        rows = Rows(None, fresh=True)
        for recorded in stream:
            projection.apply(rows, recorded)
        for table, finished in rows.finished():
            filling.add(table, finished)


def _next(connection: Connection, after: str, position: int) -> Batch:
    return read_streams(connection, after, limit=BATCH, up_to=position)


@contextmanager
def _opened(fill: Fill) -> Iterator[Connection]:
    scratch = Scratch(fill)
    try:
        with scratch.engine.connect() as connection:
            yield connection
    finally:
        scratch.close()


def _connected(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, uri=True, check_same_thread=False, isolation_level=None)
