"""`tracker up` as a person starts it, for tests that watch it from outside."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil

MAIN = [sys.executable, "-c", "from tracker.cli import main; main()"]
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 150.0


def until(holds: Callable[[], object], *, every: float = 0.05, patience: float = PATIENCE) -> None:
    """Waits for a condition, looking at it each `every` seconds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(every)


def environment(**given: str) -> dict[str, str]:
    """This process's, with these settings of the tracker and no others."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    return (
        kept
        | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        | {f"TRACKER_{key}": value for key, value in given.items()}
    )


class Up:
    """One `tracker up` on a data folder; without options with demonstration people, on any free port."""

    def __init__(self, folder: Path, *options: str, settings: Mapping[str, str] | None = None) -> None:
        self.folder, self.log = folder, folder.with_suffix(".log")
        self.environment = environment(DATA_DIR=str(folder), **(settings or {}))
        command = [*MAIN, "up", *(options or ("--demo", "--port", "0"))]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, env=self.environment, cwd=ROOT
            )

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

    def tracker(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of `tracker` on the same folder."""
        return subprocess.run(
            [*MAIN, *words], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )


@contextmanager
def program(*words: str, log: Path, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module run as a process of its own, ended at the end of the block."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            stdout=output,
            stderr=output,
            env=environment(**settings),
            cwd=ROOT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(address: str) -> bool:
    """Is the tracker ready?"""
    with suppress(OSError):
        return bool(urllib.request.urlopen(f"{address}/readyz", timeout=2).status == 200)  # noqa: S310
    return False
