"""Passkeys in Chromium, with its own virtual device."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.builders import context, put_person
from tests.supervisor.running import until
from tracker.people.commands import GrantRole
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def admin(served: Served) -> str:
    with served.db.write() as tx:
        person_id = put_person(tx, "admin@example.org", name="Administrator")
        handle_person(tx, OPERATOR, person_id, GrantRole(role="admin", scope="*"), context())
    return person_id


@pytest.fixture
def device(page: Page) -> Iterator[str]:
    """A device that keeps passkeys and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    yield devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    devtools.detach()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def add_a_passkey(page: Page, served: Served, admin: str) -> None:
    page.goto(served.link_for(admin))
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    page.get_by_role("link", name="Set one up now").click()
    page.get_by_label("Name of the passkey").fill("Telephone")
    press(page, "Add a passkey")
    press(page, "Make the passkey")
    expect(page.get_by_text("The passkey was added.")).to_be_visible()


def may_administer(page: Page) -> bool:
    answer = page.goto("/security")
    assert answer is not None
    return answer.status == 200


def test_a_passkey_is_added_signs_in_alone_and_serves_as_second_factor(
    page: Page, served: Served, admin: str, device: str
) -> None:
    add_a_passkey(page, served, admin)
    assert may_administer(page)

    press(page, "Sign out")
    assert not may_administer(page)
    page.goto("/sign-in")
    press(page, "Sign in with a passkey")
    press(page, "Use the passkey")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert may_administer(page)

    press(page, "Sign out")
    page.goto(served.link_for(admin))
    press(page, "Sign in")
    assert not may_administer(page)
    page.goto("/account/second-factor?next=/security")
    press(page, "Use a passkey")
    press(page, "Use the passkey")
    expect(page.get_by_role("heading", name="Security log")).to_be_visible()


def test_without_a_passkey_the_page_says_so_and_lets_one_try_again(
    page: Page, served: Served, admin: str, device: str
) -> None:
    page.goto("/sign-in")
    press(page, "Sign in with a passkey")
    press(page, "Use the passkey")
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    expect(page.get_by_role("button", name="Use the passkey")).to_be_visible()


def test_the_picture_of_an_apps_key_is_drawn(page: Page, served: Served, admin: str) -> None:
    page.goto(served.link_for(admin))
    press(page, "Sign in")
    page.goto("/account/factors")
    press(page, "Set up an app")
    drawn = page.locator(".qr svg").bounding_box()
    assert drawn is not None
    assert drawn["width"] == drawn["height"] > 150


def test_what_the_policy_forbids_would_be_noticed(page: Page, served: Served, violations: list[str]) -> None:
    page.goto("/sign-in")
    page.evaluate("document.body.setAttribute('onclick', 'void 0'); document.body.click()")
    # Asking the page lets the browser speak to this process meanwhile.
    until(lambda: page.evaluate("true") and any("script-src" in each for each in violations))
    violations.clear()
