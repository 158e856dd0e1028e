"""Rows into a table where they are known to be absent, by the driver's quickest way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def fill(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows: COPY on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    if tx.dialect.name == "postgresql":
        _copy(tx, table, rows)
    else:
        tx.execute(table.insert(), list(rows))


def _copy(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    prepare = tx.dialect.identifier_preparer
    columns = [(column.name, _to_database(tx, column.type)) for column in table.columns]
    names = ", ".join(prepare.quote(name) for name, _ in columns)
    statement = f"COPY {prepare.format_table(table)} ({names}) FROM STDIN"
    with tx.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row([convert(row[name]) if convert else row[name] for name, convert in columns])


def _to_database(tx: Connection, of: Any) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = of.dialect_impl(tx.dialect).bind_processor(tx.dialect)
    return found
