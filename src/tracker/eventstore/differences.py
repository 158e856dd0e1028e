"""What stands differently in a live table and in its rebuilt twin, and how to make the live one equal."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, exists, insert, or_, select

from tracker.eventstore.projector import Projection
from tracker.eventstore.rows import shadow_of

MOST_NAMED = 1_000


@dataclass(frozen=True)
class Difference:
    """A row that stands differently in the live table and in its rebuilt copy (one side may lack it)."""

    table: str
    key: tuple[object, ...]
    kind: str


def differences(tx: Connection, projection: Projection) -> list[Difference]:
    """The rows that differ, at most `MOST_NAMED` of a table and kind; none if and only if the copies are equal."""
    found = []
    for table in projection.tables:
        twin = shadow_of(table)
        for keys, kind in (
            (_lacking(table, twin), "not in the log"),
            (_lacking(twin, table), "missing"),
            (_changed(table, twin), "differs"),
        ):
            found += [
                Difference(str(table.name), tuple(row), kind) for row in tx.execute(keys.limit(MOST_NAMED))
            ]
    return found


def merge(tx: Connection, projection: Projection) -> None:
    """Makes the live tables equal to their twins; rows that are equal are not touched."""
    for table in projection.tables:
        twin = shadow_of(table)
        same = exists().where(_same_key(table, twin), ~_differs(table, twin))
        tx.execute(delete(table).where(~same))
        absent = ~exists().where(_same_key(twin, table))
        names = [column.name for column in twin.columns]
        tx.execute(insert(table).from_select(names, select(twin).where(absent)))


def _lacking(left: Table, right: Table) -> Select[Any]:
    return select(*left.primary_key).where(~exists().where(_same_key(left, right)))


def _changed(table: Table, twin: Table) -> Select[Any]:
    return select(*table.primary_key).join(twin, _same_key(table, twin)).where(_differs(table, twin))


def _same_key(left: Table, right: Table) -> ColumnElement[bool]:
    return and_(*(left.c[c.name] == right.c[c.name] for c in left.primary_key))


def _differs(table: Table, twin: Table) -> ColumnElement[bool]:
    rest = [c.name for c in table.columns if not c.primary_key]
    return or_(False, *(table.c[name].is_distinct_from(twin.c[name]) for name in rest))
