"""Programs that open every link of a mail before its reader does, and run the scripts of the pages: nothing comes of it.

A thousand visits: 960 by a client of HTTP that follows every link of what it gets, 40 by Chromium; thoroughly, a
thousand by Chromium too.
"""

import re
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Connection, func, select

from tests.browser.conftest import THOROUGH, Served
from tests.builders import (
    TODAY,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tracker.eventstore.store import head
from tracker.identity import links
from tracker.identity.came import from_console
from tracker.identity.tables import sessions, sign_in_links
from tracker.kit.clock import utc_now
from tracker.kit.settings import Settings
from tracker.people import address_change, letters, queries
from tracker.people.tables import address_changes, person_details
from tracker.people.tables import letters as stored

BY_HTTP, BY_CHROMIUM = 960, 1_000 if THOROUGH else 40
AT_ONCE = 6
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Reading the machine's certificates for every client would take longer than the visit."""
FAR = 3
"""Pages that one visit opens."""
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Mailed(NamedTuple):
    """The addresses in the mails that people got."""

    links: list[str]
    people: list[str]


class Anchors(HTMLParser):
    """Whatever a page leads to or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link of any kind; forms too, which the program opens but does not send."""
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]


@pytest.fixture
def mailed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Mailed:
    """A tracker in use: twenty people, of whom each got every kind of mail with a link in it."""
    settings = Settings(secret_key="k" * 40, base_url=served.address)
    with served.db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", TODAY.replace(year=2018))
        put_partner(tx, "IDN")
        put_recommendation(tx, "CMM8-R01", "IDN", on=TODAY.replace(year=2018))
        put_report(tx, "CMM8-R01", "IDN", "implemented")
        people = [put_person(tx, f"focal{number}@example.org") for number in range(20)]
        put_focal_point(tx, "IDN", people[0])
        for person_id in people[:5]:
            address_change.ask(tx, queries.actor(tx, person_id, TODAY), person_id, f"new.{person_id}@example.org", from_console(utc_now()))  # fmt: skip
    found: list[str] = []
    with served.db.write() as tx:
        for (letter_id,) in tx.execute(select(stored.c.id)).all():
            letter = letters.written(tx, letter_id, utc_now(), settings)
            found += ADDRESS.findall(f"{letter.text} {letter.html}") if letter else []
        found += [f"{served.address}/sign-in/{links.issue(tx, each, utc_now())}" for each in people]
    return Mailed(sorted(set(found)), people)


def standing(conn: Connection) -> dict[str, object]:
    """All that a visit must not change."""
    spent = select(func.count()).where(sign_in_links.c.used_at.is_not(None))
    return {
        "head": head(conn),
        "sessions": conn.execute(select(func.count()).select_from(sessions)).scalar_one(),
        "links": conn.execute(select(func.count()).select_from(sign_in_links)).scalar_one(),
        "spent": conn.execute(spent).scalar_one(),
        "changes": conn.execute(select(address_changes).order_by(address_changes.c.id)).all(),
        "people": conn.execute(select(person_details).order_by(person_details.c.person_id)).all(),
    }


@pytest.fixture
def unchanged(served: Served, mailed: Mailed) -> Iterator[None]:
    """Holds what is there after the test against what was there before."""
    with served.db.read() as conn:
        before = standing(conn)
    yield
    with served.db.read() as conn:
        assert standing(conn) == before


def visit(client: httpx.Client, start: str, seen: set[str]) -> int:
    """Opens a link and what lies behind it, by HEAD and GET, as far as `FAR` pages; how many it opened. A mailed link is
    opened each time, a page behind it once: it is the same for everybody, and so each visit comes to others."""
    waiting, opened = [start], 0
    while waiting and opened < FAR:
        address = waiting.pop(0)
        if (address in seen and opened) or urlsplit(address).netloc != urlsplit(start).netloc:
            continue
        seen.add(address)
        opened += 1
        client.head(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        anchors = Anchors()
        anchors.feed(answer.text if "html" in answer.headers.get("content-type", "") else "")
        # The deepest first, so that each visit leaves by another way.
        waiting = [urljoin(str(answer.url), each) for each in anchors.found] + waiting
    return opened


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_program_that_follows_every_link_signs_nobody_in_and_changes_nothing(
    served: Served, mailed: Mailed, unchanged: None
) -> None:
    assert len(mailed.links) >= 20
    seen = set[str]()

    def visited(number: int) -> int:
        with httpx.Client(follow_redirects=True, timeout=30, verify=NO_TLS) as client:
            opened = visit(client, mailed.links[number % len(mailed.links)], seen)
            assert not [name for name in client.cookies if "session" in name]
        return opened

    with ThreadPoolExecutor(AT_ONCE) as scanners:
        opened = sum(scanners.map(visited, range(BY_HTTP)))
    assert opened > BY_HTTP
    assert len(seen) > len(mailed.links)


@pytest.mark.slow
@pytest.mark.timeout(3600 if THOROUGH else 600)
def test_a_browser_that_opens_every_link_and_runs_scripts_signs_nobody_in_and_changes_nothing(
    chromium: Browser, served: Served, mailed: Mailed, unchanged: None
) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    for number in range(BY_CHROMIUM):
        context.clear_cookies()  # each visit is somebody else's
        tab.goto(mailed.links[number % len(mailed.links)])
        found = tab.eval_on_selector_all("a[href]", "all => all.map((each) => each.href)")
        for address in [each for each in found if each.startswith(served.address)][:FAR]:
            tab.goto(address)
        assert not [cookie for cookie in context.cookies() if "session" in cookie["name"]]
    context.close()


@pytest.mark.parametrize("kind", ["sign-in"])
def test_the_same_link_pressed_by_a_person_does_sign_in(
    chromium: Browser, served: Served, mailed: Mailed, kind: str
) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    tab.goto(next(each for each in mailed.links if f"/{kind}/" in each))
    tab.locator("main form button").first.click()
    assert [cookie for cookie in context.cookies() if "session" in cookie["name"]]
    context.close()
