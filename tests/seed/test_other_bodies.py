"""Documents of other bodies load like the matrix: a decision tracking table, and a decision in three languages."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seed.load import load
from tests.seed.others import BOARD, CONVENTION, put
from tests.seed.small import change
from tracker.eventstore import store
from tracker.followups import queries as followups
from tracker.kit.db import Database
from tracker.meetings import queries as meetings
from tracker.recommendations import queries

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "board", BOARD)
    put(tmp_path, "convention", CONVENTION)
    return tmp_path


def test_a_decision_tracking_table_has_addressees_and_due_dates(db: Database, root: Path) -> None:
    load(db, root / "board", now=NOW)
    with db.read() as conn:
        directed = {
            element.code: [each.partner for each in queries.addressees(conn, element.code)]
            for element in queries.elements(conn, "EB2023A")
        }
        late = [(view.recommendation, view.partner) for view in followups.overdue(conn, date(2024, 1, 1))]
        rules = {each.rule for each in queries.addressees(conn, "EB2023A-R01")}
        ahead = meetings.upcoming(conn, "DEV-BOARD", date(2024, 1, 1))
    assert directed == {
        "EB2023A-R01": ["DEVPROG", "POPFUND"],
        "EB2023A-R02": ["DEVPROG"],
        "EB2023A-R03": [],
    }
    assert late == [("EB2023A-R02", "DEVPROG")]
    assert rules == {"Secretariats, as on 2023-06-09"}
    assert ahead is not None
    assert ahead.code == "EB2024A"


def test_a_decision_in_three_languages_keeps_its_words_parts_and_sources(db: Database, root: Path) -> None:
    load(db, root / "convention", now=NOW)
    with db.read() as conn:
        found = {element.code: element for element in queries.elements(conn, "COP15")}
        arabic = queries.search(conn, text="تقارير")
        chinese = queries.search(conn, text="资源")
        assert meetings.meeting(conn, "SOM15").prepares == "COP15"
        assert [link.code for link in queries.links(conn, "COP15-A01-03")] == ["COP15-A01-01"]
        assert [each.partner for each in queries.addressees(conn, "COP15-A01-02")] == ["EGY"]
    assert [element.parent for element in found.values()] == [None, *["COP15-A01"] * 3]
    assert found["COP15-A01-01"].text == "a) d’élaborer des objectifs nationaux ;"
    assert (found["COP15-A01-01"].source, found["COP15-A01-01"].lines) == ("Décision 15/4", ["2"])
    assert found["COP15-A01-03"].source == "第15/4号决定, line 4; Décision 15/4, line 4-5"
    assert [element.code for element in arabic] == ["COP15-A01-02"]
    assert [element.code for element in chinese] == ["COP15-A01-03"]


def test_all_of_them_load_beside_one_another_and_again_change_nothing(db: Database, root: Path) -> None:
    assert load(db, root, now=NOW).events
    again = load(db, root, now=NOW)
    assert (again.events, again.unchanged) == (0, again.read)


def test_addressees_and_due_dates_follow_the_file(db: Database, root: Path) -> None:
    load(db, root, now=NOW)
    with db.read() as conn:
        before = store.head(conn)
    board = root / "board"
    change(board, "meetings/EB2023A.yaml", "directed: [Secretariats]", "directed: [POPFUND, NOR]")
    change(board, "meetings/EB2023A.yaml", "due_on: 2024-06-03", "due_on: 2024-09-01")
    change(board, "meetings/EB2023A.yaml", "    due_on: 2023-12-31\n", "")
    load(db, root, now=NOW)
    with db.read() as conn:
        written = [each.event_type for each in store.read_on(conn, before, limit=100)]
        moved, free = (queries.recommendation(conn, f"EB2023A-R0{n}") for n in (1, 2))
        assert [each.partner for each in queries.addressees(conn, "EB2023A-R01")] == ["NOR", "POPFUND"]
    assert sorted(written) == [
        "recommendation.directed",
        "recommendation.due_moved",
        "recommendation.due_withdrawn",
        "recommendation.released",
    ]
    assert (moved.original_due_on, moved.due_on) == (date(2024, 6, 3), date(2024, 9, 1))
    assert free.due_on is None
    assert load(db, root, now=NOW).events == 0
