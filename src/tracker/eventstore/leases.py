"""Claims with a lease and a fencing number, for rows of work that any of several processes may take.

A table that has `lease_columns()` can be claimed: one process gets the row until its lease ends, with a `fence` that
grows at every claim; whoever comes back with an older fence (`holds`) changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, Table, and_, or_, select, update

from tracker.kit.db import UtcDateTime


def lease_columns() -> list[Column[Any]]:
    """`lease_until`, `fence` and `attempts`, the count of claims so far."""
    return [
        Column("lease_until", UtcDateTime),
        Column("fence", Integer, nullable=False, default=0, server_default="0"),
        Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    ]


def free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Rows that nobody holds at `now`."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now)


def claim(
    tx: Connection,
    table: Table,
    where: ColumnElement[bool],
    now: datetime,
    lease: timedelta,
    **values: object,
) -> Any | None:
    """Takes one free row that matches `where` and sets `values` on it; None if there is none left."""
    key = list(table.primary_key)
    wanted = (
        select(*key).where(where, free(table, now)).order_by(*key).limit(1).with_for_update(skip_locked=True)
    )
    found = tx.execute(wanted).one_or_none()
    if found is None:
        return None
    mine = and_(*(column == value for column, value in zip(key, found, strict=True)), free(table, now))
    taken = (
        update(table)
        .where(mine)
        .values(lease_until=now + lease, fence=table.c.fence + 1, attempts=table.c.attempts + 1, **values)
        .returning(*table.c)
    )
    return tx.execute(taken).one_or_none()


def holds(table: Table, claimed: Any) -> ColumnElement[bool]:
    """True for the claimed row while nobody else took it over; put it in the WHERE of every later change."""
    return and_(*(c == getattr(claimed, c.name) for c in table.primary_key), table.c.fence == claimed.fence)
