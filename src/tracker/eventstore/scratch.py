"""What was known then: the read tables in an in-memory database, folded from the log up to a position.

Every query of every feature runs on the result as on the live tables.
"""

import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from tracker.eventstore.projector import all_projections, fold
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Recorded, read_all
from tracker.eventstore.two_times import so_at
from tracker.kit.db import metadata
from tracker.kit.ids import new_id


@contextmanager
def as_known_at(connection: Connection, position: int, valid: datetime | None = None) -> Iterator[Connection]:
    """A connection to the state that the tracker knew at a log position; as it was at the moment `valid`, where one is
    given. It is gone at the end of the block."""
    with folded(known_then(read_all(connection, up_to=position), valid)) as scratch:
        yield scratch


@contextmanager
def folded(history: Iterable[Recorded]) -> Iterator[Connection]:
    """A connection to the state that follows from these events alone; it is gone at the end of the block."""
    scratch = Scratch(history)
    try:
        with scratch.engine.connect() as connection:
            yield connection
    finally:
        scratch.close()


def known_then(known: Iterable[Recorded], valid: datetime | None) -> Iterable[Recorded]:
    """Of the events that were known all, or those that were so at the moment `valid`."""
    return known if valid is None else so_at(known, valid)


class Scratch:
    """A database in memory that follows from these events alone. Each connection of `engine` is one of its own, so that
    several threads may read at once; nobody can write."""

    def __init__(self, history: Iterable[Recorded]) -> None:
        name = f"file:scratch-{new_id()}?mode=memory&cache=shared"
        keeper = _opened(name)  # SQLite keeps the database for as long as this one is open
        self.close = weakref.finalize(self, keeper.close)
        """Gives the memory back once nobody reads any more; so does forgetting it."""
        self.engine = create_engine("sqlite://", poolclass=NullPool, creator=lambda: _opened(name))
        _fill(self.engine, history)
        event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only=ON"))


def _opened(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, uri=True, check_same_thread=False, isolation_level=None)


def _fill(engine: Engine, history: Iterable[Recorded]) -> None:
    tables = [table for each in all_projections().values() for table in each.tables]
    with engine.connect() as connection:
        metadata.create_all(connection, tables)
        connection.exec_driver_sql("BEGIN")
        rows = Rows(connection, fresh=True)
        fold(rows, history)
        rows.flush()
        connection.exec_driver_sql("COMMIT")
