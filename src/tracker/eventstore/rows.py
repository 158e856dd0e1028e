"""The rows that projections write: read once, changed in memory, written back together."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from tracker.eventstore import canonical
from tracker.eventstore.filling import Filling
from tracker.kit.db import metadata

Row = dict[str, Any]
Key = tuple[Any, ...]
Finish = Callable[[Row], None]

_shadows: dict[Table, Table] = {}
_keys: dict[Table, Callable[[Row], Key]] = {}


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
    _keys[table] = _key_of([column.name for column in table.primary_key])
    return table


def _key_of(names: Sequence[str]) -> Callable[[Row], Key]:
    # `itemgetter` gives a tuple only for more than one name.
    return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


def shadow_of(table: Table) -> Table:
    """The twin in which a rebuild grows."""
    return _shadows[table]


class Rows:
    """What a projection may do with its tables: `get` a row by key, `put` one, `remove` one.

    Rows are plain dicts with every column; a row from `get` may be changed and must be `put` to be kept. With
    `fresh=True` the tables are known to be empty, so that a row not seen yet is known to be absent without asking, and
    no transaction is needed before `flush`.
    """

    def __init__(self, tx: Connection | None, *, shadow: bool = False, fresh: bool = False) -> None:
        self._tx, self.shadow, self.fresh = tx, shadow, fresh
        self._empty = fresh
        self._seen: dict[Table, dict[Key, Row | None]] = defaultdict(dict)
        self._dirty: dict[Table, dict[Key, Finish | None]] = defaultdict(dict)

    @property
    def tx(self) -> Connection:
        """The transaction in which the rows are read and written."""
        if self._tx is None:
            raise TypeError("These rows have no transaction yet; give them one with `on`.")
        return self._tx

    def on(self, tx: Connection) -> "Rows":
        """The same rows in the next transaction of the one process that writes these tables."""
        self._tx = tx
        return self

    def get(self, table: Table, *key: Any) -> Row | None:
        """The row with this primary key, None if there is none."""
        seen = self._seen[table]
        if key not in seen:
            seen[key] = None if self.fresh else self._fetch(table, key)
        return seen[key]

    def put(self, table: Table, row: Row, finish: Finish | None = None) -> None:
        """Inserts the row, or replaces the one with its primary key.

        `finish` fills columns that follow from others: it is called with the row once before it is written, however
        many events changed it.
        """
        key = _keys[table](row)
        self._seen[table][key] = row
        self._dirty[table][key] = finish

    def remove(self, table: Table, *key: Any) -> None:
        """Removes the row with this primary key, if it is there."""
        self._seen[table][key] = None
        self._dirty[table][key] = None

    def finished(self) -> Iterator[tuple[Table, list[Row]]]:
        """The rows that were put, table by table, as they are to be written."""
        for table, keys in self._dirty.items():
            seen, rows = self._seen[table], []
            for key, finish in keys.items():
                row = seen[key]
                if row is not None:
                    if finish is not None:
                        finish(row)
                    rows.append(row)
            yield table, rows

    def flush(self) -> None:
        """Writes what changed, a statement a table."""
        filling = Filling(self.tx.dialect)
        for table, rows in self.finished():
            target = self._target(table)
            if self._empty:
                filling.add(target, rows)
            else:
                self._upsert(target, rows)
                self._delete(target, [key for key in self._dirty[table] if self._seen[table][key] is None])
        filling.write(self.tx)
        self._dirty.clear()
        self._empty = False

    def shrink(self, most: int) -> None:
        """Forgets the rows seen when they are more than `most`; call after `flush`."""
        if sum(map(len, self._seen.values())) > most:
            self._seen.clear()
            self.fresh = False

    def _target(self, table: Table) -> Table:
        return shadow_of(table) if self.shadow else table

    def _fetch(self, table: Table, key: Key) -> Row | None:
        target = self._target(table)
        query = select(target).where(*(c == value for c, value in zip(target.primary_key, key, strict=True)))
        found = self.tx.execute(query).mappings().one_or_none()
        return None if found is None else dict(found)

    def _upsert(self, target: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        insert = (postgresql if self.tx.dialect.name == "postgresql" else sqlite).insert(target)
        changed = {c.name: insert.excluded[c.name] for c in target.columns if not c.primary_key}
        keys = list(target.primary_key)
        statement = (
            insert.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        self.tx.execute(statement, list(rows))

    def _delete(self, target: Table, keys: Sequence[Key]) -> None:
        for key in keys:
            where = (c == value for c, value in zip(target.primary_key, key, strict=True))
            self.tx.execute(target.delete().where(*where))
