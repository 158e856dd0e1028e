"""An app for codes as a second factor: set up, asked for after a mailed link, given up."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from tests.builders import RECORDED_AT
from tests.web.browser import HOME, Browser, Page
from tests.web.conftest import World
from tracker.eventstore.store import load
from tracker.identity import links, recovery_codes, security_log, sessions, tables
from tracker.people.tables import letters

MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = RECORDED_AT

    def __call__(self) -> datetime:
        return self.now


class Person:
    """Someone with a browser, a mailbox and a telephone."""

    def __init__(self, world: World, folder: Path, person_id: str) -> None:
        self.world, self.person_id, self.clock = world, person_id, Clock()
        self.browser = Browser(world.db, folder, self.clock)
        self.key = ""

    def come_in_by_mail(self) -> Page:
        """The page after the link's button."""
        with self.world.db.write() as tx:
            token = links.issue(tx, self.person_id, self.clock.now)
        page = self.browser.open(f"/sign-in/{token}")
        return self.press(page, f"/sign-in/{token}")

    def press(self, page: Page, action: str, **typed: str) -> Page:
        """A button of the page, by where its form goes."""
        fields = next(fields for each, fields in page.forms if each == action)
        return self.browser.post(action, fields | typed)

    def code(self) -> str:
        """What the telephone shows now."""
        return pyotp.TOTP(self.key).at(self.clock.now)

    def set_up(self) -> Page:
        """Sets up the app, right after coming in."""
        page = self.press(self.browser.open("/account/factors"), "/account/factors/code-app")
        self.key = re.search(r"<code>([A-Z2-7]{32})</code>", page.html)[1]  # type: ignore[index]
        return self.press(page, "/account/factors/code-app/confirm", code=self.code())

    def make_codes(self) -> list[str]:
        """Ten recovery codes."""
        page = self.press(self.browser.open("/account/factors"), "/account/factors/codes")
        return re.findall(r"\b(?:[a-z2-7]{4}-){5}[a-z2-7]{4}\b", page.html)

    def show(self, code: str) -> Page:
        """Types a code."""
        page = self.browser.open("/account/second-factor")
        return self.press(page, "/account/second-factor", code=code)

    def may_administer(self) -> bool:
        """Whether a page for administrators opens."""
        return self.browser.open("/security").status == 200


@pytest.fixture
def admin(world: World, tmp_path: Path) -> Person:
    return Person(world, tmp_path, world.admin)


@pytest.fixture
def enrolled(admin: Person) -> Person:
    """An administrator who set up an app and left."""
    admin.come_in_by_mail()
    admin.set_up()
    admin.clock.now += 11 * MINUTE
    return admin


def said(world: World) -> list[str]:
    with world.db.read() as conn:
        return [entry.what for entry in reversed(security_log.entries(conn))]


def events(person: Person) -> list[str]:
    with person.world.db.read() as conn:
        return [each.event_type for each in load(conn, f"person-{person.person_id}")]


def test_after_a_mailed_link_an_administrator_is_asked_to_set_one_up_and_may_nothing_more_until_then(
    admin: Person,
) -> None:
    page = admin.come_in_by_mail()
    assert page.answer.url.path == "/account/second-factor"
    assert "Set up a second factor" in page.text
    assert not admin.may_administer()
    refusal = admin.browser.open("/security")
    assert "/account/second-factor" in refusal.links
    assert "cannot act as administrator" in admin.browser.open("/meetings").text


def test_a_focal_point_is_asked_for_nothing_more(world: World, tmp_path: Path) -> None:
    assert Person(world, tmp_path, world.focal_point).come_in_by_mail().answer.url.path == "/my"


def test_the_app_is_set_up_by_a_code_of_it_and_makes_the_session_strong_under_a_new_token(
    admin: Person, world: World
) -> None:
    admin.come_in_by_mail()
    before = admin.browser.client.cookies["tracker-session"]
    page = admin.set_up()
    assert "The app for codes is set up" in page.text
    assert admin.may_administer()
    with world.db.read() as conn:
        assert sessions.find(conn, before, RECORDED_AT) is None
        (letter,) = conn.execute(select(letters.c.purpose)).scalars()
    assert letter == "factor_added"
    assert events(admin)[-1] == "person.factor_enrolled"
    assert said(world)[-1] == "factor_enrolled"


