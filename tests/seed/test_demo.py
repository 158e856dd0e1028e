"""The demonstration: only on request, once, and marked wherever it shows."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seed.demo import load_demo
from seed.load import load
from tests.seed.small import put_files
from tracker.eventstore import store
from tracker.followups import queries as followups
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

MATRIX = Path(__file__).parents[2] / "seed"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def shown(db: Database) -> Database:
    load(db, MATRIX, now=NOW)
    assert load_demo(db, NOW) > 30
    return db


def test_the_demonstration_is_there_once_and_the_files_do_not_undo_it(shown: Database) -> None:
    assert load_demo(shown, datetime(2026, 12, 24, tzinfo=UTC)) == 0
    assert load(shown, MATRIX, now=NOW).events == 0
    with shown.read() as connection:
        ahead = meetings.upcoming(connection, "ASEM-CMM", TODAY)
    assert ahead is not None
    assert (ahead.code, ahead.starts_on, ahead.demonstration) == ("CMM9", date(2027, 1, 23), True)


def test_every_event_of_it_is_marked(shown: Database) -> None:
    with shown.read() as connection:
        written = [item for item in store.read_all(connection) if item.command_id.startswith("demo-")]
        later = [item for item in store.read_all(connection) if item.position >= written[0].position]
    assert written == later
    assert {tuple(item.metadata.items()) for item in written} == {(("demonstration", True), ("door", "seed"))}


def test_people_are_roles_and_reports_are_marked_where_they_show(shown: Database) -> None:
    with shown.read() as connection:
        everyone = people.persons(connection)
        views = followups.of_recommendation(connection, "CMM8-R01", TODAY)
        due = recommendations.recommendation(connection, "CMM8-R03")
    assert {person.name for person in everyone} == {
        "Auditor",
        "Focal point, Bulgaria",
        "Focal point, France",
        "Focal point, Indonesia",
        "Focal point, Republic of Korea",
        "Secretariat, ASEM CMM",
    }
    assert all(person.email.endswith("@example.org") and person.demonstration for person in everyone)
    said = {
        view.partner: (view.status, view.verification) for view in views if view.status != "no_information"
    }
    assert said == {"IDN": ("implemented", "verified"), "FRA": ("implemented", "disputed")}
    assert all(view.demonstration == (view.status != "no_information") for view in views)
    assert all(view.due_demonstration for view in views)
    assert due.original_due_on is not None
    assert due.due_on == date(2027, 1, 23) > due.original_due_on


def test_without_the_matrix_there_is_nothing_to_demonstrate(db: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="CMM9"):
        load_demo(db, NOW)
    load(db, put_files(tmp_path / "asem-cmm"), now=NOW)
    with db.read() as connection:
        before = store.head(connection)
    with pytest.raises(NotFound):
        load_demo(db, NOW)
    with db.read() as connection:
        assert store.head(connection) == before
