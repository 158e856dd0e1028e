"""The rows that projections write: read once, changed in memory, written back together."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from tracker.eventstore import canonical
from tracker.kit.db import metadata

Row = dict[str, Any]
Key = tuple[Any, ...]
Finish = Callable[[Row], None]

_shadows: dict[Table, Table] = {}
_keys: dict[Table, list[str]] = {}


class Json(TypeDecorator[Any]):
    """Lists and objects as canonical JSON text, so that equal values are equal rows on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Python to database."""
        return None if value is None else canonical.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Database to Python."""
        return None if value is None else msgspec.json.decode(value)


def projected(name: str, *columns: Any) -> Table:
    """A read table and its shadow twin, in which a rebuild grows (`<name>_shadow`, without secondary indexes)."""
    table = Table(name, metadata, *columns)
    plain = [Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in table.columns]
    _shadows[table] = Table(f"{name}_shadow", metadata, *plain)
    _keys[table] = [column.name for column in table.primary_key]
    return table


def shadow_of(table: Table) -> Table:
    """The twin in which a rebuild grows."""
    return _shadows[table]


class Rows:
    """What a projection may do with its tables: `get` a row by key, `put` one, `remove` one.

    Rows are plain dicts with every column; a row from `get` may be changed and must be `put` to be kept. With
    `fresh=True` the tables are known to be empty, so that a row not seen yet is known to be absent without asking.
    """

    def __init__(self, tx: Connection, *, shadow: bool = False, fresh: bool = False) -> None:
        self.tx, self.shadow, self.fresh = tx, shadow, fresh
        self._seen: dict[Table, dict[Key, Row | None]] = {}
        self._dirty: dict[Table, dict[Key, Finish | None]] = {}

    def on(self, tx: Connection) -> "Rows":
        """The same rows in the next transaction of the one process that writes these tables."""
        self.tx = tx
        return self

    def get(self, table: Table, *key: Any) -> Row | None:
        """The row with this primary key, None if there is none."""
        seen = self._seen.get(table)
        if seen is None:
            seen = self._seen[table] = {}
        if key in seen:
            return seen[key]
        row = None if self.fresh else self._fetch(table, key)
        seen[key] = row
        return row

    def put(self, table: Table, row: Row, finish: Finish | None = None) -> None:
        """Inserts the row, or replaces the one with its primary key.

        `finish` fills columns that follow from others: it is called with the row once before it is written, however
        many events changed it.
        """
        key = tuple([row[name] for name in _keys[table]])
        self._seen.setdefault(table, {})[key] = row
        self._dirty.setdefault(table, {})[key] = finish

    def remove(self, table: Table, *key: Any) -> None:
        """Removes the row with this primary key, if it is there."""
        self._seen.setdefault(table, {})[key] = None
        self._dirty.setdefault(table, {})[key] = None

    def flush(self) -> None:
        """Writes what changed, a statement a table."""
        for table, keys in self._dirty.items():
            seen = self._seen[table]
            changed = [(row, finish) for key, finish in keys.items() if (row := seen[key]) is not None]
            for row, finish in changed:
                if finish is not None:
                    finish(row)
            self._upsert(table, [row for row, _ in changed])
            self._delete(table, [key for key in keys if seen[key] is None])
        self._dirty = {}

    def shrink(self, most: int) -> None:
        """Forgets the rows seen when they are more than `most`; call after `flush`."""
        if sum(map(len, self._seen.values())) > most:
            self._seen, self.fresh = {}, False

    def _target(self, table: Table) -> Table:
        return shadow_of(table) if self.shadow else table

    def _fetch(self, table: Table, key: Key) -> Row | None:
        target = self._target(table)
        query = select(target).where(*(c == value for c, value in zip(target.primary_key, key, strict=True)))
        found = self.tx.execute(query).mappings().one_or_none()
        return None if found is None else dict(found)

    def _upsert(self, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        target = self._target(table)
        insert = (postgresql if self.tx.dialect.name == "postgresql" else sqlite).insert(target)
        changed = {c.name: insert.excluded[c.name] for c in target.columns if not c.primary_key}
        keys = list(target.primary_key)
        statement = (
            insert.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        self.tx.execute(statement, list(rows))

    def _delete(self, table: Table, keys: Sequence[Key]) -> None:
        target = self._target(table)
        for key in keys:
            where = (c == value for c, value in zip(target.primary_key, key, strict=True))
            self.tx.execute(target.delete().where(*where))
