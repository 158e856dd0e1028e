"""Days gone by, kept for a while: to fold a long log takes seconds, and who looks at a day opens several pages of it.

A state is known by the last event that it follows from and by the moment at which it was so: an event's id is found
in one log only, and a log never changes, so that what is kept never grows old.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from tracker.eventstore.scratch import BATCH, Batch, Scratch, known_then, streams_up_to
from tracker.eventstore.streams import Joined, read_streams
from tracker.eventstore.tables import events
from tracker.kit.ahead import ahead
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Unavailable

KEPT = 4
"""States in memory at most: one of 500,000 events takes some 100 MB."""
MOST_EVENTS = 1_000_000
"""Folded for a page at most, in some ten seconds of a processor: more would keep people waiting for too long."""
PATIENCE_SECONDS = 20
"""For another state that is being folded; one at a time is, so that the process goes on answering."""

T = TypeVar("T")
Key = tuple[str, datetime | None]
_worked_out: WeakKeyDictionary[Engine, dict[Hashable, Any]] = WeakKeyDictionary()


class Past:
    """The states that a process keeps, those forgotten first that nobody looked at for longest."""

    def __init__(self, kept: int = KEPT, most_events: int = MOST_EVENTS) -> None:
        self._most, self._most_events = kept, most_events
        self._kept: OrderedDict[Key, Scratch] = OrderedDict()
        self._lock, self._folding = Lock(), Lock()

    @contextmanager
    def opened(self, db: Database, position: int, valid: datetime | None) -> Iterator[Connection]:
        """A connection to what was known at the log position, as it was at the moment `valid`. Call it outside of any
        transaction. Raises `BadInput` where the log is too long for a page, `Unavailable` where others wait already."""
        key = (_last_event(db, position), valid)
        scratch = self._find(key) or self._folded(key, db, position)
        with scratch.engine.connect() as connection:
            yield connection

    def _find(self, key: Key) -> Scratch | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _folded(self, key: Key, db: Database, position: int) -> Scratch:
        if position > self._most_events:
            raise BadInput(
                f"To show that day, {position:,} events would have to be read, which is more than the "
                f"{self._most_events:,} that a page can wait for. Choose an earlier day, or ask the operator for "
                "`tracker as-of`, which takes its time.",
                field="as_of",
            )
        if not self._folding.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable("Other days are being put together just now; please try again in a moment.")
        try:
            found = self._find(key)  # whoever was first may have folded the same
            return found or self._keep(key, Scratch(known_then(ahead(_streams(db, position)), key[1])))
        finally:
            self._folding.release()

    def _keep(self, key: Key, scratch: Scratch) -> Scratch:
        with self._lock:
            self._kept[key] = scratch
            if len(self._kept) > self._most:
                # Its memory is given back when the last reader lets go of it.
                self._kept.popitem(last=False)
        return scratch


def remembered(past: Connection, key: Hashable, work: Callable[[], T]) -> T:
    """What follows from a state of the past alone: worked out once for as long as the state is kept."""
    known = _worked_out.setdefault(past.engine, {})
    if key not in known:
        known[key] = work()
    found: T = known[key]
    return found


def _last_event(db: Database, position: int) -> str:
    with db.read() as live:
        return live.execute(select(events.c.event_id).where(events.c.position == position)).scalar() or ""


def _streams(db: Database, position: int) -> Iterator[Sequence[Joined]]:
    """The log up to the position, each batch in a transaction of its own: on SQLite a reader keeps writers waiting."""

    def read(after: str) -> Batch:
        with db.read() as live:
            return read_streams(live, after, limit=BATCH, up_to=position)

    return streams_up_to(read)
