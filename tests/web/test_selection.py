"""Several recommendations at once in a browser: listed first, then all of it or nothing."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.builders import BODY, TODAY, context, put_body, put_meeting, put_recommendation
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.eventstore.store import head, read_on
from tracker.followups import queries
from tracker.people.policy import OPERATOR
from tracker.recommendations import commands as c
from tracker.recommendations import queries as recommendations
from tracker.recommendations.service import handle

BOTH = "?code=CMM8-R01&code=CMM8-R02"
CLOSING = {"meeting": "CMM8", "ending": "closed_by_meeting", "whose": "*", "reason": "Taken off the list."}


@pytest.fixture
def office(world: World, as_person: Callable[[str], Browser]) -> Browser:
    return as_person(world.secretariat)


def log(world: World) -> int:
    with world.db.read() as connection:
        return head(connection)


def confirmed(browser: Browser, preview: Page) -> Page:
    assert preview.status == 200, preview.text
    return browser.send(preview)


def test_what_will_happen_is_listed_and_nothing_of_it_is_done_yet(world: World, office: Browser) -> None:
    before = log(world)
    preview = office.send(office.open(f"/selection/direct{BOTH}"), whom="*", on="2018-03-02")
    assert preview.status == 200
    assert "Directed to partners: 1 partner (JPN)" in preview.text
    assert "Directed to partners: 1 partner (FRA)" in preview.text
    assert log(world) == before


def test_a_confirmed_selection_is_one_act_however_often_the_button_is_pressed(
    world: World, office: Browser
) -> None:
    preview = office.send(office.open(f"/selection/direct{BOTH}"), whom="*", on="2018-03-02")
    receipt = confirmed(office, preview)
    at = log(world)
    again = confirmed(office, preview)
    assert "and 1 further event, all at once" in " ".join(receipt.text.split())
    assert (again.answer.url.path, log(world)) == (receipt.answer.url.path, at)
    with world.db.read() as connection:
        events = read_on(connection, at - 2, limit=2)
        assert {len(recommendations.addressees(connection, code)) for code in ("CMM8-R01", "CMM8-R02")} == {3}
    assert len({event.correlation_id for event in events}) == 1
    assert {event.actor_id for event in events} == {world.secretariat}


def test_one_due_date_is_set_for_those_without_and_moved_for_the_others(
    world: World, office: Browser
) -> None:
    with world.db.write() as tx:
        handle(tx, OPERATOR, "CMM8-R01", c.SetDue(due_on=date(2026, 12, 31)), context())
    form = office.open(f"/selection/due{BOTH}")
    refused = office.send(form, due_on="2027-06-30")
    assert refused.status == 422
    assert "Please give the reason why the due date of CMM8-R01 moves" in refused.text
    preview = office.send(form, due_on="2027-06-30", reason="For the meeting.")
    assert "Due date moved: 30 June 2027" in preview.text
    assert "Due date set: 30 June 2027" in preview.text
    first = confirmed(office, preview)
    assert "Reason: For the meeting." in first.text
    assert confirmed(office, preview).answer.url == first.answer.url
    with world.db.read() as connection:
        assert {each.due_on for each in recommendations.elements(connection, "CMM8")} == {date(2027, 6, 30)}


def test_every_open_follow_up_of_a_grouping_is_closed_by_a_decision(world: World, office: Browser) -> None:
    preview = office.send(office.open(f"/selection/close{BOTH}"), **(CLOSING | {"whose": "Asia"}))
    assert "3 changes, all at once" in preview.text
    confirmed(office, preview)
    with world.db.read() as connection:
        grid = queries.grid(connection, BODY, TODAY)
    ended = {
        (row.recommendation, cell.partner) for row in grid.rows for cell in row.cells.values() if cell.ending
    }
    assert ended == {("CMM8-R01", "IDN"), ("CMM8-R02", "IDN"), ("CMM8-R02", "JPN")}
    nothing = office.send(office.open(f"/selection/close{BOTH}"), **(CLOSING | {"whose": "Asia"}))
    assert (nothing.status, "None of these follow-ups is open" in nothing.text) == (422, True)


def test_one_refused_item_stops_all_and_each_reason_is_told(world: World, office: Browser) -> None:
    with world.db.write() as tx:
        put_recommendation(tx, "CMM8-R05", nature="informational")
    before = log(world)
    page = office.send(
        office.open("/selection/direct?code=CMM8-R05&code=CMM8-R01"), whom="*", on="2018-03-02"
    )
    assert page.status == 422
    assert "CMM8-R05 is informational" in page.text
    assert "What would be done without those" in page.text
    assert not [form for form in page.forms if "confirmed" in form[1]]
    assert "/selection/direct?code=CMM8-R01" in page.links
    assert log(world) == before


def test_what_is_refused_only_when_it_is_confirmed_leaves_nothing_behind(
    world: World, office: Browser
) -> None:
    preview = office.send(office.open(f"/selection/due{BOTH}"), due_on="2027-06-30")
    with world.db.write() as tx:
        handle(tx, OPERATOR, "CMM8-R02", c.SetDue(due_on=date(2027, 1, 1)), context())
    before = log(world)
    late = office.send(preview)
    assert late.status == 409
    assert "Nothing was recorded" in late.text
    assert "CMM8-R02 is due on 2027-01-01 already" in late.text
    assert log(world) == before


def test_a_list_that_no_longer_holds_is_shown_anew_before_anything_is_done(
    world: World, office: Browser
) -> None:
    preview = office.send(office.open(f"/selection/direct{BOTH}"), whom="*", on="2018-03-02")
    with world.db.write() as tx:
        direct = c.DirectRecommendation(partners=["JPN"], on=date(2018, 3, 2))
        handle(tx, OPERATOR, "CMM8-R01", direct, context())
    before = log(world)
    late = office.send(preview)
    assert late.status == 409
    assert "someone changed something meanwhile" in late.text
    assert "Directed to partners: 1 partner (FRA)" in late.text
    assert "(JPN)" not in late.text
    assert log(world) == before
    assert "/receipts/" in office.send(late).answer.url.path


@pytest.mark.parametrize(
    ("at", "typed", "field", "sentence"),
    [
        ("direct", {"whom": "", "on": "2018-03-02"}, "whom", "Please say to whom"),
        ("direct", {"whom": "*", "on": "soon"}, "on", "as year-month-day"),
        ("due", {"due_on": "", "reason": "Agreed."}, "due_on", "as year-month-day"),
        ("close", CLOSING | {"reason": " "}, "reason", "Please give the reason"),
        ("close", CLOSING | {"whose": ""}, "whose", "whose follow-ups"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_ticks_are_kept(
    world: World, office: Browser, at: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = log(world)
    page = office.send(office.open(f"/selection/{at}{BOTH}"), **typed)
    assert page.status == 422
    assert sentence in page.html.partition(f'id="{field}-error"')[2].partition("</span></span>")[0]
    assert page.form()[1]["codes"] == "CMM8-R01 CMM8-R02"
    assert log(world) == before


def test_ticks_of_another_body_are_none_and_no_ticks_are_asked_for(
    world: World, office: Browser, as_person: Callable[[str], Browser]
) -> None:
    with world.db.write() as tx:
        put_body(tx, "UNESCO-2005")
        put_meeting(tx, "UC8", date(2018, 3, 2), body="UNESCO-2005")
        put_recommendation(tx, "UC8-R01", body="UNESCO-2005")
    form, before = office.open(f"/selection/due{BOTH}"), log(world)
    for codes in ("UC8-R01", "CMM8-R01 UC8-R01", "CMM8-R01 CMM8-R77", "CMM8-R77"):
        there = office.open("/selection/due?code=" + codes.replace(" ", "&code="))
        sent = office.send(form, codes=codes, due_on="2027-06-30", confirmed="yes")
        assert (there.status, sent.status) == (404, 404), codes
        assert "no such record that you may change" in sent.text
    assert "Nothing is ticked" in office.open("/selection/due").text
    assert as_person(world.focal_point).open(f"/selection/due{BOTH}").status == 403
    assert log(world) == before


def test_too_many_follow_ups_at_once_are_refused_with_a_way_out(
    world: World, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.followups.pages.selected.MOST_ITEMS", 3)
    page = office.send(office.open(f"/selection/close{BOTH}"), **CLOSING)
    assert (page.status, "at most 3 are closed at once" in page.text) == (422, True)


def test_the_matrix_and_the_desk_have_ticks_for_what_no_grid_shows_yet(
    world: World, office: Browser, visitor: Browser
) -> None:
    with world.db.write() as tx:
        put_recommendation(tx, "CMM8-R06")
    for path in ("/meetings/CMM8", "/desk"):
        page = office.open(path)
        ticks = [attrs["value"] for _, attrs in page.tags if attrs.get("name") == "code"]
        assert "CMM8-R06" in ticks, path
        assert "/selection/direct" in page.html, path
    assert 'name="code"' not in visitor.open("/meetings/CMM8").html
    assert "CMM8-R06" in office.open("/selection/direct?code=CMM8-R06").text
