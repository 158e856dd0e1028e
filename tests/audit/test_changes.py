"""Between two moments: what is otherwise, the same by every door, and the same as the pages of the two days show."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.builders import (
    RECORDED_AT,
    context,
    put_body,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.web.browser import Browser
from tests.web.test_queries import counting
from tracker.audit.between import Between, between
from tracker.audit.changes import Changed, Wanted, changes, told_late
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head, read_on
from tracker.followups import commands as c
from tracker.followups import queries as followups
from tracker.followups.service import handle
from tracker.kit.clock import at_midnight
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.people import commands as people_commands
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person

EARLY, MIDDLE, LATE = date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)


@pytest.fixture
def history(db: Database) -> Database:
    """Two meetings; a report before the middle that was corrected after it, one after it, one that was withdrawn."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM7", date(2016, 6, 23))
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        for code in ("IDN", "FRA", "JPN"):
            put_partner(tx, code)
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA", "JPN", text="Foster the creative industries.")
        put_recommendation(tx, "CMM8-R02", "IDN")
        put_report(tx, "CMM8-R01", "FRA", "implemented", LATE)
        report_id = put_report(tx, "CMM8-R01", "IDN", "not_started", EARLY)
        correct = c.CorrectReport(
            report_id=report_id,
            status="under_implementation",
            as_of=EARLY,
            narrative="It is.",
            reason="A slip.",
        )
        handle(tx, OPERATOR, "CMM8-R01", "IDN", correct, context(EARLY), now=RECORDED_AT)
        wrong = put_report(tx, "CMM8-R01", "JPN", "implemented", EARLY)
        withdraw = c.WithdrawReport(report_id=wrong, reason="Another one was meant.")
        handle(tx, OPERATOR, "CMM8-R01", "JPN", withdraw, context(LATE), now=RECORDED_AT)
    return db


@pytest.fixture
def auditor(history: Database, tmp_path: Path) -> Browser:
    with history.write() as tx:
        person = put_person(tx, "auditor@example.org", name="Auditor")
        grant = people_commands.GrantRole(role="auditor", scope="*")
        handle_person(tx, OPERATOR, person, grant, context())
    return Browser(history, tmp_path).sign_in(person)


def found(conn: Connection, since: str, until: str = "", wanted: Wanted = Wanted()) -> list[Changed]:  # noqa: B008
    return changes(conn, span(conn, since, until), wanted)


def span(conn: Connection, since: str, until: str = "") -> Between:
    latest = RECORDED_AT + timedelta(days=1)
    return between(conn, since, until, by="effective", up_to=head(conn), latest=latest)


def test_what_was_corrected_later_is_told_as_corrected_and_what_was_withdrawn_not_at_all(
    history: Database,
) -> None:
    with history.read() as conn:
        (changed,) = found(conn, "CMM8", "2020-06-01", Wanted(kind="followup"))
    assert (changed.code, changed.new) == ("CMM8-R01:IDN", True)
    assert {change.field: change.after for change in changed.changes}["status"] == "under_implementation"


def test_the_difference_is_that_of_the_pages_of_the_two_days(history: Database) -> None:
    days = (date(2018, 6, 1), MIDDLE, date(2022, 1, 1))
    with history.read() as conn:
        shown = []
        for day in days:
            with as_known_at(conn, head(conn), at_midnight(day)) as then:
                grid = followups.grid(then, "ASEM-CMM", day)
                shown.append(
                    {
                        f"{row.recommendation}:{code}": cell.status
                        for row in grid.rows
                        for code, cell in row.cells.items()
                    }
                )
        for at in (0, 1):
            since, until = days[at].isoformat(), days[at + 1].isoformat()
            told = found(conn, since, until, Wanted(kind="followup"))
            moved = {each.code for each in told if any(change.field == "status" for change in each.changes)}
            assert moved == {code for code in shown[1] if shown[at][code] != shown[at + 1][code]}


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (Wanted(partner="FRA"), {"CMM8-R01", "CMM8-R01:FRA"}),
        (Wanted(kind="recommendation"), {"CMM8-R01", "CMM8-R02"}),
        (Wanted(body="ASEM-CMM", kind="followup"), {"CMM8-R01:FRA", "CMM8-R01:IDN"}),
        (Wanted(theme="none"), set()),
    ],
)
def test_changes_can_be_narrowed(history: Database, wanted: Wanted, codes: set[str]) -> None:
    with history.read() as conn:
        assert {each.code for each in found(conn, "CMM7", "2022-01-01", wanted)} == codes


