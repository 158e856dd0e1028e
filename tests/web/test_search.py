"""The search page and the box on every page."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import SCRIPT, assert_harmless
from tracker.kit.clock import utc_now


def test_every_page_has_a_box_that_searches(world: World, visitor: Browser) -> None:
    for path in ("/", "/meetings/CMM8", "/sign-in", "/recommendations/NONE"):
        action, fields = next(form for form in visitor.open(path).forms if form[0] == "/search")
        assert (action, fields) == ("/search", {"words": ""})


def test_finds_are_links_with_the_words_marked(world: World, visitor: Browser) -> None:
    page = visitor.open("/search?words=creat+FOSTER")
    assert "1 found." in page.text
    assert "/recommendations/CMM8-R01" in page.links
    assert "<mark>Foster</mark> the <mark>creative</mark> industries." in page.html


def test_a_report_leads_to_its_follow_up_and_is_marked_as_demonstration(
    world: World, visitor: Browser
) -> None:
    page = visitor.open("/search?words=FRA+says")
    assert "/follow-ups/CMM8-R01/FRA" in page.links
    assert "Country FRA on CMM8-R01" in page.text
    assert "Demonstration" in page.text


def test_counts_narrow_the_search_and_can_be_taken_back(world: World, visitor: Browser) -> None:
    page = visitor.open("/search?words=CMM8")
    (narrower,) = [link for link in page.links if "kind=recommendation" in link]
    narrowed = visitor.open(narrower)
    assert "2 found." in narrowed.text
    assert "Remove the filter Kind: Recommendation" in narrowed.text
    assert "/search?words=CMM8" in narrowed.links


def test_whoever_finds_nothing_is_told_what_to_do_next(world: World, visitor: Browser) -> None:
    page = visitor.open("/search?words=nowhere&kind=meeting&meeting=CMM8")
    assert "Nothing holds all of that" in page.text
    assert {"/search?words=nowhere", "/recommendations"} <= set(page.links)


@pytest.mark.parametrize("words", ["", "  ", "?!", '""'])
def test_without_a_word_the_page_says_what_can_be_found(world: World, visitor: Browser, words: str) -> None:
    assert "What can be found" in visitor.open("/search?words=" + words).text


@pytest.mark.parametrize("page", ["0", "2", "99999999999999999999", "-1", "x", "٣"])
def test_a_page_that_is_not_there_is_the_nearest(world: World, visitor: Browser, page: str) -> None:
    assert "1 found." in visitor.open(f"/search?words=industries&page={page}").text


def test_what_was_typed_is_shown_as_typed_and_does_nothing(world: World, visitor: Browser) -> None:
    page = visitor.client.get("/search", params={"words": SCRIPT[:150], "kind": SCRIPT, "meeting": SCRIPT})
    assert page.status_code == 200
    assert_harmless(visitor.open(str(page.request.url)))


def test_the_past_is_searched_on_its_day_and_links_stay_there(world: World, tmp_path: Path) -> None:
    reader = Browser(world.db, tmp_path).sign_in(world.admin)
    yesterday = (utc_now() - timedelta(days=1)).date()
    page = reader.open(f"/search?words=foster&as_of={yesterday}")
    assert "0 found." in page.text
    assert f"/recommendations?as_of={yesterday}" in page.links
