"""Where every follow-up stands, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import BODY, RECORDED_AT, TODAY, context, put_meeting, put_report
from tests.followups.test_service import AUTHORITY, statements
from tracker.eventstore.rebuild import check
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.followups import commands as c
from tracker.followups import queries
from tracker.followups.events import Evidence
from tracker.followups.projection import PROJECTION
from tracker.followups.service import handle
from tracker.followups.tallies import demonstrations
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.people.policy import OPERATOR, Actor
from tracker.recommendations import commands as recommendation_commands
from tracker.recommendations.service import handle as handle_recommendation

LATER = TODAY + timedelta(days=queries.STALE_DAYS + 1)
REPRESENTED = {(BODY, "IDN")}


def ask(
    db: Database,
    command: c.FollowupCommand,
    code: str = "CMM8-R01",
    partner: str = "IDN",
    actor: Actor = OPERATOR,
) -> None:
    with db.write() as tx:
        handle(tx, actor, code, partner, command, context(), now=RECORDED_AT)


def reported(db: Database, status: Any, as_of: date = TODAY, code: str = "CMM8-R01", **fields: Any) -> str:
    with db.write() as tx:
        return put_report(tx, code, "IDN", status, as_of, **fields)


def view(db: Database, today: date = TODAY) -> queries.FollowupView:
    with db.read() as conn:
        return queries.followup(conn, "CMM8-R01", "IDN", today)


def close(ending: Any = "closed_by_meeting") -> c.CloseFollowup:
    return c.CloseFollowup(
        recommendation="CMM8-R01", partner="IDN", meeting="CMM8", ending=ending, reason="Decided so."
    )


def set_due(db: Database, due_on: date) -> None:
    with db.write() as tx:
        handle_recommendation(
            tx, OPERATOR, "CMM8-R01", recommendation_commands.SetDue(due_on=due_on), context()
        )


def test_nobody_heard_is_no_information(tracked: Database) -> None:
    found = view(tracked)
    assert (found.status, found.as_of, found.version, found.stale) == ("no_information", None, 0, True)
    assert (found.partner_name, found.text) == ("Country IDN", "Foster the creative industries.")


def test_a_partner_it_is_not_directed_to_has_no_followup(tracked: Database) -> None:
    with tracked.read() as conn, pytest.raises(NotFound, match="CMM8-R01 is not directed to JPN"):
        queries.followup(conn, "CMM8-R01", "JPN", TODAY)


def test_a_report_is_shown_with_its_evidence_and_label(tracked: Database) -> None:
    evidence = [Evidence(url="https://example.org/", title="Portal", restricted=True)]
    reported(tracked, "implemented", raw_label="100 %", evidence=evidence, demonstration=True)
    found = view(tracked)
    assert (found.status, found.raw_label, found.verification, found.demonstration) == (
        "implemented",
        "100 %",
        "reported",
        True,
    )
    assert found.evidence == evidence
    assert (found.finished, found.stale) == (True, False)


def test_a_real_report_is_not_marked_for_a_demonstration_due_date(tracked: Database) -> None:
    reported(tracked, "implemented")
    with tracked.write() as tx:
        due = recommendation_commands.SetDue(due_on=LATER)
        handle_recommendation(tx, OPERATOR, "CMM8-R01", due, context(demonstration=True))
    found = view(tracked)
    with tracked.read() as conn:
        figures = demonstrations(conn)
    assert (found.demonstration, found.due_demonstration, figures) == (False, True, {})


def test_the_ending_shows_before_the_report(tracked: Database) -> None:
    reported(tracked, "under_implementation")
    ask(tracked, close("overtaken_by_events"))
    found = view(tracked)
    assert (found.status, found.ended_by, found.finished) == ("overtaken_by_events", "CMM8", True)


def test_a_superseded_recommendation_shows_as_superseded(tracked: Database) -> None:
    reported(tracked, "under_implementation")
    with tracked.write() as tx:
        supersede = recommendation_commands.SupersedeRecommendation(
            by="CMM8-R02", meeting="CMM8", reason="One."
        )
        handle_recommendation(tx, OPERATOR, "CMM8-R01", supersede, context())
    found = view(tracked)
    assert (found.status, found.superseded_by, found.finished) == ("superseded", "CMM8-R02", True)


def test_what_a_meeting_reopened_is_not_finished_by_an_older_report(tracked: Database) -> None:
    with tracked.write() as tx:
        put_meeting(tx, "CMM10", TODAY)
    reported(tracked, "implemented", TODAY - timedelta(days=1))
    ask(tracked, close("implemented"))
    ask(tracked, c.ReopenFollowup(meeting="CMM10", reason="It broke."))
    found = view(tracked)
    assert (found.status, found.reopened_on, found.finished) == ("implemented", TODAY, False)
    reported(tracked, "implemented", TODAY)
    assert view(tracked).finished


def test_overdue_begins_on_the_day_after_the_due_date(tracked: Database) -> None:
    set_due(tracked, TODAY)
    assert not view(tracked, TODAY).overdue
    assert view(tracked, TODAY + timedelta(days=1)).overdue
    reported(tracked, "implemented")
    assert not view(tracked, TODAY + timedelta(days=1)).overdue


def test_an_addressees_own_due_date_goes_before_and_the_original_is_kept(tracked: Database) -> None:
    set_due(tracked, TODAY)
    ask(tracked, c.MoveFollowupDue(due_on=LATER, reason="New law."))
    found = view(tracked)
    assert (found.due_on, found.original_due_on) == (LATER, TODAY)


def test_silence_becomes_stale_after_half_a_year(tracked: Database) -> None:
    reported(tracked, "under_implementation")
    assert not view(tracked, TODAY + timedelta(days=queries.STALE_DAYS)).stale
    assert view(tracked, LATER).stale


def test_followups_of_a_recommendation_and_of_a_partner_are_in_order(tracked: Database) -> None:
    with tracked.read() as conn:
        of_recommendation = queries.of_recommendation(conn, "CMM8-R01", TODAY)
        of_partner = queries.of_partner(conn, "IDN", TODAY, BODY)
        elsewhere = queries.of_partner(conn, "IDN", TODAY, "OTHER")
    assert [each.partner for each in of_recommendation] == ["FRA", "IDN"]
    assert [each.recommendation for each in of_partner] == ["CMM7-R01", "CMM8-R01", "CMM8-R02"]
    assert elsewhere == []


def test_the_grid_holds_a_cell_for_each_addressee_and_counts_them(tracked: Database) -> None:
    reported(tracked, "implemented")
    with tracked.read() as conn:
        grid = queries.grid(conn, BODY, TODAY)
    cells = {row.recommendation: {code: cell.status for code, cell in row.cells.items()} for row in grid.rows}
    assert cells == {
        "CMM7-R01": {"IDN": "no_information"},
        "CMM8-R01": {"FRA": "no_information", "IDN": "implemented"},
        "CMM8-R02": {"IDN": "no_information", "JPN": "no_information"},
    }
    assert list(grid.partners) == ["FRA", "IDN", "JPN"]
    assert grid.counts == {"implemented": 1, "no_information": 4}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"meeting": "CMM7"}, {("CMM7-R01", "IDN")}),
        ({"theme": "creative"}, {("CMM8-R01", "IDN"), ("CMM8-R01", "FRA")}),
        ({"grouping": "Europe"}, {("CMM8-R01", "FRA")}),
        ({"partner": "JPN"}, {("CMM8-R02", "JPN")}),
        ({"status": "implemented"}, {("CMM8-R01", "IDN")}),
        ({"text": "CREATIVE foster"}, {("CMM8-R01", "IDN"), ("CMM8-R01", "FRA")}),
        ({"text": "100%"}, set()),
        (
            {"grouping": "Asia", "meeting": "CMM8", "status": "no_information"},
            {("CMM8-R02", "IDN"), ("CMM8-R02", "JPN")},
        ),
    ],
)
def test_the_grid_narrows_down(
    tracked: Database, wanted: dict[str, str], found: set[tuple[str, str]]
) -> None:
    reported(tracked, "implemented")
    with tracked.read() as conn:
        grid = queries.grid(conn, BODY, TODAY, **wanted)
    assert {(row.recommendation, code) for row in grid.rows for code in row.cells} == found


def test_each_page_is_one_statement_and_the_grid_one_more_for_the_texts(tracked: Database) -> None:
    with tracked.read() as conn, statements(tracked) as sent:
        queries.of_recommendation(conn, "CMM8-R01", TODAY)
        queries.of_partner(conn, "IDN", TODAY)
        queries.grid(conn, BODY, TODAY, meeting="CMM8", theme="creative", partner="IDN")
        queries.mine(conn, REPRESENTED, TODAY)
        queries.standing(conn, BODY)
    assert len(sent) == 6


def headings(db: Database, today: date) -> dict[str, list[str]]:
    with db.read() as conn:
        mine = queries.mine(conn, REPRESENTED, today)
    found = {name: [each.recommendation for each in getattr(mine, name)] for name in mine.__struct_fields__}
    return {name: codes for name, codes in found.items() if codes}


def test_mine_is_nothing_for_someone_who_represents_nobody(tracked: Database) -> None:
    with tracked.read() as conn:
        assert queries.mine(conn, set(), TODAY).new == []


def test_mine_says_what_is_new_and_what_went_silent(tracked: Database) -> None:
    assert headings(tracked, date(2018, 3, 10)) == {"new": ["CMM8-R01", "CMM8-R02"], "stale": ["CMM7-R01"]}
    assert headings(tracked, TODAY) == {"stale": ["CMM7-R01", "CMM8-R01", "CMM8-R02"]}


def test_mine_names_each_followup_once_under_what_is_most_pressing(tracked: Database) -> None:
    set_due(tracked, TODAY)
    assert headings(tracked, TODAY - timedelta(days=30))["due_soon"] == ["CMM8-R01"]
    assert headings(tracked, TODAY + timedelta(days=1))["overdue"] == ["CMM8-R01"]
    report_id = reported(tracked, "implemented")
    assert "CMM8-R01" not in str(headings(tracked, LATER))
    ask(tracked, c.DisputeReport(report_id=report_id, reason="There is no portal."))
    assert headings(tracked, LATER)["disputed"] == ["CMM8-R01"]


def test_only_what_was_validated_counts_where_the_body_wants_that(tracked: Database) -> None:
    report_id = reported(tracked, "implemented")
    ask(tracked, c.ValidateReport(report_id=report_id), actor=AUTHORITY)
    with tracked.read() as conn:
        standing = {(each.recommendation, each.partner): each for each in queries.standing(conn, BODY)}
    assert [report["verification"] for report in standing["CMM8-R01", "IDN"].reports] == ["validated"]
    assert standing["CMM8-R01", "FRA"].reports == []
    assert standing["CMM8-R01", "FRA"].themes == ["creative"]


def test_what_was_known_then_can_be_asked_alike(tracked: Database) -> None:
    with tracked.read() as conn:
        before = head(conn)
    reported(tracked, "implemented")
    with tracked.read() as conn:
        with as_known_at(conn, before) as then:
            assert queries.followup(then, "CMM8-R01", "IDN", TODAY).status == "no_information"
        with as_known_at(conn, head(conn)) as now:
            assert queries.followup(now, "CMM8-R01", "IDN", TODAY) == queries.followup(
                conn, "CMM8-R01", "IDN", TODAY
            )
            assert queries.grid(now, BODY, TODAY) == queries.grid(conn, BODY, TODAY)


def test_rebuilt_rows_are_the_live_ones(tracked: Database) -> None:
    report_id = reported(tracked, "implemented", demonstration=True)
    reported(tracked, "not_started", date(2018, 3, 2))
    ask(tracked, c.DisputeReport(report_id=report_id, reason="There is no portal."))
    ask(tracked, close())
    ask(tracked, c.ReopenFollowup(meeting="CMM8", reason="Not enough."))
    ask(tracked, c.MoveFollowupDue(due_on=LATER, reason="New law."), "CMM7-R01")
    assert check(tracked, PROJECTION) == []
