"""Days gone by are folded once, kept within bounds, and read by several at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from tests.builders import put_body, put_meeting, put_partner, put_recommendation, put_report
from tracker.eventstore import past as pasts
from tracker.eventstore.past import Past, remembered
from tracker.eventstore.projector import all_projections
from tracker.eventstore.scratch import Fill, Scratch, as_known_at, folded
from tracker.eventstore.store import head, read_all
from tracker.kit.clock import at_midnight
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Unavailable
from tracker.meetings.tables import meetings
from tracker.people.tables import partners

LATER = at_midnight(date(2030, 1, 1))


class Counting(Scratch):
    """Knows how often one was folded."""

    folded = 0

    def __init__(self, fill: Fill) -> None:
        Counting.folded += 1
        super().__init__(fill)


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    Counting.folded = 0
    monkeypatch.setattr(pasts, "Scratch", Counting)


@pytest.fixture
def filled(db: Database) -> Database:
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        for code in ("IDN", "FRA", "JPN"):
            put_partner(tx, code)
    return db


def top(db: Database) -> int:
    with db.read() as live:
        return head(live)


def codes(conn: Connection) -> list[str]:
    return sorted(conn.execute(select(partners.c.code)).scalars())


def test_a_state_is_folded_once_and_then_kept(filled: Database) -> None:
    past, position = Past(), top(filled)
    for _ in range(3):
        with past.opened(filled, position, None) as conn:
            assert codes(conn) == ["FRA", "IDN", "JPN"]
    assert Counting.folded == 1


def test_another_position_and_another_moment_are_other_states(filled: Database) -> None:
    past, position = Past(), top(filled)
    with past.opened(filled, position - 2, None) as conn:
        assert codes(conn) == ["FRA", "IDN"]
    with past.opened(filled, position, at_midnight(date(2018, 6, 1))) as conn:
        assert conn.execute(select(meetings.c.state)).scalars().all() == ["held"]
    with past.opened(filled, position, at_midnight(date(1995, 1, 1))) as conn:
        assert conn.execute(select(meetings.c.state)).scalars().all() == []
    assert Counting.folded == 3


def test_what_was_looked_at_longest_ago_is_forgotten_while_its_reader_reads_on(filled: Database) -> None:
    past, position = Past(kept=2), top(filled)
    with past.opened(filled, position, None) as conn:
        for back in (1, 2, 3):
            with past.opened(filled, position - back, None):
                pass
        assert codes(conn) == ["FRA", "IDN", "JPN"]
    with past.opened(filled, position, None):
        assert Counting.folded == 5


def test_many_readers_at_once_share_one_fold_and_see_the_same(filled: Database) -> None:
    past, position = Past(), top(filled)

    def look(_: int) -> list[str]:
        with past.opened(filled, position, LATER) as conn:
            return codes(conn)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(look, range(40)))
    assert found == [["FRA", "IDN", "JPN"]] * 40
    assert Counting.folded == 1


def test_what_follows_from_a_state_is_worked_out_once(filled: Database) -> None:
    past, position, worked = Past(), top(filled), []

    def work() -> int:
        worked.append(1)
        return len(worked)

    for expected in (1, 1):
        with past.opened(filled, position, None) as conn:
            assert remembered(conn, "sum", work) == expected
    with past.opened(filled, position - 1, None) as conn:
        assert remembered(conn, "sum", work) == 2


def test_nobody_changes_the_past(filled: Database) -> None:
    with (
        Past().opened(filled, top(filled), None) as conn,
        pytest.raises(OperationalError, match="readonly"),
    ):
        conn.execute(partners.delete())


def test_a_log_that_is_too_long_for_a_page_is_refused_with_a_sentence(filled: Database) -> None:
    with (
        pytest.raises(BadInput, match="more than the 3 that a page can wait for"),
        Past(most_events=3).opened(filled, top(filled), None),
    ):
        pass


def test_who_would_wait_too_long_for_others_is_told_to_come_back(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasts, "PATIENCE_SECONDS", 0.01)
    past = Past()
    with past._folding, pytest.raises(Unavailable, match="try again"), past.opened(filled, top(filled), None):
        pass


def test_folding_holds_no_transaction_that_keeps_a_writer_waiting(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasts, "BATCH", 3)
    reading = pasts._streams(filled, top(filled))
    read = list(next(reading))
    with filled.write() as tx:
        put_partner(tx, "CHN")
    for batch in reading:
        read += batch
    names = [name for name, _ in read]
    assert "partner-JPN" in names
    assert "partner-CHN" not in names


def test_stream_by_stream_is_the_same_as_in_the_order_of_the_log(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasts, "BATCH", 4)
    with filled.write() as tx:
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA")
        for partner in ("IDN", "FRA"):
            put_report(tx, "CMM8-R01", partner, "implemented")
    position = top(filled)
    tables = [table for each in all_projections().values() for table in each.tables]
    with (
        filled.read() as live,
        folded(read_all(live, up_to=position)) as one,
        as_known_at(live, position) as two,
        Past().opened(filled, position, None) as three,
    ):
        for table in tables:
            rows = [sorted(map(repr, each.execute(select(table)))) for each in (live, one, two, three)]
            assert rows == [rows[0]] * 4, table
