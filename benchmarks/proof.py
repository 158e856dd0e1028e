"""Proof over a long log: sealing it, verifying all of it, and single proofs, beside reading the same rows."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select, text

from benchmarks import world
from benchmarks.rounds import heading, row
from tests.conftest import migrated
from tests.servers import postgres
from tracker import wiring  # noqa: F401
from tracker.eventstore.seal import proofs
from tracker.eventstore.seal.check import check
from tracker.eventstore.seal.copy import copy_of
from tracker.eventstore.seal.keys import new_key, private_keys
from tracker.eventstore.seal.sealer import seal
from tracker.eventstore.tables import events
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.settings import Settings

COUNT, PROOFS = 1_000_000, 200


def measure(quick: bool) -> None:
    """PostgreSQL, then SQLite."""
    heading(
        "Proof of a million events",
        "database", "events", "reading the rows, s", "first seal, s", "verify, s", "verify / reading",
        "peak memory, MB", "receipt, ms (95 of 100)", "consistency, ms (95 of 100)",
    )  # fmt: skip
    count = COUNT // 50 if quick else COUNT
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True) as server:
        _measured("PostgreSQL", server.url(), Path(folder) / "one", count)
        _measured("SQLite", f"sqlite:///{folder}/log.db", Path(folder) / "two", count)


def _measured(name: str, url: str, folder: Path, count: int) -> None:
    settings = Settings(data_dir=folder, seal_key=new_key(), _env_file=None)  # type: ignore[call-arg]
    migrated(url)
    db = Database(url)
    with db.write() as tx:
        world.fill(tx, count)
        tx.execute(text("ANALYZE"))
    private, copy = private_keys(settings), copy_of(settings)
    sealing = _seconds(lambda: db.run(lambda tx: seal(tx, private, copy, utc_now())))
    with db.read() as connection:
        reading = _seconds(lambda: _read(db))
        verifying = _seconds(lambda: check(connection, settings))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        step = max(1, count // PROOFS)
        receipts = [_seconds(lambda p=p: proofs.receipt(connection, p)) for p in range(1, count, step)]  # type: ignore[misc]
    later = _later(db, private, copy)
    with db.read() as connection:
        grown = [_seconds(lambda: proofs.consistency(connection, count, later)) for _ in range(PROOFS)]
    db.dispose()
    cells = (
        f"{reading:.2f}",
        f"{sealing:.2f}",
        f"{verifying:.2f}",
        f"{verifying / reading:.1f}",
        f"{memory:,.0f}",
    )
    row(name, f"{count:,}", *cells, _late(receipts), _late(grown))


def _read(db: Database) -> None:
    """A batch at a time, as `verify` reads them."""
    last = 0
    with db.read() as connection:
        while found := connection.execute(
            select(events).where(events.c.position > last).order_by(events.c.position).limit(10_000)
        ).all():
            last = found[-1].position


def _later(db: Database, private: list, copy: object) -> int:  # type: ignore[type-arg]
    """A second checkpoint."""
    from benchmarks.contenders import event
    from tracker.eventstore.store import Context, Write, append

    context = Context(actor_id="official", effective_at=utc_now())
    db.run(lambda tx: append(tx, [Write("followup-later", 0, [event()])], context))
    note = db.run(lambda tx: seal(tx, private, copy, utc_now()))  # type: ignore[arg-type]
    assert note is not None
    return note.checkpoint.size


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _late(times: list[float]) -> str:
    return f"{statistics.quantiles(times, n=20)[-1] * 1000:.1f}"
