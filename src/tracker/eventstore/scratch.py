"""What was known then: the read tables in an in-memory database, folded from the log up to a position.

Every query of every feature runs on the result as on the live tables.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from tracker.eventstore.projector import all_projections, fold
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Recorded, read_all
from tracker.kit.db import metadata


@contextmanager
def as_known_at(connection: Connection, position: int) -> Iterator[Connection]:
    """A connection to the state that the tracker knew at a log position; it is gone at the end of the block."""
    with folded(read_all(connection, up_to=position)) as scratch:
        yield scratch


@contextmanager
def folded(history: Iterable[Recorded]) -> Iterator[Connection]:
    """A connection to the state that follows from these events alone; it is gone at the end of the block."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    tables = [table for each in all_projections().values() for table in each.tables]
    try:
        with engine.connect() as scratch:
            metadata.create_all(scratch, tables)
            rows = Rows(scratch, fresh=True)
            fold(rows, history)
            rows.flush()
            yield scratch
    finally:
        engine.dispose()