def test_events_that_were_not_known_yet_do_not_count(history: Database) -> None:
    with history.read() as conn:
        asked = span(conn, "CMM7", "2022-01-01")
        before = Between(asked.since, asked.until, "effective", 3)
        assert {each.code for each in changes(conn, before)} <= {"ASEM-CMM", "CMM7"}
        assert told_late(conn, before) == 0


def test_more_events_than_anybody_waits_for_are_refused(history: Database) -> None:
    with history.read() as conn, pytest.raises(BadInput, match="choose a shorter time"):
        changes(conn, span(conn, "CMM7"), most=2)


def test_the_page_the_files_and_the_struct_say_the_same(history: Database, auditor: Browser) -> None:
    query = "since=CMM8&until=2022-01-01"
    with history.read() as conn:
        told = found(conn, "CMM8", "2022-01-01")
    page = auditor.open(f"/changes?{query}")
    assert page.status == 200
    assert f"{len(told)} things changed" in page.text
    for each in told:
        assert each.code in page.text
    as_json = json.loads(auditor.open(f"/changes.json?{query}").html)
    assert {each["code"] for each in as_json["changes"]} == {each.code for each in told}
    with history.read() as conn:
        assert as_json["position"] == head(conn)
    answer = auditor.open(f"/changes.csv?{query}").answer
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {(row["code"], row["field"]) for row in rows} == {
        (each.code, change.field) for each in told for change in each.changes
    }
    assert {row["position"] for row in rows} == {str(as_json["position"])}
    assert "attachment" in answer.headers["content-disposition"]


def test_no_cell_is_a_formula_to_a_spreadsheet(history: Database, auditor: Browser) -> None:
    with history.write() as tx:
        put_recommendation(tx, "CMM8-R09", text="=1+1")
    rows = csv.DictReader(io.StringIO(auditor.open("/changes.csv?since=CMM7&kind=recommendation").html))
    assert {row["after"] for row in rows if "1+1" in row["after"]} == {"'=1+1"}


def test_without_a_beginning_the_page_begins_with_the_meeting_that_was_held_last(auditor: Browser) -> None:
    page = auditor.open("/changes")
    assert "Between the end of 2 March 2018 and" in page.text


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("since=CMM99", "since", "There is no meeting"),
        ("since=2020-13-01", "since", "is no date"),
        ("since=0001-01-01", "since", "since the year 1900"),
        ("since=2020-01-02&until=2020-01-01", "since", "is not before"),
        ("since=2020-01-01&until=soon", "until", "There is no meeting"),
        ("since=2020-01-01&until=9999-12-31", "until", "lies ahead"),
    ],
)
def test_a_bad_time_is_a_sentence_beside_its_field_and_what_was_typed_is_kept(
    auditor: Browser, query: str, field: str, said: str
) -> None:
    page = auditor.open(f"/changes?{query}&kind=followup")
    assert page.status == 422
    assert said in page.text
    assert any(given.get("id") == f"{field}-error" for _, given in page.tags)
    fields = next(fields for _, fields in page.forms if "since" in fields)
    assert f"since={fields['since']}" in query


def test_a_hundred_years_are_no_trouble(auditor: Browser) -> None:
    assert auditor.open("/changes?since=1926-01-01&until=2026-11-24").status == 200


def test_changes_as_known_before_say_only_what_was_known(history: Database, auditor: Browser) -> None:
    with history.read() as conn:
        at = read_on(conn, 0, limit=5)[-1].recorded_at
    known = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
    page = auditor.open(f"/changes?since=2000-01-01&until=2026-11-30&as_of={known}")
    assert "You are looking at the past" in page.text
    assert "CMM7" in page.text
    assert "CMM8-R01" not in page.text
    exported = next(link for link in page.links if link.startswith("/changes.json"))
    assert json.loads(auditor.open(exported).html)["as_of"] == known


def test_the_public_is_asked_to_sign_in(history: Database, tmp_path: Path) -> None:
    for path in ("/changes", "/changes.csv?since=CMM8", "/changes.json?since=CMM8", "/history/events/1"):
        assert Browser(history, tmp_path).open(path).status == 403


def test_more_changes_are_no_more_questions(history: Database, auditor: Browser) -> None:
    def asked() -> int:
        with counting(history) as statements:
            assert auditor.open("/changes?since=CMM7").status == 200
        return len(statements)

    few = asked()
    with history.write() as tx:
        for number in range(10, 40):
            put_recommendation(tx, f"CMM8-R{number}", "IDN", "FRA")
            put_report(tx, f"CMM8-R{number}", "IDN", "implemented", LATE)
    assert asked() == few
