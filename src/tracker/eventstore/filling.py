"""Rows into tables where they are known to be absent, by the driver's quickest way."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Convert = Callable[[Any], Any] | None


class Filling:
    """Rows made ready for the driver one by one, and written together: COPY on PostgreSQL, one prepared statement on
    SQLite.

    A row is given up as soon as it is ready: what it held as objects is an order of magnitude larger.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._columns: dict[Table, list[tuple[str, Convert]]] = {}
        self._ready: dict[Table, list[Sequence[Any]]] = defaultdict(list)

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Takes rows with every column of the table."""
        columns = self._columns.get(table)
        if columns is None:
            columns = self._columns[table] = [(c.name, self._convert(c.type)) for c in table.columns]
        for row in rows:
            ready = [row[name] if convert is None else convert(row[name]) for name, convert in columns]
            self._ready[table].append(ready)

    def write(self, tx: Connection) -> None:
        """Inserts what was added."""
        for table, ready in self._ready.items():
            prepare = self._dialect.identifier_preparer
            names = ", ".join(prepare.quote(name) for name, _ in self._columns[table])
            into = f"{prepare.format_table(table)} ({names})"
            if self._dialect.name == "postgresql":
                _copy(tx, into, ready)
            else:
                marks = ", ".join("?" * len(table.columns))
                tx.connection.cursor().executemany(f"INSERT INTO {into} VALUES ({marks})", ready)  # noqa: S608
        self._ready.clear()

    def _convert(self, of: Any) -> Convert:
        found: Convert = of.dialect_impl(self._dialect).bind_processor(self._dialect)
        return found


def _copy(tx: Connection, into: str, ready: Sequence[Sequence[Any]]) -> None:
    with tx.connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:  # type: ignore[attr-defined]
        for row in ready:
            copy.write_row(row)
