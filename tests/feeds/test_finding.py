"""How the public finds and shares pages: the list of pages, what robots leave alone, and previews."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.feeds import sitemap
from tracker.people.routes import rules

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PUBLIC = [
    "/", "/meetings", "/meetings/CMM8", "/recommendations", "/recommendations/CMM8-R01", "/activities", "/partners",
    "/partners/IDN", "/grid", "/metrics", "/follow-ups/CMM8-R01/IDN",
]  # fmt: skip


def addresses(browser: Browser, path: str) -> list[str]:
    answer = browser.open(path).answer
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    return [each.text or "" for each in ET.fromstring(answer.content).iter(f"{SITEMAP}loc")]  # noqa: S314


def said(browser: Browser, path: str) -> dict[str, str]:
    """The names of a page's metadata with what they say."""
    tags = [given for tag, given in browser.open(path).tags if tag == "meta"]
    return {each.get("name") or each.get("property", ""): each.get("content", "") for each in tags}


def test_every_page_of_the_list_opens_for_the_public_and_says_when_it_changed(
    world: World, visitor: Browser
) -> None:
    found = addresses(visitor, "/sitemap.xml")
    assert "http://127.0.0.1:8018/recommendations/CMM8-R01" in found
    assert all(visitor.open(each).status == 200 for each in found)
    assert visitor.open("/sitemap.xml").html.count("<lastmod>") == len(found) - len(sitemap.LISTS)


def test_where_one_list_cannot_hold_them_there_are_several(
    world: World, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(visitor, "/sitemap.xml")
    monkeypatch.setattr(sitemap, "MOST", 5)
    parts = addresses(visitor, "/sitemap.xml")
    assert len(parts) == -(-len(whole) // 5)
    assert [page for part in parts for page in addresses(visitor, part)] == whole
    assert visitor.open(f"/sitemaps/{len(parts) + 1}.xml").status == 404
    assert visitor.open("/sitemaps/0.xml").status == 404


def test_robots_are_kept_from_every_address_that_is_not_public(world: World, visitor: Browser) -> None:
    text = visitor.open("/robots.txt").html
    kept = re.findall(r"^Disallow: (/[^*\n]+)$", text, re.MULTILINE)
    private = {
        rule.path
        for rule in rules(visitor.app)
        if rule.method == "GET" and rule.action not in ("read.public", None)
    }
    asked_by_link = {path for path in private if path.startswith(("/follow-ups/", "/focal-points/"))}
    forgotten = [path for path in private - asked_by_link if not any(path.startswith(each) for each in kept)]
    assert forgotten == []
    assert not any(page.startswith(each) for page in PUBLIC for each in kept)
    assert "Sitemap: http://127.0.0.1:8018/sitemap.xml" in text


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_has_a_preview_and_one_address(world: World, visitor: Browser, path: str) -> None:
    shown = said(visitor, f"{path}?theme=")
    assert len(shown["description"]) > 10
    assert shown["og:description"] == shown["description"]
    assert shown["og:title"]
    assert shown["og:url"] == f"http://127.0.0.1:8018{path}"
    assert "robots" not in shown


def test_a_preview_names_no_other_host_and_escapes_what_was_typed(world: World, visitor: Browser) -> None:
    page = visitor.open("/recommendations/CMM8-R01")
    assert set(re.findall(r'content="(https?://[^/"]+)', page.html)) == {"http://127.0.0.1:8018"}
    assert '<meta name="description" content="Foster the creative industries.">' in page.html


def test_what_is_private_or_past_is_not_to_be_indexed(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    assert said(visitor, "/sign-in")["robots"] == "noindex"
    admin = as_person(world.admin)
    assert said(admin, "/people")["robots"] == "noindex"
    assert said(admin, "/meetings?as_of=2026-11-23")["robots"] == "noindex"


def test_a_page_names_the_feeds_that_follow_it(world: World, visitor: Browser) -> None:
    page = visitor.open("/recommendations/CMM8-R01")
    feeds = [given["href"] for tag, given in page.tags if tag == "link" and given["rel"] == "alternate"]
    assert "/feeds/recommendations/CMM8-R01.atom" in feeds
    assert all(visitor.open(each).status == 200 for each in feeds)
    assert set(feeds) - {"/feeds/all.atom"} <= set(page.links)
