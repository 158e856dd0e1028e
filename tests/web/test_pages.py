"""Every page opens, with and without data, and is built as pages should be."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from tests.builders import context
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.people.policy import OPERATOR
from tracker.recommendations.commands import DirectRecommendation, SetDue
from tracker.recommendations.service import handle

LISTS = [
    "/",
    "/meetings",
    "/recommendations",
    "/activities",
    "/partners",
    "/grid",
    "/metrics",
    "/search",
    "/sign-in",
]
THINGS = [
    "/meetings/CMM8",
    "/meetings/CMM9",
    "/recommendations/CMM8-R01",
    "/recommendations/CMM8-R02",
    "/partners/IDN",
    "/follow-ups/CMM8-R01/IDN",
    "/follow-ups/CMM8-R01/FRA",
    "/metrics?meeting=CMM8",
    "/grid?grouping=Europe",
    "/recommendations?words=creative&status=implemented",
    "/search?words=CMM8",
]
MISSING = [
    "/nowhere",
    "/meetings/CMM99",
    "/recommendations/CMM8-R99",
    "/partners/XXX",
    "/follow-ups/CMM8-R01/JPN",
    "/activities/NONE",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_page_opens_before_anything_is_tracked(visitor: Browser, path: str) -> None:
    assert visitor.open(path).status == 200


@pytest.mark.parametrize("path", LISTS + THINGS)
def test_a_page_opens_and_is_well_made(world: World, visitor: Browser, path: str) -> None:
    page = visitor.open(path)
    assert page.status == 200
    assert page.count("h1") == 1
    assert page.count("main") == 1
    assert page.count("script") == 0
    assert not [
        attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)
    ]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", LISTS + THINGS)
def test_every_field_has_a_label_and_every_column_a_heading(
    world: World, visitor: Browser, path: str
) -> None:
    page = visitor.open(path)
    labelled = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}
    asked = [
        a for tag, a in page.tags if tag in ("input", "select", "textarea") and a.get("type") != "hidden"
    ]
    assert [attrs["id"] for attrs in asked if attrs["id"] not in labelled] == []
    assert [attrs for tag, attrs in page.tags if tag == "th" and "scope" not in attrs] == []
    assert page.count("table") == page.count("caption")


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_said_with_a_way_on(world: World, visitor: Browser, path: str) -> None:
    page = visitor.open(path)
    assert page.status == 404
    assert "/recommendations" in page.links


def test_every_link_of_the_public_pages_leads_somewhere(world: World, visitor: Browser) -> None:
    seen, waiting = set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = visitor.open(path)
        assert page.status == 200, path
        waiting += [
            link.partition("#")[0] for link in page.links if re.match(r"/[^?]*$", link.partition("#")[0])
        ]
    assert {"/meetings/CMM8", "/follow-ups/CMM8-R01/IDN", "/partners/FRA"} <= seen


def test_home_says_that_the_next_meeting_has_no_date(world: World, visitor: Browser) -> None:
    page = visitor.open("/")
    assert "date not recorded" in page.text
    assert "in 2020, to be hosted by an Asian country" in page.text
    assert "1 of 2 assessed" not in page.text
    assert "implemented: 1 of 1 assessed" in page.text


def test_demonstration_data_is_marked_wherever_it_shows(world: World, visitor: Browser) -> None:
    for path in (
        "/",
        "/meetings",
        "/meetings/CMM8",
        "/recommendations",
        "/recommendations/CMM8-R01",
        "/follow-ups/CMM8-R01/FRA",
        "/partners",
        "/partners/FRA",
        "/metrics",
    ):
        assert "Demonstration" in visitor.open(path).text, path
    for path in ("/follow-ups/CMM8-R01/IDN", "/partners/IDN", "/recommendations/CMM8-R02"):
        assert "Demonstration" not in visitor.open(path).text, path


def test_a_real_report_stays_unmarked_beside_a_demonstration_due_date(
    reported: World, visitor: Browser
) -> None:
    with reported.db.write() as tx:
        handle(tx, OPERATOR, "CMM8-R01", SetDue(due_on=date(2027, 1, 23)), context(demonstration=True))
    page = visitor.open("/follow-ups/CMM8-R01/IDN").text
    assert "Demonstration date" in page
    assert "Demonstration<" not in page


def test_the_grid_explains_all_its_signs_above_the_table(world: World, visitor: Browser) -> None:
    legend, table, after = visitor.open("/grid?meeting=CMM8").html.partition('<div class="grid sheet"')
    assert table
    for meaning in ("overdue", "demonstration data", "not directed to that partner"):
        assert meaning in legend
        assert meaning not in after.partition("</table>")[2]


def test_silence_is_shown_as_no_information(world: World, visitor: Browser) -> None:
    assert "has not reported on CMM8-R01 yet" in visitor.open("/follow-ups/CMM8-R01/IDN").text
    assert "No information" in visitor.open("/recommendations/CMM8-R01").text


def test_the_public_sees_no_address_and_no_name_of_a_person(world: World, visitor: Browser) -> None:
    for path in ("/partners/IDN", "/follow-ups/CMM8-R01/FRA", "/recommendations/CMM8-R01"):
        page = visitor.open(path)
        assert "@example.org" not in page.html
        assert "The operator" not in page.text
    assert "Main focal point" in visitor.open("/partners/IDN").text


def test_a_filter_that_nothing_fits_offers_the_whole_list(world: World, visitor: Browser) -> None:
    page = visitor.open("/recommendations?words=submarine")
    assert "Nothing fits all of that" in page.text
    assert "/recommendations" in page.links


def test_a_focal_point_sees_what_to_do_next(world: World, as_person: Callable[[str], Browser]) -> None:
    page = as_person(world.focal_point).open("/my")
    assert "/follow-ups/CMM8-R01/IDN/report" in page.links


def test_my_follow_ups_ask_the_public_to_sign_in(world: World, visitor: Browser) -> None:
    page = visitor.open("/my")
    assert page.status == 403
    assert "/sign-in?next=%2Fmy" in page.links


def test_the_history_is_for_those_with_a_role(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    assert visitor.open("/history").status == 403
    reader = as_person(world.auditor)
    assert "Progress reported" in reader.open("/history").text
    about = reader.open("/history?about=CMM8-R01")
    assert "Recommendation recorded" in about.text
    assert "CMM8-R01:FRA" in about.text
    assert "24 November 2026" in about.text
    assert "2026-11-24" not in about.text
    assert reader.open("/history?about=NOPE").status == 404
    assert reader.open("/history?before=x").status == 422


def test_the_history_goes_back_to_the_first_event(world: World, as_person: Callable[[str], Browser]) -> None:
    page = as_person(world.auditor).open("/history?before=3")
    assert "#1:" in page.text
    assert "#3:" not in page.text
    assert "Older" not in page.text


def test_silent_addressees_stand_in_one_list_with_a_way_to_each(world: World, visitor: Browser) -> None:
    page = visitor.open("/recommendations/CMM8-R01")
    assert "No information (1)" in " ".join(page.text.split())
    assert "/follow-ups/CMM8-R01/IDN" in page.links
    assert "What 1 addressee reported" in page.text


def test_a_day_in_a_rule_is_told_in_words(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        direct = DirectRecommendation(
            partners=["JPN"], on=date(2018, 3, 2), rule="all partners on 2018-03-02"
        )
        handle(tx, OPERATOR, "CMM8-R01", direct, context())
    page = visitor.open("/recommendations/CMM8-R01")
    assert "all partners on 2 March 2018" in page.text
    assert "2018-03-02" not in page.text


def test_the_history_says_whom_an_account_is_of(world: World, as_person: Callable[[str], Browser]) -> None:
    page = as_person(world.auditor).open("/history")
    assert "Role given: Office" in " ".join(page.text.split())


def test_wrong_input_takes_the_focus_to_what_is_wrong(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    browser = as_person(world.focal_point)
    page = browser.send(browser.open("/follow-ups/CMM8-R01/IDN/report"), as_of="soon")
    focused = [attrs for _, attrs in page.tags if "autofocus" in attrs]
    assert [attrs["class"] for attrs in focused] == ["error-summary"]
    assert "Error: Report progress" in page.text


def test_words_pasted_from_a_word_processor_are_searched_for(world: World, visitor: Browser) -> None:
    page = visitor.open("/recommendations?words=creative%C2%A0industries")
    assert page.status == 200
    assert "/recommendations/CMM8-R01" in page.links