def test_the_key_is_encrypted_and_in_no_event_and_its_picture_has_no_style(
    admin: Person, world: World
) -> None:
    admin.come_in_by_mail()
    page = admin.press(admin.browser.open("/account/factors"), "/account/factors/code-app")
    assert page.count("svg") == 2  # the picture, and the mark of the site
    assert "style=" not in page.html
    admin.set_up()
    with world.db.read() as conn:
        (row,) = conn.execute(select(tables.code_apps)).all()
        bodies = str([each.event for each in load(conn, f"person-{admin.person_id}")])
    assert admin.key not in str(row)
    assert admin.key not in bodies
    assert admin.key not in admin.browser.open("/account/factors").html


def test_a_wrong_code_sets_nothing_up(admin: Person) -> None:
    admin.come_in_by_mail()
    page = admin.press(admin.browser.open("/account/factors"), "/account/factors/code-app")
    answer = admin.press(page, "/account/factors/code-app/confirm", code="000000")
    assert answer.status == 422
    assert "not the code" in answer.text
    assert not admin.may_administer()


def test_a_key_is_confirmed_within_ten_minutes_or_not_at_all(admin: Person) -> None:
    admin.come_in_by_mail()
    page = admin.press(admin.browser.open("/account/factors"), "/account/factors/code-app")
    admin.key = re.search(r"<code>([A-Z2-7]{32})</code>", page.html)[1]  # type: ignore[index]
    admin.clock.now += 10 * MINUTE
    answer = admin.press(page, "/account/factors/code-app/confirm", code=admin.code())
    assert answer.status == 403
    assert "within ten minutes of signing in" in answer.text


def test_the_code_is_asked_for_and_opens_what_was_withheld(enrolled: Person) -> None:
    page = enrolled.come_in_by_mail()
    assert "Show your second factor" in page.text
    assert not enrolled.may_administer()
    enrolled.show(enrolled.code())
    assert enrolled.may_administer()


def test_a_person_with_a_factor_sets_up_no_other_by_a_mailed_link_alone(enrolled: Person) -> None:
    enrolled.come_in_by_mail()
    page = enrolled.browser.open("/account/factors")
    assert not [action for action, _ in page.forms if "passkeys" in action or "remove" in action]
    fields = page.form()[1]
    assert enrolled.browser.post("/account/factors/code-app", fields).status == 403
    assert enrolled.browser.post("/account/factors/codes", fields).status == 403
    assert enrolled.browser.post("/account/factors/code-app/remove", fields).status == 403


@pytest.mark.parametrize(("seconds", "good"), [(-30, True), (30, True), (-61, False), (61, False)])
def test_a_telephone_may_be_half_a_minute_off(enrolled: Person, seconds: int, good: bool) -> None:
    enrolled.come_in_by_mail()
    code = pyotp.TOTP(enrolled.key).at(enrolled.clock.now + timedelta(seconds=seconds))
    enrolled.show(code)
    assert enrolled.may_administer() is good


def test_a_code_works_once_and_then_no_older_one_does(enrolled: Person) -> None:
    code, older = enrolled.code(), pyotp.TOTP(enrolled.key).at(enrolled.clock.now - timedelta(seconds=30))
    enrolled.come_in_by_mail()
    enrolled.show(code)
    for spent in (code, older):
        enrolled.come_in_by_mail()
        assert enrolled.show(spent).status == 422
        assert not enrolled.may_administer()


def test_after_five_wrong_codes_even_a_good_one_waits_and_a_recovery_code_does_not(
    enrolled: Person, world: World
) -> None:
    enrolled.come_in_by_mail()
    enrolled.show(enrolled.code())
    codes = enrolled.make_codes()
    enrolled.clock.now += MINUTE
    enrolled.come_in_by_mail()
    tried = [enrolled.show("123456").status for _ in range(6)]
    assert tried == [422] * 5 + [429]
    assert enrolled.show(enrolled.code()).status == 429
    assert "limited" in said(world)
    enrolled.show(codes[0])
    assert enrolled.may_administer()


