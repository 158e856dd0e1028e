"""Pages about one's own account, and the security log: who sees them, what they do."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import RECORDED_AT, context
from tests.web.browser import Browser, Page
from tests.web.conftest import Post, World
from tests.web.test_sign_in import ask
from tracker.identity import security_log
from tracker.identity.came import from_console
from tracker.people import lifecycle, queries
from tracker.people.commands import DisablePerson
from tracker.people.policy import OPERATOR

DETAILS = "/account/details"


@pytest.fixture
def focal(world: World, as_person: Callable[[str], Browser]) -> Browser:
    return as_person(world.focal_point)


def send(browser: Browser, action: str, page: Page | None = None, **typed: str) -> Page:
    page = page or browser.open(DETAILS)
    fields = next(fields for where, fields in page.forms if where == action)
    return browser.post(action, fields | typed)


def link_in(text: str) -> str:
    return next(line for line in text.splitlines() if "/account/address/" in line).removeprefix(
        "http://127.0.0.1:8018"
    )


def test_one_changes_ones_name(world: World, focal: Browser) -> None:
    page = send(focal, "/account/name", name="Focal point for culture")
    assert page.status == 200
    assert "Your name was changed" in page.text
    with world.db.read() as conn:
        assert queries.person(conn, world.focal_point).name == "Focal point for culture"


@pytest.mark.parametrize("name", ["", "   ", "a" * 201, "Focal"])
def test_a_name_that_is_none_is_refused_beside_its_field(world: World, focal: Browser, name: str) -> None:
    page = send(focal, "/account/name", name=name)
    assert page.status == 422
    assert 'id="name-error"' in page.html


def test_history_shows_the_name_that_was_shown_then(world: World, focal: Browser) -> None:
    form = focal.open("/follow-ups/CMM8-R01/IDN/report")
    focal.send(form, status="implemented", as_of="2026-11-20", narrative="Done.")
    send(focal, "/account/name", name="Somebody New")
    for path in ("/follow-ups/CMM8-R01/IDN", "/history", "/history?about=CMM8-R01"):
        text = focal.open(path).text.replace("Somebody NewSign", "")
        assert "by Focal" in text, path


def test_an_address_is_changed_by_the_two_mails(
    world: World, focal: Browser, post: Post, visitor: Browser
) -> None:
    page = send(focal, "/account/address", email="new@example.org")
    assert "Two mails are on their way" in page.text
    sent = dict(post.deliver())
    assert set(sent) == {"focal@example.org", "new@example.org"}
    for to, says in (("new@example.org", "one more mail"), ("focal@example.org", "was changed")):
        address = link_in(sent[to])
        for _ in range(3):
            shown = visitor.open(address)
            assert shown.status == 200
        done = send(visitor, address, shown)
        assert (done.status, says in done.text) == (200, True)
        assert ("/account/sessions" in done.links) is (says == "was changed")
        assert visitor.open(address).status == 410
    with world.db.read() as conn:
        assert queries.person(conn, world.focal_point).email == "new@example.org"


def test_the_mail_to_the_old_address_stops_the_change(
    world: World, focal: Browser, post: Post, visitor: Browser
) -> None:
    send(focal, "/account/address", email="new@example.org")
    sent = dict(post.deliver())
    address = link_in(sent["focal@example.org"])
    stopped = send(visitor, f"{address}/cancel", visitor.open(address))
    assert "was stopped" in stopped.text
    assert visitor.open(link_in(sent["new@example.org"])).status == 410


def test_the_new_address_is_shown_no_button_that_stops_it(
    focal: Browser, post: Post, visitor: Browser
) -> None:
    send(focal, "/account/address", email="new@example.org")
    address = link_in(dict(post.deliver())["new@example.org"])
    assert f"{address}/cancel" not in [where for where, _ in visitor.open(address).forms]


def test_an_address_that_is_none_is_refused_beside_its_field(focal: Browser) -> None:
    page = send(focal, "/account/address", email="nowhere")
    assert page.status == 422
    assert 'id="email-error"' in page.html


def test_a_forged_link_is_gone_and_after_thirty_of_them_one_waits(world: World, visitor: Browser) -> None:
    token = visitor.open("/sign-in").forms[-1][1]["csrf_token"]
    seen = [visitor.post(f"/account/address/forged{n}", {"csrf_token": token}).status for n in range(32)]
    assert seen == [410] * 30 + [429] * 2
    assert visitor.open("/account/address/forged").status == 410


def test_the_public_has_no_account(world: World, visitor: Browser) -> None:
    refused = visitor.open(DETAILS)
    assert refused.status == 403
    assert "/sign-in?next=%2Faccount%2Fdetails" in refused.links


def test_a_disabled_person_is_out_of_every_page_at_once(world: World, focal: Browser) -> None:
    assert focal.open("/my").status == 200
    report = focal.open("/follow-ups/CMM8-R01/IDN/report")
    off, came = DisablePerson(reason="Left."), from_console(RECORDED_AT)
    with world.db.write() as tx:
        lifecycle.disable(tx, OPERATOR, world.focal_point, off, context(), came)
    assert focal.open("/my").status == 403
    assert focal.open(DETAILS).status == 403
    refused = focal.send(report, status="implemented", as_of="2026-11-20", narrative="Too late.")
    assert refused.status == 403
    assert "Too late." in refused.text


def test_a_session_that_was_begun_after_the_account_was_disabled_is_nobodys(
    world: World, focal: Browser
) -> None:
    off, came = DisablePerson(reason="Left."), from_console(RECORDED_AT)
    with world.db.write() as tx:
        lifecycle.disable(tx, OPERATOR, world.focal_point, off, context(), came)
    focal.sign_in(world.focal_point)
    assert "Sign out" not in focal.open("/").text


def test_the_security_log_is_for_administrators_and_auditors(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    assert visitor.open("/security").status == 403
    for who, status in (
        (world.focal_point, 403),
        (world.secretariat, 403),
        (world.auditor, 200),
        (world.admin, 200),
    ):
        assert as_person(who).open("/security").status == status


def test_the_security_log_tells_what_happened_without_addresses(
    world: World, visitor: Browser, post: Post, as_person: Callable[[str], Browser]
) -> None:
    ask(visitor, "focal@example.org")
    ask(visitor, "stranger@example.org")
    post.deliver()
    page = as_person(world.admin).open("/security")
    for words in ("Link asked", "Link sent", "Link not sent", "reason: nobody", "Focal", "192.0.2.200"):
        assert words in page.text
    assert "@example.org" not in page.text
    only = as_person(world.admin).open("/security?what=link_sent")
    assert "reason: nobody" not in only.text
    assert as_person(world.admin).open("/security?before=x").status == 422


def test_the_log_is_read_page_by_page(world: World, as_person: Callable[[str], Browser]) -> None:
    with world.db.write() as tx:
        for number in range(150):
            security_log.note(tx, "refused", RECORDED_AT + timedelta(seconds=number), client=f"c{number}")
    admin = as_person(world.admin)
    first = admin.open("/security")
    older = next(link for link in first.links if "before=" in link)
    second = admin.open(older)
    assert ("c149" in first.text, "c50" in first.text, "c49" in second.text) == (True, True, True)
    assert not any("before=" in link for link in second.links)


def test_hostile_text_in_the_log_is_shown_harmlessly(
    world: World, as_person: Callable[[str], Browser], tmp_path: Path
) -> None:
    with world.db.write() as tx:
        security_log.note(tx, "refused", RECORDED_AT, client="<script>alert(1)</script>", thing="<b>x</b>")
    page = as_person(world.admin).open("/security")
    assert (page.count("script"), page.count("b")) == (0, 0)


def test_an_address_is_changed_by_whoever_has_just_shown_who_they_are(world: World, tmp_path: Path) -> None:
    now = [RECORDED_AT]
    browser = Browser(world.db, tmp_path, lambda: now[0]).sign_in(world.focal_point)
    page = browser.open(DETAILS)
    now[0] += timedelta(minutes=10)
    refused = send(browser, "/account/address", page, email="new@example.org")
    assert refused.status == 403
    assert "sign in by a new link" in refused.text
    again = browser.open(DETAILS)
    assert "within ten minutes of signing in" in again.text
    assert "/account/address" not in [action for action, _ in again.forms]


def test_every_page_of_an_account_has_the_button_to_sign_out(world: World, focal: Browser) -> None:
    for path in (
        DETAILS,
        "/account/sessions",
        "/account/factors",
        "/account/tokens",
        "/my",
        "/history",
    ):
        assert "/sign-out" in [action for action, _ in focal.open(path).forms], path
