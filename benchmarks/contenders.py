"""Who appends: the tracker, the bare driver, and the library `eventsourcing`, each on SQLite and PostgreSQL.

Each opens its connection once, in the process that writes, and gives a function that appends so many events in one
durable transaction. The events are made and encoded each time, except that the bare driver gets finished rows.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from sqlalchemy.engine import make_url

from tracker import wiring  # noqa: F401
from tracker.eventstore import canonical
from tracker.eventstore.append_postgresql import FEW
from tracker.eventstore.store import Context, Write, append
from tracker.followups.events import ProgressReported
from tracker.kit.clock import iso
from tracker.kit.db import Database
from tracker.kit.ids import new_id

NOW = datetime(2026, 1, 5, tzinfo=UTC)
COLUMNS = (
    "position, event_id, stream_id, stream_version, event_type, schema_version, body, metadata, actor_id, command_id, "
    "correlation_id, causation_id, effective_at, recorded_at, leaf_hash"
)

Append = Callable[[int], None]
Contender = Callable[[str], AbstractContextManager[Append]]


def event() -> ProgressReported:
    """A report of usual length."""
    return ProgressReported(
        recommendation="CMM8-R03",
        partner="IDN",
        report_id="report",
        status="under_implementation",
        as_of=date(2026, 1, 1),
        narrative="A workshop took place and the fund was opened for applications. " * 2,
    )


BODY = canonical.encode(event()).decode()


@contextmanager
def ours(url: str) -> Iterator[Append]:
    """`store.append` on an open connection. On PostgreSQL its one statement is the transaction, COPY takes one."""
    db = Database(url)
    alone = db.engine.dialect.name == "postgresql"
    options = {"isolation_level": "AUTOCOMMIT"} if alone else {}

    with db.engine.connect().execution_options(**options) as connection:

        def write(batch: int) -> None:
            writes = [Write(f"followup-{new_id()}", 0, [event() for _ in range(batch)])]
            context = Context(actor_id="official", effective_at=NOW)
            if alone and batch > FEW:
                with connection.connection.transaction():
                    append(connection, writes, context)
            elif alone:
                append(connection, writes, context)
            else:
                with connection.begin():
                    append(connection, writes, context)

        yield write
    db.dispose()


@contextmanager
def bare(url: str) -> Iterator[Append]:
    """Finished rows into the same table: INSERT, COPY (PostgreSQL) or executemany (SQLite); nothing hashed or checked."""
    opened = _bare_postgresql(url) if url.startswith("postgresql") else _bare_sqlite(url)
    with opened as write:
        yield write


@contextmanager
def eventsourcing(url: str) -> Iterator[Append]:
    """Its application recorder, which numbers events too, by its default configuration.

    On PostgreSQL many events go through its database function: pipelined, as is its default, 10,000 in one call
    sometimes wait for ever.
    """
    few, many = _recorder(url), _recorder(url, functions=True)

    def write(batch: int) -> None:
        stream = UUID(new_id())
        events = [StoredEvent(stream, version, TOPIC, _state()) for version in range(1, batch + 1)]
        (few if batch <= FEW else many).insert_events(events)

    yield write
    few.datastore.close()
    many.datastore.close()


TOPIC = "tracker.followups.events:ProgressReported"


def _state() -> bytes:
    """What a row of ours holds beside stream, version and type."""
    now = iso(NOW)
    return canonical.encode(
        {"body": event(), "event_id": new_id(), "actor_id": "official", "command_id": new_id(), "effective_at": now,
         "recorded_at": now, "metadata": {}}
    )  # fmt: skip


def _recorder(
    url: str, *, functions: bool = False
) -> PostgresApplicationRecorder | SQLiteApplicationRecorder:
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return SQLiteApplicationRecorder(SQLiteDatastore(str(target.database), lock_timeout=60))
    assert target.database
    assert target.host
    assert target.port
    assert target.username
    store = PostgresDatastore(
        target.database, target.host, target.port, target.username, "", enable_db_functions=functions
    )
    return PostgresApplicationRecorder(store)


def prepare_eventsourcing(url: str) -> None:
    """Makes its tables, once for all writers."""
    recorder = _recorder(url)
    recorder.create_table()
    recorder.datastore.close()


@contextmanager
def _bare_postgresql(url: str) -> Iterator[Append]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    insert = f"INSERT INTO events ({COLUMNS}) VALUES ({', '.join(['%s'] * 15)})"  # noqa: S608
    rows = _rows(NOW)
    with closing(psycopg.connect(plain, autocommit=True)) as raw:

        def write(batch: int) -> None:
            if batch == 1:
                raw.execute(insert, next(rows))
                return
            with raw.transaction(), raw.cursor().copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:
                for _ in range(batch):
                    copy.write_row(next(rows))

        yield write


@contextmanager
def _bare_sqlite(url: str) -> Iterator[Append]:
    """With the same pragmas as ours."""
    db = Database(url)
    with db.read() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    db.dispose()
    rows = _rows(iso(NOW))
    insert = f"INSERT INTO events ({COLUMNS}) VALUES ({', '.join('?' * 15)})"  # noqa: S608
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as raw:
        for pragma in (f"journal_mode={mode}", "synchronous=FULL", "busy_timeout=60000"):
            raw.execute(f"PRAGMA {pragma}")

        def write(batch: int) -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(insert, itertools.islice(rows, batch))
            raw.execute("COMMIT")

        yield write


def _rows(when: object) -> Iterator[tuple[object, ...]]:
    """Finished rows; each process numbers its own."""
    for n in itertools.count(os.getpid() * 10**9):
        yield (n, str(n), f"bare-{n}", 1, "followup.progress_reported", 1, BODY, "{}", "x", str(n), str(n), None,
               when, when, b"\0" * 32)  # fmt: skip
