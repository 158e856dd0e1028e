"""Signing in by a mailed link, and out again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from tests.builders import RECORDED_AT, put_person
from tests.web.browser import Browser, Page
from tests.web.conftest import Post, World
from tracker.eventstore.work import work
from tracker.identity import links, security_log
from tracker.people.tables import letters

MINUTE = timedelta(minutes=1)


def link(world: World, *, purpose: str = "sign_in", next_path: str = "") -> str:
    with world.db.write() as tx:
        token = links.issue(tx, world.focal_point, RECORDED_AT, purpose=purpose, next_path=next_path)
    return f"/sign-in/{token}"


def press(browser: Browser, page: Page) -> Page:
    action, fields = next(form for form in page.forms if form[0].startswith("/sign-in/"))
    return browser.post(action, fields)


def ask(browser: Browser, email: str, path: str = "/sign-in") -> Page:
    action, fields = next(form for form in browser.open(path).forms if form[0] == "/sign-in")
    return browser.post(action, fields | {"email": email})


def link_in(text: str) -> str:
    return next(line for line in text.splitlines() if "/sign-in/" in line).removeprefix(
        "http://127.0.0.1:8018"
    )


def log_of(world: World) -> list[str]:
    with world.db.read() as conn:
        return [entry.what for entry in reversed(security_log.entries(conn))]


def test_a_link_is_asked_for_mailed_and_pressed(world: World, visitor: Browser, post: Post) -> None:
    answer = ask(visitor, "focal@example.org")
    assert answer.status == 200
    assert "Look into your mailbox" in answer.text
    ((to, text),) = post.deliver()
    assert to == "focal@example.org"
    page = visitor.open(link_in(text))
    assert "Focal" in page.text
    assert "Sign out" not in page.text
    assert "Sign out" in press(visitor, page).text
    assert log_of(world) == ["link_asked", "link_sent", "signed_in"]


def test_nothing_at_rest_opens_anything_and_a_letter_that_went_is_forgotten(
    world: World, visitor: Browser, post: Post
) -> None:
    ask(visitor, "focal@example.org")
    with world.db.read() as conn:
        before = str(conn.execute(select(letters)).all())
    ((_, text),) = post.deliver()
    token = link_in(text).removeprefix("/sign-in/")
    assert "token" not in before
    assert token not in before
    with world.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(letters)).scalar_one() == 0
        assert set(conn.execute(select(work.c.state)).scalars()) == {"done"}


@pytest.mark.parametrize("email", ["nobody@example.org", "OFF@example.org"])
def test_whether_there_is_an_account_shows_in_no_answer(
    world: World, visitor: Browser, post: Post, email: str
) -> None:
    with world.db.write() as tx:
        put_person(tx, "off@example.org")
    known, other = ask(visitor, "focal@example.org"), ask(visitor, email)
    shown = other.html.replace(email.lower(), "focal@example.org")
    assert (known.status, known.html) == (other.status, shown)


def test_an_address_without_an_account_costs_the_web_process_what_one_with_an_account_does(
    world: World, visitor: Browser, post: Post
) -> None:
    statements: list[str] = []
    event.listen(world.db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counted = []
    for email in ("focal@example.org", "nobody@example.org"):
        page = visitor.open("/sign-in")
        statements.clear()
        action, fields = next(form for form in page.forms if form[0] == "/sign-in")
        visitor.post(action, fields | {"email": email})
        counted.append(list(statements))
    assert counted[0] == counted[1]
    assert [to for to, _ in post.deliver()] == ["focal@example.org"]


LOOK_ALIKES = [
    "focаl@example.org",  # Cyrillic а
    "focal@examрle.org",  # Cyrillic р
    "ｆocal@example.org",  # full width
    "focal＠example.org",
    "ﬁcal@example.org",  # a ligature
    "focal@example.org.",
    "focal@example。org",
    "focal@xn--exampe-7db.org",
    "focal+tag@example.org",
    "foc\u00adal@example.org",  # soft hyphen
    "focal\u200b@example.org",  # zero width space
    "focal@example.org\u202e",
    "focal@еxample.org",
    "office@example.org, focal@example.org",
    "focal@example.org\r\nBcc: office@example.org",
    "focal@example.org\x00",
    "\ud800@example.org",
    "a" * 300 + "@example.org",
    "",
]


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_a_look_alike_is_nobodys_address(world: World, visitor: Browser, post: Post, email: str) -> None:
    page = visitor.open("/sign-in")
    fields = next(form for form in page.forms if form[0] == "/sign-in")[1]
    given = fields | {"email": email.encode(errors="replace").decode()}
    answer = visitor.post("/sign-in", given)
    assert answer.status in (200, 422)
    if answer.status == 422:
        assert "email-error" in answer.html
    assert post.deliver() == []


@pytest.mark.parametrize("dotted", ["kim@example.org", "İm@example.org", "ıan@example.org"])
def test_letters_that_become_ascii_in_lower_case_match_no_account(
    world: World, visitor: Browser, post: Post, dotted: str
) -> None:
    with world.db.write() as tx:
        for email in ("kim@example.org", "im@example.org", "ian@example.org"):
            put_person(tx, email)
    assert ask(visitor, dotted.replace("k", "\u212a")).status == 422
    assert post.deliver() == []


@pytest.mark.parametrize("typed", [" focal@example.org ", "FOCAL@Example.ORG", "focal@example.org\n"])
def test_a_slip_of_the_hand_reaches_its_owner(world: World, visitor: Browser, post: Post, typed: str) -> None:
    assert ask(visitor, typed).status == 200
    assert [to for to, _ in post.deliver()] == ["focal@example.org"]


def test_a_link_leads_back_to_the_page_that_asked_to_sign_in_first(
    world: World, visitor: Browser, post: Post
) -> None:
    first = visitor.open("/my")
    where = next(each for each in first.links if each.startswith("/sign-in?next="))
    ask(visitor, "focal@example.org", where)
    ((_, text),) = post.deliver()
    assert press(visitor, visitor.open(link_in(text))).answer.url.path == "/my"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/my\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:a=b\n",
        "my",
        "/sign-out",
        "/my-start",
        " /my",
        "/\tevil.example",
        "/" + "a" * 1000,
    ],
)
def test_no_link_leads_to_another_site(world: World, visitor: Browser, post: Post, path: str) -> None:
    page = visitor.open("/sign-in")
    action, fields = next(form for form in page.forms if form[0] == "/sign-in")
    visitor.post(action, fields | {"email": "focal@example.org", "next": path})
    ((_, text),) = post.deliver()
    came = press(visitor, visitor.open(link_in(text)))
    assert (came.answer.url.host, came.answer.url.path) == ("127.0.0.1", "/my")


def test_a_stored_path_is_checked_again_when_it_is_followed(world: World, visitor: Browser) -> None:
    came = press(visitor, visitor.open(link(world, next_path="//evil.example")))
    assert came.answer.url.host == "127.0.0.1"


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


def test_a_link_that_is_spent_says_so_and_offers_another(
    world: World, visitor: Browser, tmp_path: Path
) -> None:
    address = link(world)
    other = Browser(world.db, tmp_path, lambda: RECORDED_AT)
    pages = visitor.open(address), other.open(address)
    assert press(visitor, pages[0]).status == 200
    late = press(other, pages[1])
    assert late.status == 410
    assert "no longer works" in late.text
    assert any(action == "/sign-in" for action, _ in late.forms)


def test_a_link_for_something_else_signs_nobody_in(world: World, visitor: Browser) -> None:
    assert visitor.open(link(world, purpose="address_new")).status == 410


def test_signing_in_as_someone_else_ends_the_session_of_before(world: World, visitor: Browser) -> None:
    press(visitor, visitor.open(link(world)))
    session = visitor.client.cookies["tracker-session"]
    press(visitor, visitor.open(link(world)))
    visitor.client.cookies.set("tracker-session", session)
    assert "Sign out" not in visitor.open("/").text


def test_an_invitation_works_for_seven_days(world: World, tmp_path: Path) -> None:
    address = link(world, purpose="invitation")
    late = Browser(world.db, tmp_path, lambda: RECORDED_AT + timedelta(days=7))
    assert late.open(address).status == 410
    just = Browser(world.db, tmp_path, lambda: RECORDED_AT + timedelta(days=7) - MINUTE)
    page = just.open(address)
    assert "Welcome" in page.text
    assert "Sign out" in press(just, page).text


def test_a_link_that_is_too_old_says_so(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        token = links.issue(tx, world.focal_point, RECORDED_AT - links.LINK_LIFE)
    page = visitor.open(f"/sign-in/{token}")
    assert page.status == 410
    assert "This link no longer works" in page.text
    other = visitor.open(link(world))
    _, fields = next(form for form in other.forms if form[0].startswith("/sign-in/"))
    late = visitor.post(f"/sign-in/{token}", fields)
    assert late.status == 410
    assert "Sign out" not in visitor.open("/").text


def test_the_button_needs_its_token(world: World, visitor: Browser) -> None:
    address = link(world)
    visitor.open(address)
    assert visitor.post(address, {"csrf_token": "forged"}).status == 403
    assert visitor.open(address).status == 200


def test_nobody_is_mailed_more_than_three_links_while_one_still_works(
    world: World, visitor: Browser, post: Post
) -> None:
    asked = [ask(visitor, "focal@example.org").status for _ in range(5)]
    assert asked == [200, 200, 200, 429, 429]
    refused = ask(visitor, "focal@example.org")
    assert int(refused.answer.headers["retry-after"]) == 600
    assert "Please wait 10 minutes" in refused.text
    mails = post.deliver()
    assert len(mails) == 3
    assert "Sign out" in press(visitor, visitor.open(link_in(mails[0][1]))).text


def test_when_the_last_mailed_link_no_longer_works_another_may_be_asked_for(
    world: World, tmp_path: Path, post: Post
) -> None:
    now = [RECORDED_AT]
    browser = Browser(world.db, tmp_path, lambda: now[0])
    for _ in range(4):
        refused = ask(browser, "focal@example.org")
    (*_, last) = post.deliver(now[0])
    now[0] += timedelta(seconds=int(refused.answer.headers["retry-after"])) - timedelta(seconds=1)
    assert browser.open(link_in(last[1])).status == 200
    now[0] += timedelta(seconds=1)
    assert ask(browser, "focal@example.org").status == 200


def test_thousands_of_forged_links_are_refused_and_a_good_one_works_all_the_same(
    world: World, visitor: Browser
) -> None:
    good = visitor.open(link(world))
    token = good.forms[-1][1]["csrf_token"]
    seen = [visitor.post(f"/sign-in/forged-{n}", {"csrf_token": token}).status for n in range(40)]
    assert seen == [410] * 30 + [429] * 10
    assert "Sign out" in press(visitor, good).text
    assert log_of(world) == ["refused"] * 30 + ["limited", "signed_in"]


def test_a_refusal_for_want_of_a_session_gives_the_words_back_and_leads_back(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    browser = as_person(world.focal_point)
    page = browser.open("/follow-ups/CMM8-R01/IDN/report")
    browser.client.cookies.clear()
    refused = browser.send(page, narrative="A long text that nobody wants to type twice.")
    assert refused.status == 403
    assert "A long text that nobody wants to type twice." in refused.text
    assert "/sign-in?next=%2Ffollow-ups%2FCMM8-R01%2FIDN%2Freport" in refused.links


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


def test_whoever_had_to_sign_in_goes_on_where_they_wanted_to(
    world: World, visitor: Browser, post: Post
) -> None:
    refused = visitor.open("/follow-ups/CMM8-R01/IDN/report?report=")
    ask(visitor, "focal@example.org", next(way for way in refused.links if way.startswith("/sign-in?next=")))
    ((_, text),) = post.deliver()
    there = press(visitor, visitor.open(link_in(text)))
    assert there.answer.url.path == "/follow-ups/CMM8-R01/IDN/report"
    assert there.form()[1]["as_of"] == "2026-11-24"


def test_a_refusal_shows_who_is_signed_in(world: World, visitor: Browser) -> None:
    press(visitor, visitor.open(link(world)))
    page = visitor.open("/follow-ups/CMM8-R01/FRA/report")
    assert page.status == 403
    assert "You are signed in as Focal" in page.text
    assert "Sign out" in page.text
    assert "/my" in page.links
