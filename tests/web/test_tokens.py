"""A person's tokens in the browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.builders import RECORDED_AT, context
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tests.web.test_second_factor import Person
from tracker.identity import links, tokens
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.people import tokens as service
from tracker.people.policy import OPERATOR

AT = "/account/tokens"
SECRET = re.compile("trk_[0-9a-f]{72}")


def made(browser: Browser, **typed: str) -> Page:
    return browser.send(browser.open(AT), **{"name": "Nightly export", **typed})


def test_a_token_is_made_shown_once_and_works(world: World, as_person: Callable[[str], Browser]) -> None:
    browser = as_person(world.focal_point)
    page = made(browser, scopes_report="yes")
    (secret,) = set(SECRET.findall(page.html))
    listed = browser.open(AT)
    assert "Nightly export" in listed.text
    assert "read, report" in listed.text
    assert not SECRET.search(listed.html)
    me = browser.client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert me.json()["represents"] == [["ASEM-CMM", "IDN"]]
    assert "never" not in browser.open(AT).text.partition("Last used")[2].partition("Make another")[0]


def test_the_same_form_sent_twice_makes_one(world: World, as_person: Callable[[str], Browser]) -> None:
    browser = as_person(world.focal_point)
    form = browser.open(AT)
    browser.send(form, name="Export")
    again = browser.send(form, name="Export")
    assert (again.status, "was shown then" in again.text) == (409, True)
    with world.db.read() as conn:
        assert len(tokens.of_person(conn, world.focal_point)) == 1


def test_what_is_missing_is_said_beside_its_field(world: World, as_person: Callable[[str], Browser]) -> None:
    browser = as_person(world.focal_point)
    for typed, field in (
        ({"name": ""}, "#name"),
        ({"scopes_read": ""}, "#scopes"),
        ({"days": "9999"}, "#days"),
    ):
        page = made(browser, **typed)
        assert page.status == 422
        assert field in page.links


def test_a_token_is_made_by_whoever_has_just_shown_who_they_are(world: World, tmp_path: Path) -> None:
    thief = Person(world, tmp_path, world.focal_point)
    thief.come_in_by_mail()
    form = thief.browser.open(AT)
    thief.clock.now += timedelta(minutes=10)
    assert thief.browser.send(form, name="Export").status == 403
    page = thief.browser.open(AT)
    assert "within ten minutes of signing in" in page.text
    assert AT not in [action for action, _ in page.forms]
    with world.db.read() as conn:
        assert list(tokens.of_person(conn, world.focal_point)) == []


def revoke_form(page: Page, token_id: str) -> tuple[str, dict[str, str]]:
    return next(form for form in page.forms if token_id in form[0])


def test_the_owner_revokes_a_token(world: World, as_person: Callable[[str], Browser]) -> None:
    browser = as_person(world.focal_point)
    secret = SECRET.findall(made(browser).html)[0]
    with world.db.read() as conn:
        (token,) = tokens.of_person(conn, world.focal_point)
    page = browser.post(*revoke_form(browser.open(AT), token.id))
    assert "was revoked" in page.text
    me = browser.client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert me.status_code == 401


def test_an_administrator_revokes_anybodys_token_and_others_do_not_know_it(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    made(as_person(world.focal_point))
    with world.db.read() as conn:
        (token,) = tokens.of_person(conn, world.focal_point)
    office = as_person(world.secretariat)
    assert "Tokens of other people" not in office.open(AT).text
    _, fields = office.open(AT).form()
    foreign = office.post(f"{AT}/{token.id}/revoke", fields)
    unknown = office.post(f"{AT}/no-such-token/revoke", office.open(AT).form()[1])
    assert foreign.status == unknown.status == 404
    assert "You have no token" in foreign.text
    admin = as_person(world.admin)
    assert "was revoked" in admin.post(*revoke_form(admin.open(AT), token.id)).text
    with world.db.read() as conn:
        assert tokens.named(conn, token.id).revoked_at == RECORDED_AT  # type: ignore[union-attr]


def test_who_holds_a_role_that_needs_a_second_factor_shows_it_first(
    world: World, db: Database, tmp_path: Path
) -> None:
    browser = Browser(db, tmp_path, lambda: RECORDED_AT)
    with db.write() as tx:
        link = links.issue(tx, world.secretariat, RECORDED_AT)
        session = links.redeem(tx, link, RECORDED_AT)
    browser.client.cookies.set("tracker-session", session)
    page = made(browser)
    assert (page.status, "show your second factor first" in page.text) == (403, True)


def test_a_token_opens_no_page(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        wanted, came = service.Wanted("x", ["read"]), from_console(RECORDED_AT)
        made = service.issue(tx, OPERATOR, world.admin, wanted, context(), came, strong=True)
    for headers in (
        {"authorization": f"Bearer {made.secret}"},
        {"cookie": f"tracker-session={made.secret}"},
    ):
        assert visitor.client.get(AT, headers=headers).status_code == 403


def test_the_public_is_asked_to_sign_in(visitor: Browser) -> None:
    assert visitor.open(AT).status == 403
    assert "Sign in to make a token" in visitor.open("/api").text


def test_the_history_shows_that_a_token_was_made_and_never_the_token(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    made(as_person(world.focal_point))
    page = as_person(world.admin).open("/history")
    assert (page.status, "Token made" in page.text, SECRET.search(page.html)) == (200, True, None)
