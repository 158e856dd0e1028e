"""A real browser on a served tracker. Where no Chromium is found, these tests are left out and say so.

Whatever a page does that its own security policy forbids fails the test that opened it. With TEST_THOROUGH=1 every visit
and every page is the browser's own, which takes many minutes.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tests.supervisor.running import until
from tracker.app import create_app
from tracker.identity import links
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.settings import Settings

THOROUGH = os.environ.get("TEST_THOROUGH") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  violated(`${event.violatedDirective} ${event.blockedURI} on ${document.location.pathname}`));
"""


@dataclass(frozen=True)
class Served:
    """A tracker that answers at `address`, on an SQLite database of this test."""

    address: str
    db: Database

    def link_for(self, person_id: str) -> str:
        """Where a mailed link would lead."""
        with self.db.write() as tx:
            return f"{self.address}/sign-in/{links.issue(tx, person_id, utc_now())}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("No Chromium on PATH; on Debian `apt-get install chromium` brings one.")
    # As root Chromium starts only without its sandbox; the pages are our own.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    with serving(sqlite_url, tmp_path) as served:
        yield served


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Served]:
    """A tracker on a migrated database, for as long as the block runs."""
    db = Database(url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://localhost:{door.getsockname()[1]}"
        app = create_app(Settings(data_dir=folder, secret_key="k" * 40, base_url=address), db)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        until(lambda: server.started)
        yield Served(address, db)
        server.should_exit = True
        thread.join()
    db.dispose()


@pytest.fixture
def violations() -> list[str]:
    """What pages did against their own policy; a test that provokes one clears it."""
    return []


@pytest.fixture
def page(chromium: Browser, served: Served, violations: list[str]) -> Iterator[Page]:
    """A fresh browser profile's one tab."""
    context = chromium.new_context(base_url=served.address)
    context.expose_function("violated", lambda what: violations.append(what))
    context.add_init_script(LISTEN)
    tab = context.new_page()
    yield tab
    context.close()
    assert violations == []
