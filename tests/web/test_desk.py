"""The secretariat's desk in a browser: what waits, and the way to each of it."""

from collections.abc import Callable
from datetime import date

from tests.builders import RECORDED_AT, context, put_body, put_partner, put_recommendation, put_report
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting
from tracker.followups import commands as f
from tracker.followups.service import handle as handle_followup
from tracker.meetings import commands as m
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people.policy import OPERATOR


def test_each_line_leads_to_what_is_to_be_done(reported: World, person: Callable[[str], Browser]) -> None:
    with reported.db.write() as tx:
        put_recommendation(tx, "CMM8-R03")
        wrong = put_report(tx, "CMM8-R02", "JPN", "implemented")
        dispute = f.DisputeReport(report_id=wrong, reason="Not so.")
        handle_followup(tx, OPERATOR, "CMM8-R02", "JPN", dispute, context(), now=RECORDED_AT)
    page = person("secretariat").open("/desk")
    for way in (
        "/follow-ups/CMM8-R01/IDN/verify",
        "/follow-ups/CMM8-R02/JPN/withdraw-dispute",
        "/focal-points/ASEM-CMM/FRA/appoint",
        "/recommendations/CMM8-R03/change/direct",
        "/recommendations/CMM8-R01/change/due",
        "/meetings/CMM9/change/move",
        "/meetings/CMM9/change/cutoff",
        "/bodies/ASEM-CMM/change/schedule?kind=senior_officials&prepares=CMM9",
    ):
        assert way in page.links, way
        assert person("secretariat").open(way).status == 200, way
    assert "/recommendations/CMM8-R03/change/due" not in page.links


def test_where_reports_are_validated_they_wait_for_the_partners_authority_first(
    reported: World, person: Callable[[str], Browser]
) -> None:
    assert "wait for the partner’s authority" not in person("secretariat").open("/desk").text
    with reported.db.write() as tx:
        revise = m.ReviseBody(name="The body", groupings=["Asia", "Europe"], validation=True)
        handle_body(tx, OPERATOR, "ASEM-CMM", revise, context())
    page = person("secretariat").open("/desk?only=unvalidated")
    assert "Reports that wait for the partner’s authority (2)" in " ".join(page.text.split())
    assert "/follow-ups/CMM8-R01/IDN/verify" not in page.links


def test_a_meeting_that_is_set_up_asks_for_nothing_more(
    reported: World, person: Callable[[str], Browser]
) -> None:
    with reported.db.write() as tx:
        days = m.MoveMeeting(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 2))
        handle_meeting(tx, OPERATOR, "CMM9", days, context())
        handle_meeting(tx, OPERATOR, "CMM9", m.SetCutoff(reports_by=date(2027, 4, 30)), context())
        som = m.ScheduleMeeting(
            code="SOM9",
            body="ASEM-CMM",
            kind="senior_officials",
            prepares="CMM9",
            starts_on=date(2027, 5, 3),
            ends_on=date(2027, 5, 4),
        )
        handle_meeting(tx, OPERATOR, "SOM9", som, context())
    said = " ".join(person("secretariat").open("/desk").text.split())
    assert "Everything is set up: 1 to 2 June 2027" in said
    assert "the senior officials meet 3 to 4 May 2027, reports in by 30 April 2027" in said

    with reported.db.write() as tx:
        earlier = m.MoveMeeting(starts_on=date(2027, 4, 1), ends_on=date(2027, 4, 2))
        handle_meeting(tx, OPERATOR, "CMM9", earlier, context())
    moved = " ".join(person("secretariat").open("/desk").text.split())
    assert "it starts before its reporting cut-off, 30 April 2027" in moved


def test_a_desk_is_that_of_ones_own_body_and_of_nobody_else(
    reported: World, person: Callable[[str], Browser], visitor: Browser
) -> None:
    with reported.db.write() as tx:
        put_body(tx, "UNESCO-2005")
    page = person("secretariat").open("/desk")
    assert "UNESCO-2005" not in page.text
    assert "/desk" in page.links
    for who in ("focal_point", "auditor", "admin"):
        assert person(who).open("/desk").status == 403
        assert "/desk" not in person(who).open("/").links
    assert visitor.open("/desk").status == 403


def test_more_that_waits_is_no_more_statements_and_stays_light(
    reported: World, person: Callable[[str], Browser]
) -> None:
    office = person("secretariat")
    with counting(reported.db) as few:
        office.open("/desk")
    with reported.db.write() as tx:
        for number in range(10, 80):
            put_recommendation(tx, f"CMM8-R{number}", "IDN")
            put_report(tx, f"CMM8-R{number}", "IDN", "implemented")
        for code in ("XAA", "XAB", "XAC"):
            put_partner(tx, code)
    with counting(reported.db) as many:
        page = office.open("/desk")
    assert len(many) == len(few) <= 30
    assert "All 72" in page.text
    whole = office.open("/desk?body=ASEM-CMM&only=unverified")
    assert whole.html.count("/verify") == 60
    assert office.open("/desk?body=ASEM-CMM&only=unverified&after=60").html.count("/verify") == 12
