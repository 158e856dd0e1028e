"""A report of progress through the service (load, decide, append, project, commit) beside a bare append."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from benchmarks.append import NewDatabase, postgresql, sqlite
from benchmarks.contenders import NOW, event
from benchmarks.rounds import heading, measured, ratio, row
from tests.builders import BODY, put_body, put_meeting, put_partner, put_recommendation
from tracker.eventstore.store import Context, Write, append
from tracker.followups.commands import ReportProgress
from tracker.followups.service import handle
from tracker.kit.db import Database
from tracker.kit.ids import new_id
from tracker.people.policy import Actor

PARTNERS = [f"P{first}{second}" for first in "ABCDE" for second in "ABCDEFGHIJ"]
RECOMMENDATIONS = [f"CMM8-R{number:02}" for number in range(1, 21)]
OFFICIALS = Actor("official", "Official", represents=frozenset((BODY, partner) for partner in PARTNERS))
COUNT = 200


def measure(quick: bool) -> None:
    """In each round both, each event in a transaction of its own through `Database.run`."""
    heading("Report", "database", "report through the service, ms", "append, ms", "report / append")
    with postgresql() as one, sqlite() as two:
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            with _world(new) as db:
                count = COUNT // 5 if quick else COUNT
                taken = measured({"report": _timed(_report(db), count), "append": _timed(_append(db), count)})
                medians = [f"{statistics.median(each) * 1000:.2f}" for each in taken.values()]
                row(name, *medians, ratio(taken["report"], taken["append"]))


def _timed(once: Callable[[], object], count: int) -> Callable[[], float]:
    """The seconds that one takes, of `count` in a row."""

    def run() -> float:
        start = time.perf_counter()
        for _ in range(count):
            once()
        return (time.perf_counter() - start) / count

    return run


def _report(db: Database) -> Callable[[], object]:
    """A focal point's report, of another follow-up each time."""
    pairs = itertools.cycle(itertools.product(RECOMMENDATIONS, PARTNERS))

    def once() -> object:
        code, partner = next(pairs)
        said = event()
        command = ReportProgress(
            recommendation=code, partner=partner, report_id=new_id(), status=said.status, as_of=said.as_of,
            narrative=said.narrative
        )  # fmt: skip
        context = Context(actor_id="official", effective_at=NOW)
        return db.run(lambda tx: handle(tx, OFFICIALS, code, partner, command, context, now=NOW))

    return once


def _append(db: Database) -> Callable[[], object]:
    def once() -> object:
        writes = [Write(f"followup-{new_id()}", 0, [event()])]
        context = Context(actor_id="official", effective_at=NOW)
        return db.run(lambda tx: append(tx, writes, context))

    return once


@contextmanager
def _world(new: NewDatabase) -> Iterator[Database]:
    """Twenty recommendations directed to fifty partners: a thousand follow-ups."""
    db = Database(new("report"))
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        for partner in PARTNERS:
            put_partner(tx, partner)
        for code in RECOMMENDATIONS:
            put_recommendation(tx, code, *PARTNERS)
    yield db
    db.dispose()
