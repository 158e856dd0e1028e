"""Appending: the tracker, the bare driver on the same table, and the library `eventsourcing`; 1 and 16 writers."""

import shutil
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from benchmarks.contenders import Contender, bare, eventsourcing, ours, prepare_eventsourcing
from benchmarks.crew import crew
from benchmarks.rounds import heading, measured, ratio, row
from tests.conftest import migrated
from tests.servers import postgres
from tracker.eventstore.store import head
from tracker.eventstore.tables import events
from tracker.eventstore.verify import verify
from tracker.kit.db import Database

CONTENDERS: dict[str, Contender] = {"ours": ours, "bare": bare, "eventsourcing": eventsourcing}
WRITERS = (1, 16)
CASES = ((1, 2_000), (100, 8_000), (10_000, 20_000))
"""Events a transaction, events a round; every writer writes one transaction at least."""
CHECKED = 800
NewDatabase = Callable[[str], str]


def measure(quick: bool) -> None:
    """In each round ours and the others, one after the other; then the order is looked at."""
    heading("Append", "database", "writers", "events a transaction", "ours, events/s", "bare driver, events/s",
            "eventsourcing, events/s", "ours / bare", "ours / eventsourcing")  # fmt: skip
    with postgresql() as one, sqlite() as two:
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            for writers in WRITERS:
                _beside_each_other(name, new, writers, quick)
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            print(f"\n{name}: {ordered(new('ordered'))}", flush=True)


def _beside_each_other(name: str, new: NewDatabase, writers: int, quick: bool) -> None:
    """The rows of so many writers, each contender on a new database of the same server."""
    with ExitStack() as stack:
        crews = {}
        for contender, opened in CONTENDERS.items():
            url = new(f"{contender}_{writers}")
            if contender == "eventsourcing":
                prepare_eventsourcing(url)
            crews[contender] = stack.enter_context(crew(opened, url, writers))
        for batch, count in CASES:
            size = count // 5 if quick else count
            rates = measured({each: partial(found.rate, size, batch) for each, found in crews.items()})
            medians = [f"{statistics.median(rates[each]):,.0f}" for each in CONTENDERS]
            against = [ratio(rates["ours"], rates[each]) for each in ("bare", "eventsourcing")]
            row(name, writers, f"{batch:,}", *medians, *against)


def ordered(url: str) -> str:
    """Sixteen writers while a reader follows: raises `AssertionError` if it skipped a position or one is missing."""
    db, stop = Database(url), threading.Event()
    reads: list[int] = []

    def follow() -> None:
        last = 0
        while not (stop.is_set() and last == _head(db)):
            with db.read() as connection:
                query = select(events.c.position).where(events.c.position > last)
                found = connection.execute(query.order_by(events.c.position)).scalars().all()
            assert list(found) == list(range(last + 1, last + 1 + len(found))), (
                "the reader skipped a position"
            )
            last += len(found)
            reads.append(last)

    reader = threading.Thread(target=follow)
    with crew(ours, url, 16) as workers:
        reader.start()
        workers.rate(CHECKED, 1)
        stop.set()
        reader.join()
    with db.read() as connection:
        count = connection.execute(select(func.count()).select_from(events)).scalar_one()
        assert head(connection) == count == reads[-1], "positions are missing"
        assert not verify(connection).findings
    db.dispose()
    return (
        f"16 writers wrote {count:,} events with contiguous positions; a reader that followed in {len(reads):,} reads "
        "skipped none; verified clean."
    )


def _head(db: Database) -> int:
    with db.read() as connection:
        return head(connection)


@contextmanager
def postgresql() -> Iterator[NewDatabase]:
    """Makes new databases on one durable server."""
    with postgres(durable=True) as server:
        migrated(server.url())

        def new(name: str) -> str:
            plain = make_url(server.url("template1")).set(drivername="postgresql").render_as_string()
            with psycopg.connect(plain, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
            return server.url(name)

        yield new


@contextmanager
def sqlite() -> Iterator[NewDatabase]:
    """Makes new files in one folder."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        migrated(f"sqlite:///{template}")

        def new(name: str) -> str:
            shutil.copy(template, Path(folder) / name)
            return f"sqlite:///{Path(folder) / name}"

        yield new
