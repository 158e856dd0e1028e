"""Signing in through a real provider of OpenID Connect, a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.builders import context, put_person
from tests.identity.conftest import EMAIL
from tests.identity.way import CLIENT_ID, Way
from tests.servers import die_with_parent, free_port
from tests.web.conftest import Post
from tracker.identity.came import from_console
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.people import lifecycle
from tracker.people.commands import DisablePerson
from tracker.people.policy import OPERATOR

USERS: list[dict[str, object]] = [
    {"sub": "1", "email": EMAIL, "email_verified": True},
    {"sub": "2", "email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"]},
    {"sub": "3", "email": EMAIL, "email_verified": False},
    {"sub": "4", "email": "nobody@example.org", "email_verified": True},
    {"sub": "5", "email": EMAIL},
    {"sub": "6", "email_verified": True},
    {"sub": "7", "email": EMAIL, "email_verified": True, "acr": "gold"},
]
PATIENCE = 30.0


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider that runs for these tests."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    known = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *known]
    with (tmp_path_factory.mktemp("provider") / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with suppress(httpx.HTTPError):
            httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
            return
        time.sleep(0.05)
    raise RuntimeError("The provider did not start.")


@pytest.fixture
def at_provider(db: Database, person: str, tmp_path: Path, issuer: str, post: Post) -> Callable[..., Way]:
    """The way of one user of the provider, or of somebody who presses its button to deny."""

    def new(sub: str, action: str = "authorize", **given: str) -> Way:
        def authorize(address: str) -> str:
            answer = httpx.post(address, data={"sub": sub, "action": action})
            assert answer.status_code == 302, answer.text
            return answer.headers["location"]

        return Way(db, tmp_path, issuer, "any", authorize, post, utc_now, **given)

    return new


def test_the_first_time_a_mail_asks_to_confirm_and_from_then_on_the_provider_is_enough(
    at_provider: Callable[..., Way], person: str
) -> None:
    way = at_provider("1")
    page = way.sign_in()
    assert page.status == 200
    assert "Look into your mailbox" in page.text
    assert way.session is None
    assert "Sign out" in way.press(way.link_in_mail()).text
    other = at_provider("1")
    assert "Sign out" in other.sign_in().text
    assert other.session is not None
    assert (other.session.person_id, other.session.means, other.session.strong) == (person, "oidc", False)
    assert way.history(person) == ["person.registered", "person.linked"]
    assert way.log() == ["sso_link_asked", "link_sent", "sso_linked", "signed_in", "signed_in"]


@pytest.mark.parametrize(
    ("sub", "acr", "strong"), [("2", "", True), ("7", "gold", True), ("7", "", False), ("1", "gold", False)]
)
def test_a_second_factor_at_the_provider_makes_the_session_strong(
    at_provider: Callable[..., Way], sub: str, acr: str, strong: bool
) -> None:
    way = at_provider(sub, oidc_strong_acr=acr)
    way.link()
    assert way.session is not None
    assert way.session.strong is strong


@pytest.mark.parametrize("sub", ["3", "5", "6"])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(
    at_provider: Callable[..., Way], sub: str
) -> None:
    way = at_provider(sub)
    assert way.sign_in().status == 403
    assert way.post.deliver(utc_now()) == []
    assert way.log() == ["sso: no verified address"]


def test_no_account_gets_the_same_page_no_mail_and_no_account(
    at_provider: Callable[..., Way],
) -> None:
    known, nobody = at_provider("1"), at_provider("4")
    pages = [known.sign_in(), nobody.sign_in()]
    assert pages[0].status == pages[1].status == 200
    assert pages[1].text.replace("nobody@example.org", EMAIL) == pages[0].text
    assert [to for to, _ in known.post.deliver(utc_now())] == [EMAIL]
    assert nobody.linked() == []


def test_whoever_denies_it_at_the_provider_is_told_so_in_a_sentence(at_provider: Callable[..., Way]) -> None:
    way = at_provider("1", "deny")
    address = way.there()
    # This provider leaves the state away when somebody denies.
    state = httpx.URL(address).params["state"]
    back = way.authorize(address).removeprefix("http://127.0.0.1:8018")
    page = way.browser.open(f"{back}&state={state}")
    assert page.status == 403
    assert "nothing was changed" in page.text
    assert way.log() == ["sso: access denied"]


def test_an_answer_that_comes_twice_opens_nothing_the_second_time(at_provider: Callable[..., Way]) -> None:
    way = at_provider("1")
    way.link()
    address = way.back()
    assert way.browser.open(address).status == 200
    assert way.browser.open(address).status == 403
    assert way.log()[-1] == "sso: came back twice"


def test_whoever_is_disabled_is_refused(at_provider: Callable[..., Way], db: Database, person: str) -> None:
    way = at_provider("1")
    way.link()
    came = from_console(utc_now())
    db.run(lambda tx: lifecycle.disable(tx, OPERATOR, person, DisablePerson(reason="Left."), context(), came))
    assert way.sign_in().status == 403
    assert way.session is None
    assert way.log()[-1] == "sso: account closed"


def test_signing_out_ends_the_session_here_and_offers_to_end_the_providers(
    at_provider: Callable[..., Way], issuer: str
) -> None:
    way = at_provider("1")
    way.link()
    action, fields = next(form for form in way.browser.open("/").forms if form[0] == "/sign-out")
    page = way.browser.post(action, fields)
    assert way.session is None
    assert f"{issuer}/oauth2/end_session?client_id={CLIENT_ID}" in page.links


def test_the_way_goes_on_where_it_began(at_provider: Callable[..., Way], db: Database) -> None:
    way = at_provider("1")
    way.link()
    assert way.sign_in("/sign-in-oidc?next=/grid").answer.url.path == "/grid"
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "/sign-out"):
        where = way.browser.client.build_request("GET", "/sign-in-oidc", params={"next": path}).url
        assert way.sign_in(str(where)).answer.url.host == "127.0.0.1"


def test_the_page_to_sign_in_has_the_button_with_its_name(at_provider: Callable[..., Way]) -> None:
    way = at_provider("1")
    page = way.browser.open("/sign-in?next=/grid")
    assert "Sign in with the ministry" in page.text
    assert "/sign-in-oidc?next=/grid" in page.links


def test_two_accounts_are_never_opened_by_one_subject(
    at_provider: Callable[..., Way], db: Database, person: str
) -> None:
    way = at_provider("1")
    way.link()
    db.run(lambda tx: put_person(tx, "second@example.org"))
    assert way.linked() == ["1"]
    other = at_provider("2")  # another subject with the same address
    assert other.sign_in().status == 200
    page = other.press(other.link_in_mail())
    assert page.status == 422
    assert "unlink it first" in page.text
    assert other.linked() == ["1"]
    assert other.session is None
