"""Documents of other bodies load like the matrix: a decision tracking table, and a decision in three languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seed.load import load
from tests.builders import put_report
from tests.seed.others import BOARD, CONVENTION, put
from tests.seed.small import change
from tracker.eventstore import store
from tracker.followups import queries as followups
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.meetings import queries as meetings
from tracker.people import queries as people
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
        late = [(view.recommendation, view.partner) for view in followups.overdue(conn, date(2024, 7, 1))]
        rules = {each.rule for each in queries.addressees(conn, "EB2023A-R01")}
        ahead = meetings.upcoming(conn, "DEV-BOARD", date(2024, 1, 1))
    assert directed == {
        "EB2023A-R01": ["DEVPROG", "POPFUND"],
        "EB2023A-R02": ["DEVPROG"],
        "EB2023A-R03": [],
    }
    assert late == [("EB2023A-R01", "POPFUND"), ("EB2023A-R01", "DEVPROG")]
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


def test_a_status_keeps_the_document_s_word_beside_what_it_means(db: Database, root: Path) -> None:
    load(db, root, now=NOW)
    with db.read() as conn:
        before = store.head(conn)
        view = followups.followup(conn, "EB2023A-R02", "DEVPROG", NOW.date())
    assert [(r["status"], r["raw_label"], r["as_of"]) for r in view.reports] == [
        ("under_implementation", "Ongoing", "2023-09-01"),
        ("implemented", "Completed", "2024-02-01"),
    ]
    assert (view.status, view.heard_at and view.heard_at.date()) == ("implemented", date(2024, 2, 1))

    board = root / "board"
    change(board, "meetings/EB2023A.yaml", "2024-02-01", "2024-02-15")
    load(db, root, now=NOW)
    with db.read() as conn:
        (corrected,) = store.read_on(conn, before, limit=10)
    assert corrected.event_type == "followup.report_corrected"
    assert load(db, root, now=NOW).events == 0


def test_what_a_focal_point_reported_first_stays_beside_what_a_file_says_later(
    db: Database, root: Path
) -> None:
    board = root / "board"
    load(db, root, now=NOW)
    with db.write() as tx:
        put_report(tx, "EB2023A-R01", "POPFUND", "implemented", date(2024, 5, 1))
    change(
        board,
        "meetings/EB2023A.yaml",
        "    due_on: 2024-06-03\n",
        "    due_on: 2024-06-03\n    progress:\n"
        '      - {partner: POPFUND, status: not_started, as_of: 2023-07-01, text: ""}\n',
    )
    assert load(db, root, now=NOW).events == 1
    assert load(db, root, now=NOW).events == 0
    with db.read() as conn:
        view = followups.followup(conn, "EB2023A-R01", "POPFUND", NOW.date())
    assert (view.status, len(view.reports)) == ("implemented", 2)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("status: Completed", "status: Done", "line 26: “Done” is no status; body.yaml says in its scale"),
        ("partner: DEVPROG, status: Ongoing", "partner: NOR, status: Ongoing", "line 25: EB2023A-R02 is not directed to NOR"),
        ("as_of: 2024-02-01", "as_of: 2034-02-01", "line 26: 2034-02-01 lies in the future"),
        ("as_of: 2023-09-01", "as_of: 2022-09-01", "line 25: 2022-09-01 lies before 2023-06-09"),
        ("Ongoing, as_of: 2023-09-01, text: \"A first dialogue was held.\"", "Ongoing, as_of: 2023-09-01", "line 25: Please say in a sentence"),
        ("      - {partner: DEVPROG, status: Completed, as_of: 2024-02-01, text: \"The dialogue ended with a report.\"}\n", "", "line 1: the report EB2023A-R02:DEVPROG:2 was loaded before"),
    ],
)  # fmt: skip
def test_a_status_that_cannot_be_is_refused_with_its_line(
    sqlite_url: str, root: Path, old: str, new: str, mistake: str
) -> None:
    db = Database(sqlite_url)
    if "was loaded before" in mistake:
        load(db, root / "board", now=NOW)
    change(root / "board", "meetings/EB2023A.yaml", old, new)
    with pytest.raises(BadInput) as refused:
        load(db, root / "board", now=NOW)
    assert f"meetings/EB2023A.yaml, {mistake}" in refused.value.message
    db.dispose()


def test_the_example_of_the_readme_loads(sqlite_url: str, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "seed" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall("```yaml\n(.*?)```", readme, re.DOTALL)
    parts = re.split(r"^# (\S+\.yaml)\n", example, flags=re.MULTILINE)[1:]
    folder = put(tmp_path, "board", dict(zip(parts[::2], parts[1::2], strict=True)))
    db = Database(sqlite_url)
    load(db, folder, now=NOW)
    with db.read() as conn:
        assert [each.partner for each in queries.addressees(conn, "EB2023A-R01")] == ["NOR"]
        assert queries.recommendation(conn, "EB2023A-R01").due_on == date(2024, 6, 3)
    db.dispose()


def test_a_partner_of_two_bodies_has_one_name(db: Database, root: Path) -> None:
    change(root / "board", "partners.yaml", "{code: NOR, name: Norway", "{code: FRA, name: La France")
    load(db, root / "convention", now=NOW)
    with pytest.raises(
        BadInput, match=r"partners\.yaml, line 4: FRA is called “France” in CBX; a partner has one name"
    ):
        load(db, root / "board", now=NOW)
    change(root / "board", "partners.yaml", "La France", "République française")
    change(root / "convention", "partners.yaml", "name: France", "name: République française")
    load(db, root, now=NOW)
    for folder in ("board", "convention", "."):
        assert load(db, root / folder, now=NOW).events == 0
    with db.read() as conn:
        assert people.partner(conn, "FRA").name == "République française"


def test_a_partner_of_one_body_that_joins_another_is_new_there_and_not_revised(
    db: Database, root: Path
) -> None:
    change(root / "board", "partners.yaml", "{code: NOR, name: Norway", "{code: FRA, name: France")
    load(db, root / "convention", now=NOW)
    report = load(db, root / "board", now=NOW)
    assert (report.revised, report.unchanged) == (0, 0)
