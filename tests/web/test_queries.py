"""The number of questions that a page asks of the database does not grow with what it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import event

from tests.builders import RECORDED_AT, put_partner, put_recommendation, put_report
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.kit.db import Database

PATHS = [
    "/",
    "/meetings",
    "/meetings/CMM8",
    "/recommendations",
    "/recommendations/CMM8-R01",
    "/partners",
    "/partners/IDN",
    "/grid",
    "/metrics",
    "/my",
    "/activities",
    "/search?words=foster",
    "/history",
    "/history?about=CMM8-R01",
    "/history/events/1",
    "/changes",
    "/follow-ups/CMM8-R01/IDN",
]


@contextmanager
def counting(db: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def grow(db: Database) -> None:
    codes = [f"XA{letter}" for letter in "ABCDEFGHIJKL"]
    with db.write() as tx:
        for code in codes:
            put_partner(tx, code)
        for number in range(10, 40):
            put_recommendation(tx, f"CMM8-R{number}", "IDN", *codes)
        for code in codes:
            put_report(tx, "CMM8-R10", code, "implemented", date(2026, 1, 1))


def asked_for(world: World, browser: Browser) -> dict[str, int]:
    counts = {}
    for path in PATHS:
        with counting(world.db) as asked:
            page = browser.open(path)
        assert page.status == 200, path
        assert len(page.html) < 1_000_000
        counts[path] = len(asked)
    return counts


def test_more_rows_are_no_more_queries(world: World, tmp_path: Path) -> None:
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT).sign_in(world.focal_point)
    few = asked_for(world, browser)
    grow(world.db)
    many = asked_for(world, browser)
    assert many == few
    assert max(many.values()) <= 30


def test_no_page_is_heavier_than_a_hundred_kilobytes(world: World, tmp_path: Path) -> None:
    grow(world.db)
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT).sign_in(world.focal_point)
    style = int(browser.open("/static/tracker.css").answer.headers["content-length"])
    for path in PATHS:
        answer = browser.client.get(path, headers={"accept-encoding": "gzip"})
        assert int(answer.headers["content-length"]) + style < 100_000, path
