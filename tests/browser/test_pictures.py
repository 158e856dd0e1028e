"""Pictures in a real browser, with its fonts: words beside words, colours that are told from the page, no way sideways."""

from datetime import date

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Served
from tests.builders import context, put_body, put_meeting, put_partner, put_recommendation, put_report
from tracker.people.commands import RenamePartner
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_partner

STATUSES = ["implemented", "partially_implemented", "under_implementation", "not_started", "not_implemented"]
WORDS = """
() => [...document.querySelectorAll("svg.picture")].map((svg) => [...svg.querySelectorAll("text")].map((text) => {
  const box = text.getBBox();
  return [text.textContent, box.x, box.y, box.x + box.width, box.y + box.height];
}))
"""
# Of each kind of shape, the contrast between its edge, or itself where it is full, and the page.
CONTRASTS = """
() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const page = light(getComputedStyle(document.documentElement).backgroundColor.startsWith("rgba(0, 0, 0, 0")
    ? getComputedStyle(document.body).backgroundColor : getComputedStyle(document.documentElement).backgroundColor);
  return [...document.querySelectorAll("svg.picture > rect.hue, svg.picture > rect.edge, svg.picture > circle, svg.picture > text")]
    .filter((each) => !each.matches(".absent, .paper"))
    .map((each) => {
      const style = getComputedStyle(each);
      const own = light(each.matches(".edge") ? style.stroke : style.fill);
      return [each.getAttribute("class") || each.tagName, (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05)];
    });
}
"""


@pytest.fixture
def tracked(served: Served) -> Served:
    """Statuses of all kinds, a long name, a meeting without a rate and one with it."""
    with served.db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM7", date(2016, 6, 24))
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_meeting(tx, "CMM9", None, held=False)
        codes = ["IDN", "JPN", "KOR", "FRA", "MYS", "VNM"]
        for code in codes:
            put_partner(tx, code, grouping="Europe" if code == "FRA" else "Asia")
        long = "The Federated and United Republics of a Country with a Very Long Name"
        handle_partner(tx, OPERATOR, "MYS", RenamePartner(name=long), context())
        put_recommendation(tx, "CMM8-R01", *codes)
        for code, status in zip(codes, STATUSES, strict=False):
            put_report(tx, "CMM8-R01", code, status, date(2020, 5, 1))
    return served


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_can_be_read_in_either_colour_scheme(tracked: Served, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/metrics?meeting=CMM9")
    for words in page.evaluate(WORDS):
        for at, (text, left, top, right, bottom) in enumerate(words):
            assert left >= -2, text
            assert right <= 642, text
            for other, left2, top2, right2, bottom2 in words[at + 1 :]:
                apart = right <= left2 or right2 <= left or bottom - 3 <= top2 or bottom2 - 3 <= top
                assert apart, (text, other)
    found = page.evaluate(CONTRASTS)
    assert {"implemented hue", "not_started edge", "no_information edge", "text"} <= {
        kind for kind, _ in found
    }
    assert [(kind, least) for kind, least in found if least < (4.5 if kind in ("text", "dim") else 3)] == []


def test_a_narrow_page_scrolls_its_pictures_and_not_itself(tracked: Served, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/metrics?meeting=CMM9")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    boxes = page.locator(".picture-box > .scroll")
    for number in range(boxes.count()):
        box = boxes.nth(number)
        box.focus()  # by keyboard too
        assert box.evaluate("each => each.scrollWidth > each.clientWidth")


def test_a_picture_names_itself_to_a_screen_reader_and_its_table_says_the_same(
    tracked: Served, page: Page
) -> None:
    page.goto("/metrics?meeting=CMM9")
    named = page.get_by_role("img", name="Status of follow-ups by partner")
    assert named.count() == 1
    figure = page.locator("#partners + figure")
    figure.locator("summary").click()
    rows = figure.get_by_role("row").filter(has_text="Country FRA")
    assert rows.get_by_role("cell").all_inner_texts()[0] == "Europe"
