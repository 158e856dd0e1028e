"""Appending beside the bare driver on the same table with the same indexes and triggers; one writer."""

import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.rounds import heading, measured, ratio, row
from tests.conftest import migrated
from tests.servers import postgres
from tracker.eventstore import canonical
from tracker.eventstore.store import Context, Write, append
from tracker.followups.events import ProgressReported
from tracker.kit.clock import iso
from tracker.kit.db import Database

NOW = datetime(2026, 1, 5, tzinfo=UTC)
COLUMNS = (
    "position, event_id, stream_id, stream_version, event_type, schema_version, body, metadata, actor_id, command_id, "
    "correlation_id, causation_id, effective_at, recorded_at, leaf_hash"
)
numbers = itertools.count(1)
ahead = itertools.count(10**9)
"""The bare driver writes far ahead of the log's head, into the same table."""

Case = tuple[str, Callable[[int, int], None], Callable[[int, int], None]]


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


def bare_row(when: object) -> tuple[object, ...]:
    """A row as the bare driver gets it: prepared, nothing hashed."""
    n = next(ahead)
    return (n, str(n), f"bare-{n}", 1, "followup.progress_reported", 1, BODY, "{}", "x", str(n), str(n), None,
            when, when, b"\0" * 32)  # fmt: skip


def ours(db: Database, *, alone: bool) -> Callable[[int, int], None]:
    """`store.append`: `alone` lets its one statement be the transaction (PostgreSQL)."""
    single = db.engine.execution_options(isolation_level="AUTOCOMMIT")

    def write(count: int, batch: int) -> None:
        for _ in range(count // batch):
            events = [event() for _ in range(batch)]
            writes = [Write(f"ours-{next(numbers)}", 0, events)]
            context = Context(actor_id="x", effective_at=NOW)
            if alone and batch == 1:
                with single.connect() as connection:
                    append(connection, writes, context)
            else:
                with db.write() as tx:
                    append(tx, writes, context)

    return write


@contextmanager
def postgresql_case(url: str) -> Iterator[Case]:
    """INSERT one by one, COPY for batches."""
    db = Database(url)
    marks = ", ".join(["%s"] * 15)
    plain = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True)) as raw:

        def bare(count: int, batch: int) -> None:
            for _ in range(count // batch):
                if batch == 1:
                    raw.execute(f"INSERT INTO events ({COLUMNS}) VALUES ({marks})", bare_row(NOW))  # noqa: S608
                    continue
                with raw.transaction(), raw.cursor().copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:
                    for _ in range(batch):
                        copy.write_row(bare_row(NOW))

        yield "PostgreSQL", ours(db, alone=True), bare
    db.dispose()


@contextmanager
def sqlite_case(path: Path) -> Iterator[Case]:
    """A transaction each, with the same pragmas as ours."""
    db = Database(f"sqlite:///{path}")
    marks = ", ".join("?" * 15)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        with db.read() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        raw.execute(f"PRAGMA journal_mode={mode}")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA busy_timeout=30000")

        def bare(count: int, batch: int) -> None:
            for _ in range(count // batch):
                raw.execute("BEGIN IMMEDIATE")
                rows = [bare_row(iso(NOW)) for _ in range(batch)]
                raw.executemany(f"INSERT INTO events ({COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
                raw.execute("COMMIT")

        yield "SQLite", ours(db, alone=False), bare
    db.dispose()


def rate(write: Callable[[int, int], None], count: int, batch: int) -> float:
    """Events a second."""
    start = time.perf_counter()
    write(count, batch)
    return count / (time.perf_counter() - start)


SIZES = ((1, 500), (100, 10_000), (10_000, 20_000))


def measure(quick: bool) -> None:
    """In each round ours and the bare driver, one after the other."""
    heading("Append", "database", "events a transaction", "ours, events/s", "bare driver, events/s", "ratio")
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True) as server:
        path = Path(folder) / "bench.db"
        migrated(f"sqlite:///{path}")
        migrated(server.url())
        with postgresql_case(server.url()) as one, sqlite_case(path) as two:
            for name, mine, bare in (one, two):
                for batch, count in SIZES:
                    size = max(batch, count // 5) if quick else count
                    rates = measured(
                        {"ours": partial(rate, mine, size, batch), "bare": partial(rate, bare, size, batch)}
                    )
                    medians = [f"{statistics.median(each):,.0f}" for each in rates.values()]
                    row(name, f"{batch:,}", *medians, ratio(rates["ours"], rates["bare"]))
