"""Calendars, read by a reader of our own that is stricter than most programs."""

from datetime import date
from typing import Any

import pytest

from tests.builders import OPERATOR, context, put_meeting
from tests.feeds import ical
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting, grow
from tracker.followups import commands as f
from tracker.followups.service import handle as handle_followup
from tracker.meetings import commands as m
from tracker.meetings.service import handle_meeting
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle as handle_recommendation

BODY, PARTNER = "/calendars/bodies/ASEM-CMM.ics", "/calendars/partners/IDN.ics"
DAYS = {"starts_on": date(2027, 6, 1), "ends_on": date(2027, 6, 2)}


def read(browser: Browser, path: str) -> dict[str, ical.Component]:
    answer = browser.open(path).answer
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found = ical.read(answer.content).inside
    by_uid = {each.properties["UID"][1]: each for each in found}
    assert len(by_uid) == len(found)
    return by_uid


def meeting(world: World, code: str, command: Any) -> None:
    with world.db.write() as tx:
        handle_meeting(tx, OPERATOR, code, command, context())


def due(world: World, on: date) -> None:
    with world.db.write() as tx:
        handle_recommendation(tx, OPERATOR, "CMM8-R01", r.SetDue(due_on=on), context())


def test_a_meeting_fills_its_days_and_the_end_is_the_day_after(world: World, visitor: Browser) -> None:
    meeting(world, "CMM9", m.MoveMeeting(**DAYS))
    at = read(visitor, BODY)["meeting-CMM9@127.0.0.1"].properties
    assert at["DTSTART"] == (";VALUE=DATE", "20270601")
    assert at["DTEND"] == (";VALUE=DATE", "20270603")
    assert at["URL"][1] == "http://127.0.0.1:8018/meetings/CMM9"


def test_a_meeting_that_moves_stays_the_same_entry_with_a_higher_number(
    world: World, visitor: Browser
) -> None:
    meeting(world, "CMM9", m.MoveMeeting(**DAYS))
    before = read(visitor, BODY)["meeting-CMM9@127.0.0.1"].properties
    meeting(world, "CMM9", m.MoveMeeting(starts_on=date(2027, 9, 1), ends_on=date(2027, 9, 1)))
    after = read(visitor, BODY)["meeting-CMM9@127.0.0.1"].properties
    assert int(after["SEQUENCE"][1]) > int(before["SEQUENCE"][1])
    assert (after["DTSTART"][1], after["DTEND"][1]) == ("20270901", "20270902")


def test_a_cancelled_meeting_says_so_and_one_without_days_is_left_out(world: World, visitor: Browser) -> None:
    assert read(visitor, BODY).keys() == {"meeting-CMM8@127.0.0.1"}
    meeting(world, "CMM9", m.MoveMeeting(**DAYS))
    meeting(world, "CMM9", m.CancelMeeting(reason="no host"))
    found = read(visitor, BODY)
    assert found["meeting-CMM9@127.0.0.1"].properties["STATUS"][1] == "CANCELLED"
    assert found["meeting-CMM8@127.0.0.1"].properties["STATUS"][1] == "CONFIRMED"


def test_a_due_date_is_in_the_calendar_of_the_body_and_of_each_addressee_until_it_is_met(
    world: World, visitor: Browser
) -> None:
    due(world, date(2027, 1, 31))
    with world.db.write() as tx:
        own = f.MoveFollowupDue(due_on=date(2027, 3, 31), reason="elections")
        handle_followup(tx, OPERATOR, "CMM8-R01", "IDN", own, context(), now=visitor.clock())
    assert read(visitor, BODY)["due-CMM8-R01@127.0.0.1"].properties["DTSTART"][1] == "20270131"
    mine = read(visitor, PARTNER)["due-CMM8-R01-IDN@127.0.0.1"]
    assert mine.properties["DTSTART"][1] == "20270331"
    assert mine.text("DESCRIPTION") == "Foster the creative industries."
    assert not any("due" in uid for uid in read(visitor, "/calendars/partners/FRA.ics"))  # it is implemented


def test_any_text_fits_into_lines_that_every_program_reads(world: World, visitor: Browser) -> None:
    title = "Culture, heritage; “roads” \\ and 文化遗产的道路" * 9
    with world.db.write() as tx:
        put_meeting(tx, "CMM10", date(2028, 6, 1), held=False, title=title, place="Phnom Penh,\tCambodia")
    assert read(visitor, BODY)["meeting-CMM10@127.0.0.1"].text("SUMMARY") == f"CMM10 {title}"


@pytest.mark.parametrize("path", [BODY, PARTNER])
def test_whoever_has_a_calendar_gets_nothing_again_until_it_changes(
    world: World, visitor: Browser, path: str
) -> None:
    known = visitor.open(path).answer.headers["etag"]
    assert visitor.open(path, **{"if-none-match": known}).status == 304
    due(world, date(2027, 1, 31))
    assert visitor.open(path, **{"if-none-match": known}).status == 200


@pytest.mark.parametrize("path", [BODY, PARTNER])
def test_a_calendar_costs_the_same_questions_however_much_there_is(
    world: World, visitor: Browser, path: str
) -> None:
    due(world, date(2027, 1, 31))
    with counting(world.db) as few:
        visitor.open(path)
    grow(world.db)
    with world.db.write() as tx:
        for number in range(10, 40):
            soon = r.SetDue(due_on=date(2027, 1, 31))
            handle_recommendation(tx, OPERATOR, f"CMM8-R{number}", soon, context())
    with counting(world.db) as many:
        visitor.open(path)
    assert len(many) == len(few)


def test_a_date_that_demonstration_data_set_is_marked(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        soon, played = r.SetDue(due_on=date(2027, 1, 31)), context(demonstration=True)
        handle_recommendation(tx, OPERATOR, "CMM8-R01", soon, played)
    shown = read(visitor, BODY)
    assert shown["due-CMM8-R01@127.0.0.1"].text("SUMMARY") == "[Demonstration] CMM8-R01 is due"
    assert shown["meeting-CMM8@127.0.0.1"].text("SUMMARY") == "CMM8 The road forward"


def test_there_is_no_calendar_of_what_there_is_not(world: World, visitor: Browser) -> None:
    assert visitor.open("/calendars/bodies/NONE.ics").status == 404
    assert visitor.open("/calendars/partners/XXX.ics").status == 404
