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
CASES = (
    (1, 1, 400),
    (1, 100, 5_000),
    (1, 10_000, 20_000),
    (16, 1, 1_600),
    (16, 100, 8_000),
    (16, 10_000, 160_000),
)
"""Writers, events a transaction, events a round."""
CHECKED = 3_200
NewDatabase = Callable[[str], str]


def measure(quick: bool) -> None:
    """In each round ours and the others, one after the other; then the order is looked at."""
    heading("Append", "database", "writers", "events a transaction", "ours, events/s", "bare driver, events/s",
            "eventsourcing, events/s", "ours / bare", "ours / eventsourcing")  # fmt: skip
    with postgresql() as one, sqlite() as two:
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            for number, (writers, batch, count) in enumerate(CASES):
                rates = _case(new, f"case{number}", writers, batch, count // 5 if quick else count)
                medians = [f"{statistics.median(rates[each]):,.0f}" for each in CONTENDERS]
                against = [ratio(rates["ours"], rates[each]) for each in ("bare", "eventsourcing")]
                row(name, writers, f"{batch:,}", *medians, *against)
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            print(f"\n{name}: {ordered(new('ordered'))}", flush=True)


def _case(new: NewDatabase, name: str, writers: int, batch: int, count: int) -> dict[str, list[float]]:
    """Events a second of every contender, each on a new database of the same server."""
    with ExitStack() as stack:
        rates = {}
        for contender, opened in CONTENDERS.items():
            url = new(f"{name}_{contender}")
            if contender == "eventsourcing":
                prepare_eventsourcing(url)
            workers = stack.enter_context(crew(opened, url, writers))
            rates[contender] = partial(workers.rate, count, batch)
        return measured(rates)


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
