"""A form counts only from its own page, and reading changes nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import MetaData, select

from tests.builders import RECORDED_AT
from tests.policy.asking import Asking
from tests.policy.record_samples import READING_RECORDS, SENDING_RECORDS
from tests.policy.samples import READING, SENDING
from tests.policy.world import KINDS, World
from tests.web.browser import Browser
from tests.web.test_routes import ONE_CLICK
from tracker.kit.db import Database


def test_no_unsafe_route_takes_a_form_without_the_token_of_its_own_page(asking: Asking) -> None:
    foreign = {
        "none": "",
        "another person's": asking.csrf("reader"),
        "forged": asking.csrf("secretariat")[:-3] + "abc",
    }
    forms = {
        route: samples for route, samples in (SENDING | SENDING_RECORDS).items() if route[1] != ONE_CLICK
    }
    for (method, path), (sample, *_) in forms.items():
        for who in ("secretariat", "admin"):
            for what, token in foreign.items():
                answer = asking.ask(who, method, sample, sample.about[0], csrf_token=token)
                assert answer.status_code == 403, (path, who, what)
                assert "not sent from its own page" in answer.text


def contents(db: Database) -> Mapping[str, list[Any]]:
    """Every row of every table, but for when a session was last used, and what was noted of those who were refused."""
    with db.read() as conn:
        tables = MetaData()
        tables.reflect(conn)
        rows = {
            name: [dict(row) for row in conn.execute(select(table)).mappings()]
            for name, table in tables.tables.items()
            if name not in ("security_log", "rate_limits")
        }
    for row in rows["sessions"]:
        row.pop("last_seen_at")
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_opening_any_page_changes_nothing(world: World, asking: Asking) -> None:
    # This time nothing is taken back.
    browser = Browser(world.db, world.settings.data_dir, lambda: RECORDED_AT)
    browser.client.follow_redirects = False
    before = contents(world.db)
    for who in (each for each in KINDS if each in ("focal point", "secretariat", "auditor", "admin")):
        browser.client.cookies.set("tracker-session", world.tokens[who])
        for samples in (READING | READING_RECORDS).values():
            for sample in samples:
                browser.open(sample.url.format(**asking.words(sample.about[0])))
    assert contents(world.db) == before
