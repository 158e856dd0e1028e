"""A small log, sealed again and again while it grew, and what its attacker would do to it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, text, update

from tests.eventstore.ledger import WHEN, context, given
from tracker.eventstore.seal import kept
from tracker.eventstore.seal.copy import Copy, copy_of
from tracker.eventstore.seal.keys import private_keys
from tracker.eventstore.seal.notes import Signer
from tracker.eventstore.seal.sealer import seal
from tracker.eventstore.seal.tables import checkpoints, keys, merkle_nodes
from tracker.eventstore.store import Write, append
from tracker.eventstore.tables import events, log_head
from tracker.eventstore.verify import _leaf
from tracker.kit.db import Database
from tracker.kit.settings import Settings

GUARDED = (
    "events",
    "command_results",
    "log_head",
    "checkpoints",
    "merkle_nodes",
    "seal_keys",
    "cosignatures",
)
Rows = list[dict[str, Any]]


def installation(folder: Path) -> Settings:
    """Settings with files of their own."""
    return Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg]


def grow(db: Database, settings: Settings, steps: list[int]) -> None:
    """Appends so many events at a time, each in a stream of its own, and seals after each time."""
    count = db.run(lambda tx: tx.execute(select(log_head.c.position)).scalar_one())
    for step in steps:
        writes = [
            Write(f"person-{number}", 0, [given(f"s{number}")]) for number in range(count, count + step)
        ]
        db.run(lambda tx, w=writes: append(tx, w, context()))
        count += step
        seal_now(db, settings)


def seal_now(db: Database, settings: Settings) -> None:
    """As the worker does."""
    db.run(lambda tx: seal(tx, private_keys(settings), copy_of(settings), WHEN))


def unguard(tx: Connection) -> None:
    """What only the owner of the tables can do."""
    if tx.dialect.name == "postgresql":
        for table in GUARDED:
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    for (name,) in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        tx.execute(text(f"DROP TRIGGER {name}"))


def rewrite(tx: Connection, change: Callable[[Rows], Rows]) -> None:
    """Another history in place of this one: positions, hashes, the head and the kept tree fit each other again."""
    rows = [dict(row) for row in tx.execute(select(events).order_by(events.c.position)).mappings()]
    changed = change(rows)
    tx.execute(delete(events))
    for position, row in enumerate(changed, 1):
        row["position"] = position
        row["leaf_hash"] = _leaf(SimpleNamespace(**row))  # type: ignore[arg-type]
    if changed:
        tx.execute(insert(events), changed)
    tx.execute(update(log_head).values(position=len(changed)))


def reseal(tx: Connection, folder: Path, private: Ed25519PrivateKey | None = None) -> None:
    """All checkpoints and the kept tree anew, by a key of the attacker's own."""
    sizes = tx.execute(select(checkpoints.c.size).order_by(checkpoints.c.size)).scalars().all()
    count = tx.execute(select(log_head.c.position)).scalar_one()
    for table in (checkpoints, merkle_nodes, keys):
        tx.execute(delete(table))
    if private is None:
        private = Ed25519PrivateKey.generate()
    for size in [each for each in sizes if each <= count]:
        tx.execute(update(log_head).values(position=size))
        seal(tx, [private], Copy(folder / f"fake{size}"), WHEN)
    tx.execute(update(log_head).values(position=count))


def stranger(tx: Connection) -> Signer:
    """Somebody else's key under the log's name."""
    return Signer(kept.origin(tx), Ed25519PrivateKey.generate())
