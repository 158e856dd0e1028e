"""Any page as it was on another day: unmistakable, and nothing can be changed there."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.kit.clock import utc_now


@pytest.fixture
def reader(world: World, tmp_path: Path) -> Browser:
    return Browser(world.db, tmp_path).sign_in(world.admin)


YESTERDAY = (utc_now() - timedelta(days=1)).date()


def test_before_the_first_event_nothing_was_known(reader: Browser) -> None:
    page = reader.open(f"/?as_of={YESTERDAY}")
    assert "You are looking at the past" in page.text
    assert "Nothing was recorded yet" in page.text
    assert reader.open(f"/recommendations/CMM8-R01?as_of={YESTERDAY}").status == 404


@pytest.mark.parametrize("path", ["/meetings/CMM8", "/recommendations/CMM8-R01", "/partners/IDN"])
def test_what_came_later_was_not_known_then_and_is_not_said_to_be_missing(reader: Browser, path: str) -> None:
    page = reader.open(f"{path}?as_of={YESTERDAY}")
    assert page.status == 404
    assert "The tracker knew nothing of this at the end of" in page.text
    assert "There is no" not in page.text
    assert path in page.links


@pytest.mark.parametrize(
    "path",
    ["/meetings", "/recommendations", "/activities", "/partners", "/grid", "/metrics", "/history", "/search"],
)
def test_every_list_can_be_asked_for_another_day(reader: Browser, path: str) -> None:
    page = reader.open(f"{path}?as_of={YESTERDAY}")
    assert page.status == 200
    assert "You are looking at the past" in page.text
    assert path in page.links


@pytest.mark.parametrize("path", ["/", "/grid", "/meetings/CMM8", "/follow-ups/CMM8-R01/IDN", "/history"])
def test_a_page_that_answers_for_a_day_lets_readers_choose_it(reader: Browser, path: str) -> None:
    assert "What was known on" in reader.open(path).text


@pytest.mark.parametrize("path", ["/account/details", "/people", "/access", "/security", "/sign-in"])
def test_a_page_about_now_alone_asks_for_no_day(reader: Browser, path: str) -> None:
    page = reader.open(path)
    assert page.status == 200
    assert "What was known on" not in page.text


def test_links_keep_the_day(reader: Browser) -> None:
    page = reader.open(f"/?as_of={YESTERDAY}")
    assert f"/grid?as_of={YESTERDAY}" in page.links


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-02-30"])
def test_an_impossible_day_is_refused(reader: Browser, day: str) -> None:
    assert reader.open(f"/?as_of={day}").status == 422


def test_only_people_with_a_role_look_at_the_past(world: World, visitor: Browser) -> None:
    page = visitor.open("/?as_of=2020-01-01")
    assert page.status == 403
    assert "Please sign in" in page.text


def test_today_is_now(reader: Browser) -> None:
    page = reader.open(f"/recommendations/CMM8-R01?as_of={utc_now().date()}")
    assert page.status == 200
    assert "You are looking at the past" not in page.text