def test_ten_recovery_codes_work_once_each_however_they_are_typed(enrolled: Person, world: World) -> None:
    enrolled.come_in_by_mail()
    enrolled.show(enrolled.code())
    codes = enrolled.make_codes()
    assert len(set(codes)) == 10
    with world.db.read() as conn:
        kept = set(conn.execute(select(tables.recovery_codes.c.code_hash)).scalars())
    assert not kept & {code.replace("-", "") for code in codes}
    enrolled.come_in_by_mail()
    enrolled.show(codes[0].upper().replace("-", " "))
    assert enrolled.may_administer()
    enrolled.come_in_by_mail()
    assert enrolled.show(codes[0]).status == 422
    with world.db.read() as conn:
        assert recovery_codes.left(conn, enrolled.person_id) == 9
        assert "recovery_code_used" in conn.execute(select(letters.c.purpose)).scalars().all()


def test_new_recovery_codes_replace_the_old_ones(enrolled: Person) -> None:
    enrolled.come_in_by_mail()
    enrolled.show(enrolled.code())
    old, new = enrolled.make_codes(), enrolled.make_codes()
    assert not set(old) & set(new)
    enrolled.come_in_by_mail()
    assert enrolled.show(old[0]).status == 422
    enrolled.show(new[0])
    assert enrolled.may_administer()


def test_giving_a_factor_up_needs_it_shown_within_ten_minutes_and_is_told(
    enrolled: Person, world: World
) -> None:
    enrolled.come_in_by_mail()
    enrolled.show(enrolled.code())
    page = enrolled.browser.open("/account/factors")
    enrolled.clock.now += 10 * MINUTE
    refused = enrolled.press(page, "/account/factors/code-app/remove")
    assert refused.status == 403
    assert "show your second factor again" in refused.text
    enrolled.show(enrolled.code())
    page = enrolled.browser.open("/account/factors")
    assert "It was removed" in enrolled.press(page, "/account/factors/code-app/remove").text
    assert events(enrolled)[-1] == "person.factor_removed"
    with world.db.read() as conn:
        assert "factor_removed" in conn.execute(select(letters.c.purpose)).scalars().all()
        assert conn.execute(select(tables.code_apps)).all() == []


def test_one_persons_row_beside_another_person_opens_nothing(enrolled: Person, world: World) -> None:
    with world.db.write() as tx:
        tx.execute(tables.code_apps.update().values(person_id=world.secretariat))
    enrolled.person_id = world.secretariat
    enrolled.come_in_by_mail()
    assert enrolled.show(enrolled.code()).status == 503


@pytest.mark.parametrize("code", ["", "é" * 6, "\x00", "1" * 5000, "１２３４５６"])
def test_what_is_no_code_is_refused_in_words(enrolled: Person, code: str) -> None:
    enrolled.come_in_by_mail()
    assert enrolled.show(code).status == 422


def test_the_public_has_no_second_factor(world: World, visitor: Browser) -> None:
    for path in ("/account/factors", "/account/second-factor"):
        assert visitor.open(path).status == 403


def test_pages_say_that_passkeys_need_a_host_name(enrolled: Person) -> None:
    enrolled.come_in_by_mail()
    enrolled.show(enrolled.code())
    page = enrolled.browser.open("/account/factors")
    assert "Browsers allow no passkeys here" in page.text
    assert HOME in page.text


def test_a_mailed_link_alone_changes_no_address_of_a_person_with_a_factor(enrolled: Person) -> None:
    enrolled.come_in_by_mail()
    page = enrolled.browser.open("/account/details")
    assert "/account/address" not in [action for action, _ in page.forms]
    typed = {"email": "new@example.org"}
    fields = next(fields for action, fields in page.forms if action == "/account/name")
    refused = enrolled.browser.post("/account/address", fields | typed)
    assert refused.status == 403
    assert "second factor" in refused.text
    enrolled.show(enrolled.code())
    page = enrolled.browser.open("/account/details")
    assert "Two mails are on their way" in enrolled.press(page, "/account/address", **typed).text


def test_after_a_factor_changed_the_other_sessions_can_be_ended(admin: Person) -> None:
    admin.come_in_by_mail()
    page = admin.set_up()
    assert "end your other sessions" in page.text
    assert "/account/sessions" in page.links
