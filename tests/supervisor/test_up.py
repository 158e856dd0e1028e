"""`tracker up` as a person starts it: real processes, from the matrix to the digest in the mailbox."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.supervisor.running import PATIENCE, Up, answers, until
from tracker.kit.private import open_to_others


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """Running, and ended when the test is over."""
    running = Up(tmp_path / "data")
    yield running
    running.end()


@pytest.mark.timeout(180)
def test_the_main_job_runs_by_itself_and_ends_cleanly(up: Up) -> None:
    assert answers(up.address())
    until(lambda: up.rows("SELECT 1 FROM metric_snapshots WHERE meeting = 'CMM9'"))
    until(lambda: set(up.rows("SELECT DISTINCT state FROM digests")) == {("sent",)})
    mails = list((up.folder / "mailbox").rglob("*.eml"))
    assert len(mails) == len(up.rows("SELECT 1 FROM digests")) > 0
    until(lambda: up.rows("SELECT max(size) FROM checkpoints") == up.rows("SELECT position FROM log_head"))
    children = up.children()
    assert up.end() == 0
    assert not any(child.is_running() for child in children)
    assert [each for each in (up.folder, *up.folder.rglob("*")) if open_to_others(each)] == []
    said = up.log.read_text()
    assert not re.search("overcommit|ready to exit|SecurityWarning|superuser", said), said
    assert "the tracker has stopped; the same command starts it again" in said.splitlines()[-1]


@pytest.mark.timeout(180)
def test_a_link_asked_for_in_the_browser_lands_in_the_mailbox_on_disk(up: Up) -> None:
    with httpx.Client(base_url=up.address(), trust_env=False) as browser:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
        assert token
        answer = browser.post("/sign-in", data={"csrf_token": token[1], "email": "admin@example.org"})
    assert str(up.folder / "mailbox") in answer.text
    until(lambda: list((up.folder / "mailbox").glob("letter-*.eml")))


@pytest.mark.timeout(240)
def test_whoever_is_killed_is_started_again_and_nothing_is_lost_or_doubled(up: Up) -> None:
    address = up.address()
    before = up.rows("SELECT count(*) FROM events")
    for _ in range(3):
        for child in psutil.Process(up.process.pid).children():
            child.kill()
            until(
                lambda child=child: (
                    not child.is_running() and len(psutil.Process(up.process.pid).children()) == 4
                )
            )
        until(lambda: answers(address))
    until(lambda: set(up.rows("SELECT DISTINCT state FROM digests")) <= {("sent",), ("unknown",)})
    assert up.rows("SELECT count(*) FROM events") == before
    verified = up.tracker("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.timeout(120)
def test_a_second_start_on_the_same_folder_is_refused_with_a_sentence(up: Up) -> None:
    up.address()
    second = up.tracker("up", "--port", "0")
    assert second.returncode == 2
    assert "Traceback" not in second.stderr
    assert str(up.folder) in second.stderr


@pytest.mark.timeout(120)
def test_a_port_in_use_is_refused_with_a_sentence(up: Up, tmp_path: Path) -> None:
    port = up.address().rsplit(":", 1)[1]
    other = Up(tmp_path / "other", "--demo", "--port", port)
    assert other.process.wait(PATIENCE) == 2
    assert port in other.log.read_text()
    assert "Traceback" not in other.log.read_text()
