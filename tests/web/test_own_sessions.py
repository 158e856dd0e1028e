"""A person's own sessions: listed and ended by themselves alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import RECORDED_AT
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tests.web.test_second_factor import Person
from tracker.identity import security_log, sessions
from tracker.web.agents import browser

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


@pytest.fixture
def here(world: World, tmp_path: Path) -> Browser:
    """The focal point, signed in here and in two other browsers."""
    with world.db.write() as tx:
        for agent in (FIREFOX, IPHONE):
            sessions.begin(tx, world.focal_point, RECORDED_AT, means="link", agent=agent)
        sessions.begin(tx, world.admin, RECORDED_AT, means="passkey", agent=EDGE)
    return Browser(world.db, tmp_path, lambda: RECORDED_AT).sign_in(world.focal_point)


def ends(page: Page) -> list[dict[str, str]]:
    return [fields for action, fields in page.forms if action == "/account/sessions/end"]


def test_the_list_says_which_browser_by_what_since_when_and_which_is_this_one(here: Browser) -> None:
    page = here.open("/account/sessions")
    assert page.status == 200
    for words in ("Firefox on Windows", "Safari on an iPhone", "Mailed link", "This one", "12:00 UTC"):
        assert words in page.text
    assert "Edge" not in page.text
    assert len(ends(page)) == 2


def test_one_is_ended_and_the_others_go_on(here: Browser, world: World) -> None:
    after = here.post("/account/sessions/end", ends(here.open("/account/sessions"))[0])
    assert "It was ended" in after.text
    assert len(ends(after)) == 1
    with world.db.read() as conn:
        assert security_log.entries(conn)[0].what == "session_ended"


def test_all_others_are_ended_and_this_one_goes_on(here: Browser) -> None:
    page = here.open("/account/sessions")
    fields = next(fields for action, fields in page.forms if action == "/account/sessions/end-others")
    after = here.post("/account/sessions/end-others", fields)
    assert "All others were ended" in after.text
    assert ends(after) == []


def test_nobody_ends_another_persons_session(here: Browser, world: World) -> None:
    with world.db.read() as conn:
        (theirs,) = sessions.of_person(conn, world.admin, RECORDED_AT)
    fields = ends(here.open("/account/sessions"))[0] | {"session": theirs.id}
    assert "It was ended" not in here.post("/account/sessions/end", fields).text
    with world.db.read() as conn:
        assert sessions.of_person(conn, world.admin, RECORDED_AT) == [theirs]


def test_who_has_no_factor_ends_sessions_within_ten_minutes_of_signing_in(
    world: World, tmp_path: Path
) -> None:
    stranger = Person(world, tmp_path, world.focal_point)
    stranger.come_in_by_mail()
    stranger.clock.now += timedelta(minutes=9)
    own = Person(world, tmp_path, world.focal_point)
    own.clock.now = stranger.clock.now
    own.come_in_by_mail()
    (kept,) = ends(own.browser.open("/account/sessions"))
    stranger.clock.now += timedelta(minutes=1)
    page = stranger.browser.open("/account/sessions")
    assert "within ten minutes of signing in" in page.text
    assert ends(page) == []
    forged = kept | {"csrf_token": page.forms[0][1]["csrf_token"]}
    for action in ("end", "end-others"):
        assert stranger.browser.post(f"/account/sessions/{action}", forged).status == 403
    assert own.browser.open("/my").status == 200
    own.press(own.browser.open("/account/sessions"), "/account/sessions/end-others")
    assert stranger.browser.open("/my").status == 403


def test_who_has_a_factor_shows_it_again_before_ending_sessions(world: World, tmp_path: Path) -> None:
    own = Person(world, tmp_path, world.focal_point)
    own.come_in_by_mail()
    own.set_up()
    own.clock.now += timedelta(minutes=11)
    thief = Person(world, tmp_path, world.focal_point)
    thief.clock.now = own.clock.now
    thief.come_in_by_mail()  # who reads the mail of the person, just now
    page = thief.browser.open("/account/sessions")
    assert "show your second factor again" in page.text
    forged = {"csrf_token": page.forms[0][1]["csrf_token"]}
    assert thief.browser.post("/account/sessions/end-others", forged).status == 403
    again = own.browser.open("/account/sessions")
    assert ends(again) == []
    shown = own.press(
        own.browser.open("/account/second-factor?next=/account/sessions"),
        "/account/second-factor",
        code=own.code(),
    )
    own.press(shown, "/account/sessions/end-others")
    assert thief.browser.open("/my").status == 403


def test_the_public_has_no_sessions(world: World, visitor: Browser) -> None:
    assert visitor.open("/account/sessions").status == 403


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
        ("<script>", "Unknown browser"),
        ("Linux", "Unknown browser on Linux"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert browser(agent) == words
