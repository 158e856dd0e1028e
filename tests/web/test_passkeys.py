"""Passkeys: added, shown, used to sign in, removed; and what is no passkey opens nothing."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from webauthn.helpers import bytes_to_base64url

from tests.builders import RECORDED_AT, context
from tests.web.authenticator import Authenticator
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tests.web.test_second_factor import Person, events, said
from tracker.identity import passkeys, sessions, tables
from tracker.identity.came import from_console
from tracker.people import accounts
from tracker.people.commands import DisablePerson
from tracker.people.lifecycle import disable
from tracker.people.policy import OPERATOR
from tracker.people.tables import letters

HOME = "http://localhost:8018"
SIGN_IN, ANSWER = "/sign-in-passkey", "/sign-in-passkey/answer"
ADD = "/account/factors/passkeys"
SHOW = "/account/second-factor/passkey"


class Owner(Person):
    """A person whose device keeps passkeys, on a site with a name."""

    def __init__(self, world: World, folder: Path, person_id: str) -> None:
        super().__init__(world, folder, person_id)
        self.folder, self.device = folder, Authenticator()
        self.browser = self.another_browser()

    def another_browser(self) -> Browser:
        """One in which nobody is signed in."""
        browser = Browser(self.world.db, self.folder, self.clock, base_url=HOME)
        browser.client.base_url = HOME
        return browser

    def add(self, name: str = "Telephone") -> Page:
        """Adds a passkey."""
        page = self.press(self.browser.open("/account/factors"), ADD, name=name)
        return self.press(page, ADD + "/add", credential=self.device.make(asked(page)))

    def sign_in(self, browser: Browser | None = None) -> Page:
        """Signs in by the passkey alone."""
        self.browser = browser or self.another_browser()
        page = self.press(self.browser.open("/sign-in"), SIGN_IN)
        return self.press(page, ANSWER, credential=self.device.show(asked(page)))


def asked(page: Page) -> dict[str, Any]:
    """What the page asks of the browser."""
    found: dict[str, Any] = json.loads(
        next(given["data-passkey"] for _, given in page.tags if "data-passkey" in given)
    )
    return found


@pytest.fixture
def owner(world: World, tmp_path: Path) -> Owner:
    """An administrator who added a passkey and left."""
    owner = Owner(world, tmp_path, world.admin)
    owner.come_in_by_mail()
    owner.add()
    owner.clock.now += timedelta(minutes=11)
    return owner


def test_a_passkey_is_added_named_and_listed_and_makes_the_session_strong(
    world: World, tmp_path: Path
) -> None:
    owner = Owner(world, tmp_path, world.admin)
    owner.come_in_by_mail()
    page = owner.add("My <b>telephone</b>")
    assert "The passkey was added" in page.text
    assert "My <b>telephone</b>" in page.text
    assert "Never" in page.text
    assert owner.may_administer()
    assert events(owner)[-1] == "person.factor_enrolled"
    with world.db.read() as conn:
        assert "factor_added" in conn.execute(select(letters.c.purpose)).scalars().all()


def test_the_browser_is_asked_for_a_key_that_it_finds_by_itself_and_that_knows_its_owner(
    owner: Owner,
) -> None:
    owner.sign_in()
    page = owner.press(owner.browser.open("/account/factors"), ADD, name="Other")
    options = asked(page)
    assert options["rp"] == {"name": "Follow-up tracker", "id": "localhost"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["timeout"] == 300_000
    assert len(options["excludeCredentials"]) == 1


def test_a_passkey_alone_signs_in_strongly(owner: Owner, world: World) -> None:
    page = owner.sign_in()
    assert "Sign out" in page.text
    assert owner.may_administer()
    assert "signed_in" in said(world)[-1]
    with world.db.read() as conn:
        (newest, *_) = sessions.of_person(conn, world.admin, owner.clock.now)
        (passkey,) = passkeys.of_person(conn, world.admin)
    assert (newest.means, newest.strong) == ("passkey", True)
    assert passkey.used_at == owner.clock.now


def test_a_passkey_is_a_second_factor_after_a_mailed_link(owner: Owner) -> None:
    owner.come_in_by_mail()
    assert not owner.may_administer()
    page = owner.press(owner.browser.open("/account/second-factor?next=/security"), SHOW)
    assert asked(page)["allowCredentials"]
    shown = owner.press(page, SHOW + "/answer", credential=owner.device.show(asked(page)))
    assert shown.answer.url.path == "/security"
    assert shown.status == 200


def test_an_answer_works_once(owner: Owner) -> None:
    browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    owner.device.counts = False
    answer = owner.device.show(asked(page))
    owner.press(page, ANSWER, credential=answer)
    owner.browser = browser
    fresh = owner.press(browser.open("/sign-in"), SIGN_IN)
    assert owner.press(fresh, ANSWER, credential=answer).status == 422
    assert not owner.may_administer()


def test_a_challenge_is_answered_within_five_minutes(owner: Owner) -> None:
    for minutes, good in ((5, False), (4, True)):
        owner.browser = owner.another_browser()
        page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
        owner.clock.now += timedelta(minutes=minutes)
        owner.press(page, ANSWER, credential=owner.device.show(asked(page)))
        assert owner.may_administer() is good


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"host": "evil.example"},
        {"knows_owner": False},
    ],
    ids=str,
)
def test_an_answer_that_is_not_as_asked_opens_nothing_and_adds_nothing(
    owner: Owner, bent: dict[str, Any], world: World
) -> None:
    owner.sign_in()
    for name, value in bent.items():
        setattr(owner.device, name, value)
    page = owner.add("Bent")
    assert page.status == 422
    assert "That did not work" in page.text
    assert owner.sign_in().status == 422
    assert not owner.may_administer()
    with world.db.read() as conn:
        assert len(passkeys.of_person(conn, world.admin)) == 1
    assert said(world)[-1] == "refused"


def test_a_copy_of_a_passkey_is_noticed_by_its_counter(owner: Owner) -> None:
    owner.sign_in()
    owner.sign_in()
    owner.device.keys[0].count = 0
    assert owner.sign_in().status == 422
    assert not owner.may_administer()


def test_a_device_that_does_not_count_is_no_copy(world: World, tmp_path: Path) -> None:
    owner = Owner(world, tmp_path, world.admin)
    owner.device.counts = False
    owner.come_in_by_mail()
    owner.add()
    for _ in range(2):
        owner.sign_in()
        assert owner.may_administer()


def test_a_signature_by_another_key_opens_nothing(owner: Owner) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    stranger = Authenticator()
    stranger.make({"user": {"id": "x"}, "challenge": "x"})
    stranger.keys[0].credential_id = owner.device.keys[0].credential_id
    assert owner.press(page, ANSWER, credential=stranger.show(asked(page))).status == 422
    assert not owner.may_administer()


def test_another_persons_passkey_is_no_second_factor_of_this_one(owner: Owner, tmp_path: Path) -> None:
    other = Owner(owner.world, tmp_path, owner.world.secretariat)
    other.clock = owner.clock
    other.browser = other.another_browser()
    other.come_in_by_mail()
    other.add()
    owner.come_in_by_mail()
    page = owner.press(owner.browser.open("/account/second-factor"), SHOW)
    stolen = other.device.show(asked(page), other.device.keys[0])
    assert owner.press(page, SHOW + "/answer", credential=stolen).status == 422
    assert not owner.may_administer()


def test_a_challenge_given_to_sign_in_adds_no_passkey_and_one_of_another_session_none_either(
    owner: Owner, world: World
) -> None:
    owner.browser = owner.another_browser()
    foreign = asked(owner.press(owner.browser.open("/sign-in"), SIGN_IN))
    owner.sign_in()
    page = owner.press(owner.browser.open("/account/factors"), ADD)
    made = owner.device.make(asked(page) | {"challenge": foreign["challenge"]})
    assert owner.press(page, ADD + "/add", credential=made).status == 422
    first = owner.browser
    owner.sign_in()
    other = owner.press(owner.browser.open("/account/factors"), ADD)
    owner.browser = first
    assert owner.press(page, ADD + "/add", credential=owner.device.make(asked(other))).status == 422
    with world.db.read() as conn:
        assert len(passkeys.of_person(conn, world.admin)) == 1


BROKEN = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    '{"id": 1}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"response": {"clientDataJSON": 7}}',
    '{"response": {"clientDataJSON": "bnVsbA"}}',
    '{"response": []}',
]


def test_what_is_no_answer_is_refused_in_words(owner: Owner) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    assert [owner.press(page, ANSWER, credential=answer).status for answer in BROKEN] == [422] * len(BROKEN)


@pytest.mark.parametrize("part", ["authenticatorData", "signature", "clientDataJSON"])
def test_half_an_answer_is_refused_in_words(owner: Owner, part: str) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    for broken in ("", "AA", "!!", "e30", "_____", 7, None, {}):
        answer = json.loads(owner.device.show(asked(page)))
        answer["response"][part] = broken
        page = owner.press(page, ANSWER, credential=json.dumps(answer))
        assert page.status == 422
    assert not owner.may_administer()


@pytest.mark.parametrize("name", ["\x00", "\ud800", "x" * 100_000, [], 7, None])
def test_a_passkey_with_a_name_that_none_has_is_refused_in_words(owner: Owner, name: object) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    answer = json.loads(owner.device.show(asked(page))) | {"id": name}
    assert owner.press(page, ANSWER, credential=json.dumps(answer)).status == 422


def test_a_passkey_nested_without_end_is_not_added(owner: Owner) -> None:
    owner.sign_in()
    page = owner.press(owner.browser.open("/account/factors"), ADD)
    answer = json.loads(owner.device.make(asked(page)))
    answer["response"]["attestationObject"] = bytes_to_base64url(b"\x81" * 200_000)
    answer["id"] = answer["rawId"] = "AA"
    assert owner.press(page, ADD + "/add", credential=json.dumps(answer)).status == 422


def test_half_a_passkey_is_not_added(owner: Owner) -> None:
    owner.sign_in()
    page = owner.press(owner.browser.open("/account/factors"), ADD)
    for broken in ("", "AA", "oA", "o2NmbXQ", 7, None):
        answer = json.loads(owner.device.make(asked(page)))
        answer["response"]["attestationObject"] = broken
        page = owner.press(page, ADD + "/add", credential=json.dumps(answer))
        assert page.status == 422


def test_a_removed_passkey_opens_nothing(owner: Owner, world: World) -> None:
    owner.sign_in()
    page = owner.press(owner.browser.open("/account/factors"), ADD + "/remove")
    assert "It was removed" in page.text
    assert events(owner)[-1] == "person.factor_removed"
    assert owner.sign_in().status == 422
    with world.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(tables.passkeys)).scalar_one() == 0


def test_nobody_removes_another_persons_passkey(owner: Owner, world: World, tmp_path: Path) -> None:
    with world.db.read() as conn:
        (theirs,) = passkeys.of_person(conn, world.admin)
    other = Owner(world, tmp_path, world.secretariat)
    other.come_in_by_mail()
    other.add()
    page = other.browser.open("/account/factors")
    assert other.press(page, ADD + "/remove", passkey=theirs.id).status == 404
    with world.db.read() as conn:
        assert passkeys.of_person(conn, world.admin) == [theirs]


def test_a_disabled_account_is_not_entered_by_a_passkey(owner: Owner, world: World) -> None:
    with world.db.write() as tx:
        command, came = DisablePerson(reason="left"), from_console(RECORDED_AT)
        accounts.ensure_admin(tx, context(), "another@example.org", "Another administrator")
        disable(tx, OPERATOR, world.admin, command, context(), came)
    assert owner.sign_in().status == 422


def test_too_many_wrong_passkeys_from_one_place_must_wait(owner: Owner) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    tried = [owner.press(page, ANSWER, credential="{}").status for _ in range(31)]
    assert tried == [422] * 30 + [429]


def test_signing_in_by_passkey_leads_back_to_the_page_and_to_no_other_site(owner: Owner) -> None:
    for given, path in (("/meetings", "/meetings"), ("//evil.example", "/")):
        owner.browser = owner.another_browser()
        page = owner.press(owner.browser.open("/sign-in"), SIGN_IN, next=given)
        came = owner.press(page, ANSWER, credential=owner.device.show(asked(page)))
        assert (came.answer.url.host, came.answer.url.path) == ("localhost", path)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://tracker.example.org", passkeys.Place("tracker.example.org", "https://tracker.example.org")),
        ("https://example.org:8443", passkeys.Place("example.org", "https://example.org:8443")),
        ("http://localhost:8018", passkeys.Place("localhost", "http://localhost:8018")),
        ("http://tracker.example.org", None),
        ("http://127.0.0.1:8018", None),
        ("https://192.0.2.1", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_browsers_allow_passkeys_at_a_name_with_https_or_at_localhost(
    address: str, place: passkeys.Place | None
) -> None:
    assert passkeys.place(address) == place


def test_without_the_script_the_button_cannot_be_pressed_and_the_page_says_what_is_missing(
    owner: Owner,
) -> None:
    owner.browser = owner.another_browser()
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    assert "A passkey needs JavaScript" in page.text
    assert any(tag == "button" and "disabled" in given for tag, given in page.tags)


def test_a_site_without_a_name_says_why_there_are_no_passkeys(world: World, visitor: Browser) -> None:
    fields = next(fields for action, fields in visitor.open("/sign-in").forms if action == SIGN_IN)
    answer = visitor.post(SIGN_IN, fields)
    assert answer.status == 422
    assert "passkeys need https and a host name" in answer.text


def test_signing_in_by_passkey_ends_the_session_of_before(owner: Owner, world: World) -> None:
    owner.come_in_by_mail()
    before = owner.browser.client.cookies["tracker-session"]
    page = owner.press(owner.browser.open("/sign-in"), SIGN_IN)
    owner.press(page, ANSWER, credential=owner.device.show(asked(page)))
    with world.db.read() as conn:
        assert sessions.find(conn, before, owner.clock.now) is None
    assert owner.may_administer()
