"""Signing in by a link, and out again."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.builders import RECORDED_AT
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.identity import links


def link(world: World) -> str:
    with world.db.write() as tx:
        return "/sign-in/" + links.issue(tx, world.focal_point, RECORDED_AT)


def press(browser: Browser, page: Page) -> Page:
    action, fields = next(form for form in page.forms if form[0].startswith("/sign-in/"))
    return browser.post(action, fields)


def test_opening_a_link_changes_nothing_and_its_button_signs_in_once(world: World, visitor: Browser) -> None:
    address = link(world)
    for _ in range(3):
        page = visitor.open(address)
        assert page.status == 200
        assert "Sign out" not in page.text
    start = press(visitor, page)
    assert start.status == 200
    assert "My follow-ups" in start.text
    assert "Sign out" in start.text
    assert visitor.open(address).status == 410


def test_a_link_that_is_spent_says_so(world: World, visitor: Browser, db: object, tmp_path: Path) -> None:
    address = link(world)
    other = Browser(world.db, tmp_path, lambda: RECORDED_AT)
    pages = visitor.open(address), other.open(address)
    assert press(visitor, pages[0]).status == 200
    late = press(other, pages[1])
    assert late.status == 403
    assert "used already" in late.text


def test_a_link_that_is_too_old_says_so(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        token = links.issue(tx, world.focal_point, RECORDED_AT - links.LINK_LIFE)
    page = visitor.open(f"/sign-in/{token}")
    assert page.status == 410
    assert "This link no longer works" in page.text
    other = visitor.open(link(world))
    _, fields = next(form for form in other.forms if form[0].startswith("/sign-in/"))
    late = visitor.post(f"/sign-in/{token}", fields)
    assert late.status == 403
    assert "older than ten minutes" in late.text
    assert "Sign out" not in visitor.open("/").text


def test_the_button_needs_its_token(world: World, visitor: Browser) -> None:
    address = link(world)
    visitor.open(address)
    assert visitor.post(address, {"csrf_token": "forged"}).status == 403
    assert visitor.open(address).status == 200


def test_signing_out_ends_the_session_in_the_database_too(world: World, visitor: Browser) -> None:
    press(visitor, visitor.open(link(world)))
    session = visitor.client.cookies["tracker-session"]
    page = visitor.open("/")
    action, fields = next(form for form in page.forms if form[0] == "/sign-out")
    assert "Sign in" in visitor.post(action, fields).text
    visitor.client.cookies.set("tracker-session", session)
    assert "Sign out" not in visitor.open("/").text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    world: World, visitor: Browser
) -> None:
    visitor.client.follow_redirects = False
    cookie = press(visitor, visitor.open(link(world))).answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(world: World, tmp_path: Path) -> None:
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT, base_url="https://tracker.example.org")
    browser.client.base_url = "https://tracker.example.org"
    browser.client.follow_redirects = False
    answer = press(browser, browser.open(link(world))).answer
    assert answer.headers["set-cookie"].startswith("__Host-tracker-session=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "Path=/" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_reading_sets_no_cookie(world: World, visitor: Browser) -> None:
    for path in ("/", "/recommendations/CMM8-R01", "/grid"):
        assert "set-cookie" not in visitor.open(path).answer.headers


def test_whoever_had_to_sign_in_goes_on_where_they_wanted_to(world: World, visitor: Browser) -> None:
    refused = visitor.open("/follow-ups/CMM8-R01/IDN/report?report=")
    way = next(link for link in refused.links if link.startswith("/sign-in?back="))
    assert visitor.open(way).status == 200
    there = press(visitor, visitor.open(link(world)))
    assert there.answer.url.path == "/follow-ups/CMM8-R01/IDN/report"
    assert there.form()[1]["as_of"] == "2026-11-24"
    press(visitor, visitor.open(link(world)))
    assert visitor.open("/my-start").answer.url.path == "/my"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\evil.example",
        "javascript:alert(1)",
        "/sign-out",
        "/my-start",
        "/" + "x" * 2_000,
        "",
    ],
)
def test_nobody_is_led_to_another_place(world: World, visitor: Browser, elsewhere: str) -> None:
    assert visitor.open(f"/sign-in?{urlencode({'back': elsewhere})}").status == 200
    visitor.client.cookies.set("tracker-place", elsewhere)
    assert press(visitor, visitor.open(link(world))).answer.url.path == "/my"


def test_a_refusal_shows_who_is_signed_in(world: World, visitor: Browser) -> None:
    press(visitor, visitor.open(link(world)))
    page = visitor.open("/follow-ups/CMM8-R01/FRA/report")
    assert page.status == 403
    assert "You are signed in as Focal" in page.text
    assert "Sign out" in page.text
    assert "/my" in page.links
