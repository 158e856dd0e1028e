"""Rebuild a projection beside the live one, then switch, without a reader ever seeing a gap.

The copy grows in the shadow tables, a batch a transaction, its checkpoint beside it: an interrupted rebuild goes on
where it stopped. The switch holds the head's lock: the last events are folded, then only the rows that differ are
changed in the live tables. Handlers have no side effects, so none need muting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, exists, insert, or_, select, update

from tracker.eventstore.projector import Projection
from tracker.eventstore.rows import Rows, shadow_of
from tracker.eventstore.store import head, read_on
from tracker.eventstore.tables import log_head, projections
from tracker.kit.db import Database
from tracker.kit.errors import Raced

BATCH = 20_000
MOST_ROWS = 60_000
MOST_NAMED = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Difference:
    """A row that stands differently in the live table and in its rebuilt copy (one side may lack it)."""

    table: str
    key: tuple[object, ...]
    kind: str


def rebuild(db: Database, projection: Projection, progress: Progress = lambda done, of: None) -> list[Difference]:
    """Builds the copy and switches to it; the differences that the switch mended."""
    _grow(db, projection, progress)
    with db.write() as tx:
        _finish(tx, projection)
        found = _differences(tx, projection)
        for table in projection.tables:
            _merge(tx, table)
        _close(tx, projection, built=True)
    return found


def check(db: Database, projection: Projection, progress: Progress = lambda done, of: None) -> list[Difference]:
    """Builds the copy and compares it with the live tables under the head's lock; changes nothing."""
    _grow(db, projection, progress)
    with db.write() as tx:
        _finish(tx, projection)
        found = _differences(tx, projection)
        _close(tx, projection, built=False)
    return found


def _grow(db: Database, projection: Projection, progress: Progress) -> None:
    with db.write() as tx:
        at, goal = _open(tx, projection), head(tx)
    rows: Rows | None = None
    while at < goal:
        with db.write() as tx:
            rows = Rows(tx, shadow=True, fresh=at == 0) if rows is None else rows.on(tx)
            at = _step(tx, projection, rows, at, goal)
        progress(at, goal)


def _step(tx: Connection, projection: Projection, rows: Rows, at: int, goal: int) -> int:
    batch = read_on(tx, at, limit=BATCH, up_to=goal, types=projection.types())
    for recorded in batch:
        projection.apply(rows, recorded)
    rows.flush()
    rows.shrink(MOST_ROWS)
    reached = batch[-1].position if len(batch) == BATCH else goal
    moved = tx.execute(
        update(projections)
        .where(projections.c.name == projection.name, projections.c.shadow_position == at)
        .values(shadow_position=reached)
    )
    if moved.rowcount != 1:
        raise Raced(f"Another process is rebuilding {projection.name}; let it finish.")
    return reached


def _open(tx: Connection, projection: Projection) -> int:
    """Where to go on; 0 with empty shadow tables if there is nothing to go on from."""
    mine = projections.c.name == projection.name
    row = tx.execute(select(projections).where(mine).with_for_update()).one_or_none()
    if row is None:
        tx.execute(insert(projections).values(name=projection.name, version=0, position=0))
    elif row.shadow_position and row.shadow_version == projection.version:
        return int(row.shadow_position)
    for table in projection.tables:
        tx.execute(delete(shadow_of(table)))
    tx.execute(update(projections).where(mine).values(shadow_position=0, shadow_version=projection.version))
    return 0


def _finish(tx: Connection, projection: Projection) -> None:
    # From here to the commit no event can be appended: what is folded now is all there is.
    tx.execute(update(log_head).values(position=log_head.c.position))
    mine = projections.c.name == projection.name
    at = tx.execute(select(projections.c.shadow_position).where(mine).with_for_update()).scalar()
    if at is None:
        raise Raced(f"Another process finished rebuilding {projection.name} first.")
    goal, rows = head(tx), Rows(tx, shadow=True)
    while at < goal:
        at = _step(tx, projection, rows, at, goal)


def _close(tx: Connection, projection: Projection, *, built: bool) -> None:
    for table in projection.tables:
        tx.execute(delete(shadow_of(table)))
    values: dict[str, object] = {"shadow_position": None, "shadow_version": None}
    if built:
        values |= {"version": projection.version, "position": head(tx)}
    tx.execute(update(projections).where(projections.c.name == projection.name).values(values))


def _differences(tx: Connection, projection: Projection) -> list[Difference]:
    found = []
    for table in projection.tables:
        twin = shadow_of(table)
        for keys, kind in (
            (_lacking(table, twin), "not in the log"),
            (_lacking(twin, table), "missing"),
            (_changed(table, twin), "differs"),
        ):
            found += [Difference(table.name, tuple(row), kind) for row in tx.execute(keys.limit(MOST_NAMED))]
    return found


def _lacking(left: Table, right: Table) -> Select[Any]:
    return select(*left.primary_key).where(~exists().where(_same_key(left, right)))


def _changed(table: Table, twin: Table) -> Select[Any]:
    return select(*table.primary_key).join(twin, _same_key(table, twin)).where(_differs(table, twin))


def _same_key(left: Table, right: Table) -> ColumnElement[bool]:
    return and_(*(left.c[c.name] == right.c[c.name] for c in left.primary_key))


def _differs(table: Table, twin: Table) -> ColumnElement[bool]:
    rest = [c.name for c in table.columns if not c.primary_key]
    return or_(False, *(table.c[name].is_distinct_from(twin.c[name]) for name in rest))


def _merge(tx: Connection, table: Table) -> None:
    twin = shadow_of(table)
    differs = exists().where(_same_key(table, twin), ~_differs(table, twin))
    tx.execute(delete(table).where(~differs))
    absent = ~exists().where(_same_key(twin, table))
    tx.execute(insert(table).from_select([c.name for c in twin.columns], select(twin).where(absent)))
