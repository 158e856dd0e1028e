"""Readers that poll while appends are held open: no position is passed over, none appears late."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.eventstore.ledger import context, given
from tracker.eventstore import append_postgresql
from tracker.eventstore.store import Write, append, head, read_on
from tracker.kit.db import Database
from tracker.kit.errors import RuleBroken

WRITERS, EACH, LOOK = 4, 9, 100
ONE = 1


def many(db: Database) -> int:
    """What PostgreSQL appends the other way: positions first, then a copy. SQLite has one way, and gives up the
    interpreter at each row, which a reader that never rests makes it wait for."""
    return append_postgresql.FEW + 1 if db.engine.dialect.name == "postgresql" else 20


class Reader(threading.Thread):
    """Reads on from where it stands, again and again; `read` are the positions in the order in which it saw them."""

    def __init__(self, db: Database) -> None:
        super().__init__(daemon=True)
        self.db, self.read, self.polls = db, [0], 0
        self.polled, self.ending = threading.Condition(), threading.Event()

    def run(self) -> None:
        """Until told to end."""
        while not self.ending.is_set():
            self.look()

    def look(self) -> int:
        """One look; how many it saw."""
        with self.db.read() as connection:
            seen = [item.position for item in read_on(connection, self.read[-1], limit=LOOK)]
        self.read += seen
        with self.polled:
            self.polls += 1
            self.polled.notify_all()
        return len(seen)

    def wait_for_looks(self, more: int = 2) -> None:
        """Returns when it has looked again; the second look began after this call."""
        with self.polled:
            goal = self.polls + more
            assert self.polled.wait_for(lambda: self.polls >= goal, 60)


@contextmanager
def reading(db: Database) -> Iterator[Reader]:
    """A reader at work; at the end it has seen all that there is."""
    reader = Reader(db)
    reader.start()
    try:
        yield reader
    finally:
        reader.ending.set()
        reader.join(60)
    while reader.look():
        pass


def test_a_reader_that_polls_while_appends_stay_open_sees_every_position_once_and_in_order(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy: Callable[..., None] = append_postgresql._copy

    with reading(db) as reader:

        def copy_late(*given: Any) -> None:
            reader.wait_for_looks()  # the head's lock is held, and nothing is written yet
            copy(*given)

        monkeypatch.setattr(append_postgresql, "_copy", copy_late)

        def write(writer: int) -> None:
            version = 0
            for number in range(EACH):
                size = many(db) if number % 3 == 1 else ONE
                batch = [given(f"{version + offset}") for offset in range(size)]
                try:
                    with db.write() as tx:
                        append(tx, [Write(f"person-{writer}", version, batch)], context())
                        reader.wait_for_looks()  # all is written, and nothing is committed yet
                        if number % 3 == 2:
                            raise RuleBroken("This one takes everything back.")
                    version += size
                except RuleBroken:
                    continue

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
    with db.read() as connection:
        last = head(connection)
    assert last == WRITERS * (EACH // 3) * (ONE + many(db))
    assert reader.read == list(range(last + 1))
