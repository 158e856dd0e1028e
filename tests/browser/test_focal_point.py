"""A focal point's way in Chromium: on a telephone and on a desk, with scripts and without, by keyboard alone, and what it
weighs on a poor line."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.builders import (
    RECORDED_AT,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tracker.followups import commands as c
from tracker.followups.service import handle
from tracker.people.policy import OPERATOR

MOST_COLD, MOST_WARM = 100_000, 30_000
"""Bytes as they travel."""
LONG_AGO = date(2020, 3, 1)


@pytest.fixture
def focal_point(served: Served) -> str:
    """The focal point of a partner with ten follow-ups, of which one is overdue."""
    with served.db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_partner(tx, "IDN")
        for number in range(1, 11):
            put_recommendation(tx, f"CMM8-R{number:02}", "IDN")
        put_report(tx, "CMM8-R02", "IDN", "under_implementation", LONG_AGO)
        move = c.MoveFollowupDue(due_on=LONG_AGO, reason="The meeting asked for it.")
        handle(tx, OPERATOR, "CMM8-R02", "IDN", move, context(), now=RECORDED_AT)
        person_id = put_person(tx, "focal.idn@example.org", name="Focal point, Indonesia")
        put_focal_point(tx, "IDN", person_id)
    return person_id


@pytest.fixture(params=[(360, True), (360, False), (1280, True), (1280, False)], ids=str)
def tab(request: pytest.FixtureRequest, chromium: Browser, served: Served) -> Iterator[Page]:
    """A browser of some width, with scripts or without."""
    width, scripts = request.param
    context = chromium.new_context(
        base_url=served.address, viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, served: Served, person_id: str) -> None:
    page.goto(served.link_for(person_id))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="My follow-ups")).to_be_visible()


def fits(page: Page) -> bool:
    """Nothing is to be found only by scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_way_from_the_mailed_link_to_the_receipts(tab: Page, served: Served, focal_point: str) -> None:
    sign_in(tab, served, focal_point)
    expect(tab.locator(".steps > li").first).to_contain_text("Overdue by")
    assert fits(tab)
    tab.get_by_role("button", name="No change on CMM8-R02:IDN").click()
    expect(tab.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
    expect(tab.get_by_text("Hash", exact=True)).to_be_visible()
    assert fits(tab)
    tab.get_by_role("link", name="Back to my follow-ups").click()

    step = tab.locator(".steps > li", has_text="CMM8-R05")
    step.locator("summary").click()
    step.get_by_label("What happened?").fill("Half a sentence")
    assert fits(tab)
    step.get_by_role("button", name="Save as a draft").click()
    expect(tab.get_by_role("heading", name="This is your draft")).to_be_visible()
    tab.goto("/my")
    tab.get_by_role("link", name="Go on with your draft").click()
    expect(tab.locator("#narrative")).to_have_value("Half a sentence")
    assert fits(tab)
    tab.get_by_role("button", name="Report progress").click()
    expect(tab.get_by_role("link", name="Please say where implementation stands.")).to_be_visible()
    expect(tab.locator("#narrative")).to_have_value("Half a sentence")
    tab.get_by_label("Under implementation").check()
    tab.get_by_role("button", name="Report progress").click()
    expect(tab.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()

    tab.goto("/my")
    tab.get_by_label("Tick CMM8-R07:IDN").check()
    tab.get_by_label("Tick CMM8-R08:IDN").check()
    tab.get_by_label("Where do they stand?").select_option("under_implementation")
    tab.locator("#narrative").fill("A working group took both up.")
    tab.get_by_role("button", name="Report on those that are ticked").click()
    expect(tab.get_by_text("2 reports.")).to_be_visible()
    assert fits(tab)


def focus(page: Page, name: str, key: str = "Tab") -> None:
    """Goes on with the keyboard to what is called so, as far as that may be."""
    for _ in range(60):
        page.keyboard.press(key)
        focused = page.evaluate(
            "(document.activeElement.labels?.[0]?.textContent || document.activeElement.ariaLabel "
            "|| document.activeElement.textContent).trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"“{name}” is not reached by the keyboard.")


def test_a_report_is_made_by_keyboard_alone(page: Page, served: Served, focal_point: str) -> None:
    page.goto(served.link_for(focal_point))
    focus(page, "Sign in")
    focus(page, "Sign in")  # the first one is the link above
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My follow-ups")).to_be_visible()
    focus(page, "Report on CMM8-R02:IDN")
    page.keyboard.press("Enter")
    focus(page, "Where does it stand?")
    page.keyboard.type("Impl")
    focus(page, "What happened?")
    page.keyboard.type("The law is in force.")
    focus(page, "Report on CMM8-R02:IDN")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
    expect(page.get_by_text("The law is in force.")).to_be_visible()
    focus(page, "Back to my follow-ups")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My follow-ups")).to_be_visible()
    focus(page, "Tick CMM8-R01:IDN")
    page.keyboard.press("Space")
    expect(page.get_by_label("Tick CMM8-R01:IDN")).to_be_checked()
    focus(page, "Not started yet on CMM8-R03:IDN")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()


def test_a_slip_puts_the_reader_before_its_explanation(page: Page, served: Served, focal_point: str) -> None:
    sign_in(page, served, focal_point)
    page.get_by_role("button", name="Report on those that are ticked").click()
    expect(page.locator(".error-summary")).to_be_focused()
    focus(page, "Please tick at least one follow-up.")
    page.keyboard.press("Enter")
    expect(page.locator("#picked")).to_be_focused()


def test_enter_in_a_field_presses_the_button_of_its_own_form(
    page: Page, served: Served, focal_point: str
) -> None:
    sign_in(page, served, focal_point)
    page.locator("#on").press("Enter")
    expect(page.get_by_role("link", name="Please tick at least one follow-up.")).to_be_visible()


def test_the_page_is_light_and_asks_no_other_host(page: Page, served: Served, focal_point: str) -> None:
    sizes: list[tuple[str, int]] = []
    with served.db.write() as tx:
        for number in range(11, 41):
            text = f"Element {number}: " + "foster the creative industries and their professionals. " * 4
            put_recommendation(tx, f"CMM8-R{number}", "IDN", text=text)

    sign_in(page, served, focal_point)
    fresh = page.context.browser.new_context(  # type: ignore[union-attr]
        base_url=served.address, storage_state=page.context.storage_state()
    )
    cold = fresh.new_page()
    cold.on(
        "requestfinished", lambda request: sizes.append((request.url, request.sizes()["responseBodySize"]))
    )
    cold.goto("/my", wait_until="networkidle")
    whole = sum(size for _, size in sizes)
    assert {urlsplit(url).netloc for url, _ in sizes} == {urlsplit(served.address).netloc}
    assert len(sizes) >= 2
    assert MOST_WARM / 10 < whole <= MOST_COLD
    sizes.clear()
    cold.goto("/my", wait_until="networkidle")
    assert 0 < sum(size for _, size in sizes) <= MOST_WARM
    fresh.close()
