"""Atom feeds: what an aggregator reads, what it is spared, and what nobody may learn from them."""

import xml.etree.ElementTree as ET
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.builders import OPERATOR, context, put_meeting, put_recommendation, put_report
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting, grow
from tracker.followups.events import Evidence
from tracker.meetings import commands as m
from tracker.meetings.service import handle_meeting

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ["/feeds/all.atom", "/feeds/bodies/ASEM-CMM.atom", "/feeds/recommendations/CMM8-R01.atom"]


def read(browser: Browser, path: str) -> ET.Element:
    answer = browser.open(path).answer
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def said(feed: ET.Element, name: str) -> list[str]:
    return [each.findtext(ATOM + name) or "" for each in feed.findall(f"{ATOM}entry")]


def link(feed: ET.Element, rel: str) -> str | None:
    return next((each.get("href") for each in feed.findall(f"{ATOM}link") if each.get("rel") == rel), None)


@pytest.mark.parametrize("path", PATHS)
def test_a_feed_has_all_that_the_standard_asks_for(world: World, visitor: Browser, path: str) -> None:
    feed = read(visitor, path)
    assert link(feed, "self") == f"http://127.0.0.1:8018{path}"
    ids = [feed.findtext(f"{ATOM}id"), *said(feed, "id")]
    assert all(each and each.startswith("tag:127.0.0.1,2026:") for each in ids)
    assert len(set(ids)) == len(ids) > 2
    for thing in (feed, *feed.findall(f"{ATOM}entry")):
        assert thing.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(thing.findtext(f"{ATOM}updated") or "").tzinfo
        assert thing.findtext(f"{ATOM}author/{ATOM}name")


def test_what_happens_is_told_newest_first_by_the_office_that_did_it(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        put_report(tx, "CMM8-R02", "IDN", "implemented", narrative="The law <is> in force & done.")
        move = m.MoveMeeting(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 2), reason="elections")
        handle_meeting(tx, OPERATOR, "CMM9", move, context())
    feed = read(visitor, "/feeds/all.atom")
    assert said(feed, "title")[:2] == [
        "CMM9 moves to 1 to 2 June 2027",
        "CMM8-R02: Country IDN reports “Implemented” as of 24 November 2026",
    ]
    assert said(feed, "summary")[1] == "The law <is> in force & done."
    assert "[Demonstration] CMM8-R01: Country FRA reports “Implemented” as of 24 November 2026" in said(
        feed, "title"
    )
    authors = {each.findtext(f"{ATOM}author/{ATOM}name") for each in feed.findall(f"{ATOM}entry")}
    assert authors == {"Secretariat", "Focal points, Country IDN", "Focal points, Country FRA"}


def test_a_feed_of_one_thing_holds_nothing_else(world: World, visitor: Browser) -> None:
    titles = said(read(visitor, "/feeds/recommendations/CMM8-R01.atom"), "title")
    assert len(titles) == 2
    assert all("CMM8-R01" in title for title in titles)
    assert visitor.open("/feeds/recommendations/CMM8-R99.atom").status == 404
    assert visitor.open("/feeds/bodies/NONE.atom").status == 404


def test_a_code_that_begins_like_another_is_another(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        put_meeting(tx, "CMM80", date(2019, 1, 1))
        put_recommendation(tx, "CMM80-R01")
    titles = said(read(visitor, "/feeds/bodies/ASEM-CMM.atom"), "title")
    assert titles.count("CMM80-R01 is recorded as adopted") == 1
    assert len(titles) == len(set(said(read(visitor, "/feeds/bodies/ASEM-CMM.atom"), "id")))


def test_the_pages_of_a_feed_hold_everything_once(world: World, visitor: Browser) -> None:
    grow(world.db)
    with world.db.write() as tx:
        for number in range(40, 100):
            put_recommendation(tx, f"CMM8-R{number}")
    ids, path, pages = list[str](), "/feeds/all.atom", 0
    while path:
        feed = read(visitor, path)
        ids += said(feed, "id")
        path, pages = (link(feed, "next") or "").removeprefix("http://127.0.0.1:8018"), pages + 1
    assert pages == 3
    assert len(set(ids)) == len(ids) == 90 + 2 + 1 + 12 + 3


def test_whoever_has_it_gets_nothing_again_until_something_happens(world: World, visitor: Browser) -> None:
    first = visitor.open("/feeds/all.atom").answer
    assert first.headers["cache-control"] == "public, max-age=900"
    known = {"if-none-match": first.headers["etag"]}
    again = visitor.open("/feeds/all.atom", **known).answer
    assert (again.status_code, again.content) == (304, b"")
    modified = {"if-modified-since": first.headers["last-modified"]}
    assert visitor.open("/feeds/all.atom", **modified).status == 304
    with world.db.write() as tx:
        put_report(tx, "CMM8-R02", "IDN", "implemented")
    assert visitor.open("/feeds/all.atom", **known).status == 200


def test_a_feed_costs_the_same_questions_however_much_there_is(world: World, visitor: Browser) -> None:
    counts = []
    for _ in range(2):
        for path in PATHS:
            with counting(world.db) as asked:
                visitor.open(path)
            counts.append(len(asked))
        if len(counts) == len(PATHS):
            grow(world.db)
    assert counts[: len(PATHS)] == counts[len(PATHS) :]


def test_neither_evidence_nor_names_of_people_are_in_a_feed(
    world: World, visitor: Browser, tmp_path: Path
) -> None:
    letter = Evidence(url="https://example.org/hidden-letter", title="A hidden letter", restricted=True)
    with world.db.write() as tx:
        put_report(tx, "CMM8-R02", "IDN", "implemented", evidence=[letter])
    office = Browser(world.db, tmp_path, visitor.clock).sign_in(world.secretariat)
    for browser in (visitor, office):
        for path in PATHS:
            text = browser.open(path).html
            assert "hidden" not in text.casefold()
            assert "Focal</name>" not in text


def test_what_is_no_position_is_refused(world: World, visitor: Browser) -> None:
    assert visitor.open("/feeds/all.atom?before=soon").status == 422
    assert said(read(visitor, "/feeds/all.atom?before=1"), "id") == []
