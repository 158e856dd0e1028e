"""What a report costs: the statements that reach the database, counted at the driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection

from tests.builders import put_recommendation, put_report
from tests.followups.test_service import OFFICIAL, ask, report
from tracker.kit.db import Database

READS = ["the facts", "the stored answer", "the stream", "the row"]
APPEND = {
    "postgresql": ["all of it"],
    "sqlite": ["the stream's version", "the head", "the command's id", "the event", "the answer"],
}
WRITES = ["the row", "what can be found"]


@contextmanager
def sent(tx: Connection) -> Iterator[list[str]]:
    """Every statement that the driver of this transaction sends meanwhile, whoever asks it to."""
    found: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **options: Any) -> Any:
            found.append(str(query))
            return super().execute(query, *rest, **options)

    raw: Any = tx.connection.driver_connection
    if tx.dialect.name == "postgresql":
        before, raw.cursor_factory = raw.cursor_factory, Noting
        yield found
        raw.cursor_factory = before
    else:
        # A trigger inside a statement is traced with two dashes before it, and the statement again after it.
        raw.set_trace_callback(
            lambda text: None if text.startswith("--") or text in found[-1:] else found.append(text)
        )
        yield found
        raw.set_trace_callback(None)


def test_a_report_costs_the_same_statements_however_much_there_is(tracked: Database) -> None:
    with tracked.write() as tx, sent(tx) as first:
        ask(tx, report(), OFFICIAL)
    with tracked.write() as tx:
        for number in range(30):
            put_report(tx, "CMM8-R01", "IDN", "under_implementation")
            put_recommendation(tx, f"CMM8-R{number + 10}", "IDN", "FRA", "JPN")
            put_report(tx, f"CMM8-R{number + 10}", "FRA", "under_implementation")
    with tracked.write() as tx, sent(tx) as later:
        ask(tx, report(report_id="r2", narrative="Done again."), OFFICIAL)
    expected = READS + APPEND[tracked.engine.dialect.name] + WRITES
    assert (len(first), len(later)) == (len(expected), len(expected)), later
