"""A link asked for in the browser comes by a real broker, worker and mail server; and without the broker too."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import put_person
from tests.kit.mailserver import mail_server
from tests.servers import free_port, valkey
from tests.web.browser import Browser, Page
from tracker.eventstore.work import due_ids, work
from tracker.identity import security_log
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.settings import settings
from tracker.people import letters
from workers import jobs

ROOT = Path(__file__).parent.parent.parent
EMAIL = "focal.point@example.org"
PATIENCE = 60.0


def until(holds: Callable[[], object]) -> None:
    """Waits for a condition."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


@contextmanager
def worker(log: Path, **given: str) -> Iterator[None]:
    """A Celery worker with these settings and no beat, once the sweep of its start is over: what it does later, it was
    called for."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    environment = kept | given | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "celery", "--app", "workers.app", "worker", "--pool", "solo"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: process.poll() is not None or "succeeded in" in log.read_text())
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ask(browser: Browser, email: str = EMAIL) -> Page:
    action, fields = next(form for form in browser.open("/sign-in").forms if form[0] == "/sign-in")
    return browser.post(action, fields | {"email": email})


def path_in(raw: bytes) -> str:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return next(line for line in text.splitlines() if "/sign-in/" in line).partition("8018")[2]


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, EMAIL, name="Focal point, Indonesia"))


def test_a_mail_leaves_when_it_is_asked_for_and_its_link_signs_in(
    db: Database, database_url: str, person: str, tmp_path: Path
) -> None:
    with valkey() as broker, mail_server() as (smtp, server):
        given = {
            "TRACKER_DATA_DIR": str(tmp_path),
            "TRACKER_DATABASE_URL": database_url,
            "TRACKER_BROKER_URL": broker,
            "TRACKER_SMTP_URL": smtp,
        }
        with worker(tmp_path / "worker.log", **given):
            browser = Browser(db, tmp_path, broker_url=broker, smtp_url=smtp)
            assert ask(browser).status == 200
            until(lambda: server.received)
            page = browser.open(path_in(server.received[0]))
            action, fields = next(form for form in page.forms if form[0].startswith("/sign-in/"))
            assert "Sign out" in browser.post(action, fields).text
            until(lambda: _states(db) == {"done"})
    assert len(server.received) == 1


def test_without_a_broker_the_page_answers_the_limits_hold_and_the_sweep_finds_the_letter(
    db: Database,
    database_url: str,
    person: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = Browser(db, tmp_path, broker_url=f"redis://127.0.0.1:{free_port()}/0")
    with caplog.at_level(logging.WARNING, "tracker.kit.bell"):
        assert [ask(browser).status for _ in range(5)] == [200, 200, 200, 429, 429]
    assert "the sweep finds what is due" in caplog.text
    now: datetime = utc_now()
    with db.read() as conn:
        due = due_ids(conn, now, kind=letters.WORK)
        limited = [each for each in security_log.entries(conn) if each.what == "limited"]
    assert (len(due), len(limited)) == (3, 1)
    with mail_server() as (smtp, server):
        monkeypatch.setenv("TRACKER_SMTP_URL", smtp)
        settings.cache_clear()
        for work_id in due:
            jobs.run(db, work_id, utc_now)
    settings.cache_clear()
    assert len(server.received) == 3


def _states(db: Database) -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(work.c.state).where(work.c.kind == letters.WORK)).scalars())
