"""Seals the log: a signed checkpoint of all that is in it now."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.eventstore.seal import kept
from tracker.eventstore.seal.copy import Copy
from tracker.eventstore.seal.hashes import STEP, WIDTH, Hashes
from tracker.eventstore.seal.keys import MEND
from tracker.eventstore.seal.merkle import root
from tracker.eventstore.seal.notes import Checkpoint, Note, Signer, signed
from tracker.eventstore.seal.tables import checkpoints, keys, merkle_nodes
from tracker.eventstore.store import head
from tracker.eventstore.tables import events
from tracker.kit.errors import SetupError, Tampered

BLOCKS = 200
"""So many nodes are made of leaves at a time: some 51,000 leaves in memory."""


def seal(tx: Connection, private: list[Ed25519PrivateKey], copy: Copy, now: datetime) -> Note | None:
    """The checkpoint of the log as it is now; the last one if nothing came since, None of an empty log.

    What contradicts an earlier checkpoint is not sealed. Raises `Tampered`, and `SetupError` without a fit key.
    """
    size = head(tx)
    if size == 0:
        return None
    if not private:
        raise SetupError(f"There is no key to seal with. {MEND}")
    origin = kept.origin(tx)
    signers = [Signer(origin, each) for each in private]
    with copy.growing():
        _introduce(tx, signers, now)
        last = kept.newest(tx)
        if last is not None and last.checkpoint.size == size and last.is_signed_by(signers[0].key):
            return last
        _grow(tx, size)
        note = signed(Checkpoint(origin, size, Hashes(tx)(0, size)), signers[0])
        _refuse_a_fork(tx, copy, last)
        _copy(tx, copy, size, note)
    row = {"size": size, "key_id": signers[0].key.id, "note": note.text, "sealed_at": now}
    tx.execute(_unless_there(tx, checkpoints), row)
    return note


def _introduce(tx: Connection, signers: list[Signer], now: datetime) -> None:
    """The newest key is known, or becomes so: the first by itself, every other by the word of the one before."""
    known = kept.known_keys(tx)
    mine = signers[0].key
    if known and known[-1].key == mine:
        return
    if any(each.key == mine for each in known):
        raise SetupError(f"The key {mine.id} was replaced by {known[-1].key.id}; put that one first.")
    introduced = ""
    if known:
        before = next((each for each in signers[1:] if each.key == known[-1].key), None)
        if before is None:
            raise SetupError(
                f"This log was sealed by another key ({known[-1].key.id}), which must introduce a new one. {MEND}"
            )
        introduced = before.sign(kept.introduction(mine))
    row = {"key_id": mine.id, "key": mine.text, "number": len(known), "introduced": introduced, "since": now}
    tx.execute(insert(keys), row)


def _refuse_a_fork(tx: Connection, copy: Copy, last: Note | None) -> None:
    """The newest checkpoints that are known, here and outside, are beginnings of the log."""
    notes = [last, *copy.notes()[-1:]]
    for each in (note.checkpoint for note in notes if note is not None):
        if each.size > head(tx) or Hashes(tx)(0, each.size) != each.root:
            raise Tampered(
                f"The log does not begin as the checkpoint of {each.size} events says; it is not sealed until that is "
                "explained. `tracker verify` says where it differs."
            )


def _grow(tx: Connection, size: int) -> None:
    """Keeps the roots of what became complete since the last time."""
    level = STEP
    while size >> level:
        _grow_level(tx, level, size >> level)
        level += STEP


def _grow_level(tx: Connection, level: int, complete: int) -> None:
    there = select(func.coalesce(func.max(merkle_nodes.c.number) + 1, 0)).where(merkle_nodes.c.level == level)
    first = tx.execute(there).scalar_one()
    while first < complete:
        until = min(first + BLOCKS, complete)
        below = _below(tx, level - STEP, first * WIDTH, until * WIDTH)
        rows = [
            {"level": level, "number": number, "hash": root(below[at : at + WIDTH])}
            for at, number in zip(range(0, len(below), WIDTH), range(first, until), strict=True)
        ]
        tx.execute(_unless_there(tx, merkle_nodes), rows)
        first = until


def _below(tx: Connection, level: int, start: int, end: int) -> list[bytes]:
    if level == 0:
        query = select(events.c.leaf_hash).where(events.c.position.between(start + 1, end))
        found = tx.execute(query.order_by(events.c.position)).scalars().all()
    else:
        column = merkle_nodes.c
        query = select(column.hash).where(column.level == level, column.number.between(start, end - 1))
        found = tx.execute(query.order_by(column.number)).scalars().all()
    if len(found) != end - start:
        raise Tampered("The log has gaps; it is not sealed. `tracker verify` says where.")
    return [bytes(each) for each in found]


def _copy(tx: Connection, copy: Copy, size: int, note: Note) -> None:
    while (count := copy.count()) < size:
        copy.add(_below(tx, 0, count, min(count + BLOCKS * WIDTH, size)))
    copy.keep(note)


def _unless_there(tx: Connection, table: Table) -> Any:
    """What is made twice is the same both times."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert
    return insert(table).on_conflict_do_nothing()
