"""Rebuilding all projections from a long log, beside reading it and beside one SQL statement of the same state.

The live tables are equal to the log, as they are unless something is wrong: the rebuild grows whole copies, compares
them under the head's lock and finds nothing to change. It runs in a process of its own, so that its memory is its own.
"""

import multiprocessing
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import psycopg
from sqlalchemy import select, text

from benchmarks import world
from benchmarks.rounds import heading, measured, ratio, row
from tests.conftest import migrated
from tests.servers import Postgres, postgres
from tracker import wiring  # noqa: F401
from tracker.eventstore import rebuild
from tracker.eventstore.projector import all_projections
from tracker.followups.tables import followups
from tracker.kit.db import Database

COUNTS = (250_000, 1_000_000)
ROUNDS = 3
STATEMENT = (Path(__file__).parent / "rebuild.sql").read_text("utf-8")
COLUMNS = (
    "position, stream_id, stream_version, event_type, schema_version, body, metadata, actor_id, effective_at, "
    "recorded_at"
)
"""What a rebuild reads of an event."""
SETTINGS = ("shared_buffers=1GB", "max_wal_size=8GB")
SPAWN = multiprocessing.get_context("spawn")
Contenders = dict[str, Callable[[], float]]


def measure(quick: bool) -> None:
    """PostgreSQL, then SQLite; at a quarter of a million events and at a million, to see whether memory grows."""
    heading(
        "Rebuilding from a million events",
        "database", "events", "rebuild, s", "peak memory, MB", "beside", "its s", "its time / ours (min to max)",
    )  # fmt: skip
    counts = tuple(count // 50 for count in COUNTS) if quick else COUNTS
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True, settings=SETTINGS) as server:
        for count in counts:
            _compare("PostgreSQL", count, _postgresql(server, count), Rebuild(server.url(f"log{count}")))
        for count in counts:
            path = Path(folder) / f"{count}.db"
            _filled(f"sqlite:///{path}", count)
            _compare(
                "SQLite",
                count,
                {"columns read by sqlite3": lambda p=path: _read(p)},
                Rebuild(f"sqlite:///{path}"),
            )  # type: ignore[misc]


class Rebuild:
    """A rebuild of every projection in a new process: seconds without its start; `memory` keeps the most it took."""

    def __init__(self, url: str) -> None:
        self.url, self.memory = url, 0.0
        self()  # the first one fills the live tables
        self.memory = 0.0

    def __call__(self) -> float:
        """Seconds."""
        mine, theirs = SPAWN.Pipe()
        child = SPAWN.Process(target=_rebuild, args=(self.url, theirs))
        child.start()
        seconds, memory = mine.recv()
        child.join()
        self.memory = max(self.memory, memory)
        return float(seconds)


def _rebuild(url: str, pipe: Pipe) -> None:
    db = Database(url)
    with db.read():  # connecting is not counted, here as with the others
        pass
    start = time.perf_counter()
    for each in all_projections().values():
        rebuild.rebuild(db, each)
    seconds = time.perf_counter() - start
    pipe.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _compare(database: str, count: int, others: Contenders, ours: Rebuild) -> None:
    found = measured({"ours": ours, **others}, ROUNDS)
    mine = found.pop("ours")
    for name, theirs in found.items():
        seconds = f"{statistics.median(mine):.2f}", f"{ours.memory:,.0f}"
        row(database, f"{count:,}", *seconds, name, f"{statistics.median(theirs):.2f}", ratio(theirs, mine))


def _postgresql(server: Postgres, count: int) -> Contenders:
    name = f"log{count}"
    with closing(psycopg.connect(_plain(server.url()), autocommit=True)) as raw:
        raw.execute(f"CREATE DATABASE {name}")
    _filled(server.url(name), count)
    url = _plain(server.url(name))
    with closing(psycopg.connect(url, autocommit=True)) as raw:
        raw.execute("VACUUM ANALYZE")
    return {
        "COPY of the columns": lambda: _copy(url, f"COPY events ({COLUMNS}) TO STDOUT"),
        "COPY of them, stream by stream": lambda: _copy(
            url,
            f"COPY (SELECT {COLUMNS} FROM events ORDER BY stream_id, stream_version) TO STDOUT",  # noqa: S608
        ),
        "one SQL statement (follow-ups only)": lambda: _statement(url),
    }


def _copy(url: str, statement: str) -> float:
    """Every block received and thrown away."""
    with closing(psycopg.connect(url)) as raw, raw.cursor() as cursor:
        start = time.perf_counter()
        with cursor.copy(statement) as copy:
            for _ in copy:
                pass
        return time.perf_counter() - start


def _statement(url: str) -> float:
    """Into a table of its own; checked against the projection's rows, outside the time."""
    with closing(psycopg.connect(url, options="-c TimeZone=UTC")) as raw:
        start = time.perf_counter()
        raw.execute(f"CREATE TEMP TABLE by_sql AS {STATEMENT}")
        seconds = time.perf_counter() - start
        json = ("evidence", "reports", "decisions")
        mine = ", ".join(f"{c.name}::jsonb" if c.name in json else c.name for c in followups.columns)
        either = f"(SELECT {mine} FROM followups EXCEPT SELECT {mine} FROM by_sql)"  # noqa: S608
        other = f"(SELECT {mine} FROM by_sql EXCEPT SELECT {mine} FROM followups)"  # noqa: S608
        differing = raw.execute(f"SELECT count(*) FROM ({either} UNION ALL {other}) AS d").fetchone()  # noqa: S608
        assert differing == (0,), f"{differing} rows by SQL are not those of the projection"
        return seconds


def _read(path: Path) -> float:
    with closing(sqlite3.connect(path)) as raw:
        start = time.perf_counter()
        for _ in raw.execute(f"SELECT {COLUMNS} FROM events"):  # noqa: S608
            pass
        return time.perf_counter() - start


def _filled(url: str, count: int) -> None:
    migrated(url)
    db = Database(url)
    with db.write() as tx:
        world.fill(tx, count)
        tx.execute(text("ANALYZE"))
    with db.read() as connection:
        assert connection.execute(select(followups)).first() is None
    db.dispose()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")
