"""Rebuild a projection beside the live one, then switch, without a reader ever seeing a gap.

The copy grows in the shadow tables, a batch a transaction, its checkpoint beside it: an interrupted rebuild goes on
where it stopped. The switch holds the head's lock: the last events are folded, then only the rows that differ are
changed in the live tables. Handlers have no side effects, so none need muting.

Where each row belongs to one stream (`Projection.by_stream`), the copy grows stream by stream up to a fixed position:
every row is written once, memory holds a few batches of streams, and reading, folding and writing go on side by side.
What came later, and every other projection, is folded by position.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Dialect, delete, func, insert, select, update

from tracker.eventstore.differences import Difference, differences, merge
from tracker.eventstore.filling import Filling
from tracker.eventstore.hold import hold
from tracker.eventstore.projector import Projection
from tracker.eventstore.rows import Rows, shadow_of
from tracker.eventstore.store import head, read_on
from tracker.eventstore.streams import Joined, read_streams, split
from tracker.eventstore.tables import events, projections
from tracker.kit.ahead import ahead
from tracker.kit.db import Database
from tracker.kit.errors import Raced

BATCH = 10_000
BATCH_OF_STREAMS = 50_000
"""Events a transaction; of streams more, since each batch visits nearly every page of the log."""
MOST_ROWS = 60_000
Progress = Callable[[int, int], None]


class At(NamedTuple):
    """How far the copy has come: it holds every event up to `position`, of the streams up to `stream` (None: of all)."""

    position: int
    stream: str | None


class Folded(NamedTuple):
    """The rows of some streams, the last of them, and how many events they had."""

    filling: Filling
    last: str
    events: int


def rebuild(
    db: Database, projection: Projection, progress: Progress = lambda done, of: None
) -> list[Difference]:
    """Builds the copy and switches to it; the differences that the switch mended."""
    _grow(db, projection, progress)
    with db.write() as tx:
        _finish(tx, projection)
        found = differences(tx, projection)
        if found:
            merge(tx, projection)
        _close(tx, projection, built=True)
    return found


def check(
    db: Database, projection: Projection, progress: Progress = lambda done, of: None
) -> list[Difference]:
    """Builds the copy and compares it with the live tables under the head's lock; changes nothing."""
    _grow(db, projection, progress)
    with db.write() as tx:
        _finish(tx, projection)
        found = differences(tx, projection)
        _close(tx, projection, built=False)
    return found


def _grow(db: Database, projection: Projection, progress: Progress) -> None:
    with db.write() as tx:
        at = _open(tx, projection)
    if at.stream is not None:
        at = _grow_by_stream(db, projection, at, progress)
    with db.read() as connection:
        goal = head(connection)
    rows: Rows | None = None
    while at.position < goal:
        with db.write() as tx:
            rows = Rows(tx, shadow=True, fresh=at.position == 0) if rows is None else rows.on(tx)
            at = _step(tx, projection, rows, at, goal)
        progress(at.position, goal)


def _grow_by_stream(db: Database, projection: Projection, at: At, progress: Progress) -> At:
    behind = select(func.count()).select_from(events).where(events.c.stream_id <= at.stream)
    with db.read() as connection:
        done = connection.execute(behind.where(events.c.position <= at.position)).scalar_one()
    for folded in ahead(_fold(projection, db.engine.dialect, ahead(_read(db, at)))):
        with db.write() as tx:
            at = _move(tx, projection, at, At(at.position, folded.last))
            folded.filling.write(tx)
        done += folded.events
        progress(done, at.position)
    with db.write() as tx:
        return _move(tx, projection, at, At(at.position, None))


def _read(db: Database, at: At) -> Iterator[Sequence[Joined]]:
    after = at.stream
    while after is not None:
        with db.read() as connection:
            batch, after = read_streams(connection, after, limit=BATCH_OF_STREAMS, up_to=at.position)
        if batch:
            yield batch


def _fold(projection: Projection, dialect: Dialect, batches: Iterable[Sequence[Joined]]) -> Iterator[Folded]:
    for batch in batches:
        filling, count = Filling(dialect), 0
        for joined in batch:
            rows, stream = Rows(None, fresh=True), split(joined)
            for recorded in stream:
                projection.apply(rows, recorded)
            for table, finished in rows.finished():
                filling.add(shadow_of(table), finished)
            count += len(stream)
        yield Folded(filling, batch[-1][0], count)


def _step(tx: Connection, projection: Projection, rows: Rows, at: At, goal: int) -> At:
    batch = read_on(tx, at.position, limit=BATCH, up_to=goal, types=projection.types())
    for recorded in batch:
        projection.apply(rows, recorded)
    rows.flush()
    rows.shrink(MOST_ROWS)
    return _move(tx, projection, at, At(batch[-1].position if len(batch) == BATCH else goal, None))


def _move(tx: Connection, projection: Projection, old: At, new: At) -> At:
    moved = tx.execute(
        update(projections)
        .where(projections.c.name == projection.name, projections.c.shadow_position == old.position)
        .where(projections.c.shadow_stream.is_not_distinct_from(old.stream))
        .values(shadow_position=new.position, shadow_stream=new.stream)
    )
    if moved.rowcount != 1:
        raise Raced(f"Another process is rebuilding {projection.name}; let it finish.")
    return new


def _open(tx: Connection, projection: Projection) -> At:
    """Where to go on; the beginning, with empty shadow tables, if there is nothing to go on from."""
    mine = projections.c.name == projection.name
    row = tx.execute(select(projections).where(mine).with_for_update()).one_or_none()
    if row is None:
        tx.execute(insert(projections).values(name=projection.name, version=0, position=0))
    elif row.shadow_position and row.shadow_version == projection.version:
        return At(row.shadow_position, row.shadow_stream)
    for table in projection.tables:
        tx.execute(delete(shadow_of(table)))
    start = At(head(tx), "") if projection.by_stream else At(0, None)
    values = {
        "shadow_position": start.position,
        "shadow_stream": start.stream,
        "shadow_version": projection.version,
    }
    tx.execute(update(projections).where(mine).values(values))
    return start


def _finish(tx: Connection, projection: Projection) -> None:
    # From here to the commit no event can be appended: what is folded now is all there is.
    goal = hold(tx)
    row = tx.execute(select(projections).where(projections.c.name == projection.name).with_for_update()).one()
    if row.shadow_position is None or row.shadow_stream is not None:
        raise Raced(f"Another process finished rebuilding {projection.name} first.")
    at, rows = At(row.shadow_position, None), Rows(tx, shadow=True)
    while at.position < goal:
        at = _step(tx, projection, rows, at, goal)


def _close(tx: Connection, projection: Projection, *, built: bool) -> None:
    for table in projection.tables:
        tx.execute(delete(shadow_of(table)))
    values: dict[str, object] = {"shadow_position": None, "shadow_stream": None, "shadow_version": None}
    if built:
        values |= {"version": projection.version, "position": head(tx)}
    tx.execute(update(projections).where(projections.c.name == projection.name).values(values))
