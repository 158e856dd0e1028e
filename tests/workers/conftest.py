"""For the tests of this folder that ask for them: real Celery workers and beats on a real broker, and a terminal."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from click.testing import CliRunner

from tests.digests.conftest import world as world
from tests.kit.mailserver import Answers, mail_server
from tests.servers import die_with_parent, valkey
from tracker.kit.db import Database
from tracker.kit.settings import settings
from workers.configuration import BROKER, MAIL_QUEUE, QUEUE, TASKS

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def until(holds: Callable[[], object], what: str) -> None:
    """Waits for a condition."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)


@dataclass
class Crew:
    """Starts workers and beats on one database and one broker, and rings for them."""

    db: Database
    broker_url: str
    answers: Answers
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def bell(self) -> Celery:
        """Sends messages with our set-up, without the tasks."""
        app = Celery("bell")
        app.conf.update({"broker_url": self.broker_url} | BROKER | TASKS)
        return app

    def notes(self) -> list[str]:
        """What the stage's work has noted."""
        log = Path(self.environment["TEST_STAGE_LOG"])
        return log.read_text().split() if log.exists() else []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`celery --app tests.workers.stage …`."""
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.workers.stage", *arguments]
        with (self.folder / "celery.log").open("ab") as log:
            started = subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment, cwd=ROOT, preexec_fn=die_with_parent
            )
        self.processes.append(started)
        return started

    def waiting(self, *queues: str) -> list[dict[str, Any]]:
        """The messages in these queues, or in both."""
        with redis.Redis.from_url(self.broker_url) as client:
            found = [each for name in queues or (QUEUE, MAIL_QUEUE) for each in client.lrange(name, 0, -1)]
        return [json.loads(each) for each in found]

    def worker(self, name: str = "one", *options: str) -> subprocess.Popen[bytes]:
        """A worker with one child."""
        named = ("--hostname", f"{name}@stage", "--loglevel", "INFO")
        return self.start("worker", "--concurrency", "1", *named, *options)

    def end(self) -> None:
        """SIGTERM to all, one after the other; then SIGKILL."""
        for each in self.processes:
            each.terminate()
        for each in self.processes:
            try:
                each.wait(20)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


@pytest.fixture
def crew(postgresql_url: str, tmp_path: Path) -> Iterator[Crew]:
    """Nobody is at work yet."""
    with ExitStack() as ending:
        broker_url = ending.enter_context(valkey())
        smtp_url, answers = ending.enter_context(mail_server())
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
        environment |= {
            "TRACKER_DATABASE_URL": postgresql_url,
            "TRACKER_BROKER_URL": broker_url,
            "TRACKER_SMTP_URL": smtp_url,
            "TRACKER_DATA_DIR": str(tmp_path / "data"),
            "TEST_STAGE_LOG": str(tmp_path / "notes"),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        db = Database(postgresql_url)
        ending.callback(db.dispose)
        crew = Crew(db, broker_url, answers, tmp_path, environment)
        ending.callback(crew.end)
        yield crew


@pytest.fixture
def at_the_desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """Commands of the terminal on this test's database."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_DATABASE_URL", database_url)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield CliRunner()
    settings.cache_clear()
