"""Projections: from events to rows, live in the append's own transaction.

A projection is a set of pure handlers over `Rows`. The same handlers serve the live tables, a rebuild into the shadow
tables (`rebuild`) and a fold into a scratch database (`scratch`), so that the three cannot differ by design.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.eventstore.registry import Event, name_of
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Context, Receipt, Recorded, Write, append
from tracker.eventstore.tables import projections
from tracker.kit.errors import BadInput, Raced, SetupError

E = TypeVar("E", bound=Event)


class Seen(Protocol):
    """What a handler may look at beside the event itself; whatever else the log holds, a rebuild does not read."""

    @property
    def position(self) -> int: ...
    @property
    def stream_id(self) -> str: ...
    @property
    def stream_version(self) -> int: ...
    @property
    def event_type(self) -> str: ...
    @property
    def event(self) -> Event: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    @property
    def actor_id(self) -> str: ...
    @property
    def effective_at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...


Handler = Callable[[Rows, Seen, Any], None]

_known: dict[str, "Projection"] = {}


class Projection:
    """A named read model: its tables, its handlers by event, and a version that a change of meaning raises.

    `by_stream` promises that no row is touched by two streams. A rebuild then folds one stream after another and
    writes each row once, however long the log is.
    """

    def __init__(self, name: str, *, version: int, tables: Sequence[Table], by_stream: bool = False) -> None:
        self.name, self.version, self.tables, self.by_stream = name, version, tuple(tables), by_stream
        self.handlers: dict[str, Handler] = {}
        if name in _known:
            raise SetupError(f"Two projections are called {name}.")
        _known[name] = self

    def on(self, event: type[E]) -> Callable[[Callable[[Rows, Seen, E], None]], None]:
        """Registers the handler of one event: `handler(rows, recorded, event)`."""

        def register(handler: Callable[[Rows, Seen, E], None]) -> None:
            self.handlers[name_of(event)[0]] = handler

        return register

    def types(self) -> list[str]:
        """The stable names of the events that it reads."""
        return list(self.handlers)

    def apply(self, rows: Rows, recorded: Seen) -> None:
        """Folds one event into the rows; an event that it does not read changes nothing."""
        handler = self.handlers.get(recorded.event_type)
        if handler is not None:
            handler(rows, recorded, recorded.event)


def all_projections() -> dict[str, Projection]:
    """Every registered projection by name."""
    return dict(sorted(_known.items()))


def projection(name: str) -> Projection:
    """One projection; raises `BadInput` that says which there are."""
    if name not in _known:
        raise BadInput(f"There is no projection {name}; there are: {', '.join(sorted(_known))}.")
    return _known[name]


def record(tx: Connection, writes: Sequence[Write], context: Context, request: bytes = b"") -> Receipt:
    """Appends and projects in one transaction, so that people see their own change as soon as it is committed."""
    receipt = append(tx, writes, context, request)
    rows = Rows(tx)
    fold(rows, receipt.events)
    rows.flush()
    return receipt


def fold(rows: Rows, recorded: Iterable[Recorded]) -> None:
    """Folds events into the rows of every projection, in order."""
    known = list(_known.values())
    for item in recorded:
        for each in known:
            each.apply(rows, item)


def checkpoint(connection: Connection, name: str) -> int:
    """How far an asynchronous projection has read, 0 if it never did."""
    return connection.execute(select(projections.c.position).where(projections.c.name == name)).scalar() or 0


def advance(tx: Connection, name: str, old: int, new: int) -> None:
    """Moves a checkpoint by compare-and-set; raises `Raced` if another process moved it first."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(projections)
    mine = projections.c.name == name
    if old == 0:
        tx.execute(insert.values(name=name, version=1, position=0).on_conflict_do_nothing())
    moved = tx.execute(update(projections).where(mine, projections.c.position == old).values(position=new))
    if moved.rowcount != 1:
        raise Raced(f"Another process moved the checkpoint of {name}; nothing was written twice.")
