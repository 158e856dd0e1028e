"""`tracker up` as a person starts it: real processes, from the matrix to the digest in the mailbox."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psutil
import pytest

MAIN = [sys.executable, "-c", "from tracker.cli import main; main()"]
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def until(holds: Callable[[], object]) -> None:
    """Waits for a condition."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


class Up:
    """One `tracker up` on a data folder, with demonstration people."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.log = folder, folder.with_suffix(".log")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
        environment |= {"TRACKER_DATA_DIR": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        self.environment = environment
        with self.log.open("w") as output:
            command = [*MAIN, "up", "--demo", *(options or ("--port", "0"))]
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=ROOT)

    def address(self) -> str:
        """Where the pages are, once it says so."""
        until(lambda: self.process.poll() is not None or "The tracker is at" in self.log.read_text())
        found = re.search(r"The tracker is at (\S+)", self.log.read_text())
        assert found, self.log.read_text()
        return found[1]

    def children(self) -> list[psutil.Process]:
        """Broker, web, worker and beat, and what they started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> int:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What stands in the database."""
        with closing(sqlite3.connect(self.folder / "tracker.db", timeout=30)) as connection:
            return connection.execute(query).fetchall()


def answers(address: str) -> bool:
    """Is the tracker ready?"""
    with suppress(OSError):
        return bool(urllib.request.urlopen(f"{address}/readyz", timeout=2).status == 200)  # noqa: S310
    return False


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
    children = up.children()
    assert up.end() == 0
    assert not any(child.is_running() for child in children)


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
    verified = subprocess.run(
        [*MAIN, "verify"], env=up.environment, capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.timeout(240)
def test_when_the_supervisor_is_killed_nobody_stays_and_the_next_start_works(tmp_path: Path) -> None:
    for _ in range(3):
        running = Up(tmp_path / "data")
        running.address()
        children = running.children()
        running.process.kill()
        running.process.wait()
        until(lambda children=children: not any(child.is_running() for child in children))
    last = Up(tmp_path / "data")
    assert answers(last.address())
    assert last.end() == 0


@pytest.mark.timeout(120)
def test_a_second_start_on_the_same_folder_is_refused_with_a_sentence(up: Up) -> None:
    up.address()
    second = subprocess.run(
        [*MAIN, "up", "--port", "0"],
        env=up.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert "Traceback" not in second.stderr
    assert str(up.folder) in second.stderr


@pytest.mark.timeout(120)
def test_a_port_in_use_is_refused_with_a_sentence(up: Up, tmp_path: Path) -> None:
    port = up.address().rsplit(":", 1)[1]
    other = Up(tmp_path / "other", "--port", port)
    assert other.process.wait(PATIENCE) == 2
    assert port in other.log.read_text()
    assert "Traceback" not in other.log.read_text()
