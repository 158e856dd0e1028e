"""The programs that `tracker up` keeps, their start, watch and end."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from tracker.kit.errors import Unavailable
from tracker.supervisor.door import answers
from tracker.supervisor.keeper import Keeper, Program

LOOK_SECONDS = 0.1
READY_SECONDS = 90.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_speaking = threading.Lock()


def programs(door: int) -> list[Program]:
    """Web, worker and beat; the first to be listed is the first to be started and the last to be ended."""
    # Celery warns whoever is root of messages that are programs; ours are JSON, and it accepts nothing else.
    unpickled = ["-W", "ignore::UserWarning:celery.platforms"]
    celery = [sys.executable, *unpickled, "-m", "celery", "--quiet", "--app", "workers.app"]
    # Forking is unsafe in macOS programs that have used its frameworks; threads do there.
    pool = ["--pool", "threads" if sys.platform == "darwin" else "prefork", "--concurrency", "2"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--hostname", "tracker@%h", *pool]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
    mend = "`tracker doctor` may know why."
    return [
        Program("web", [sys.executable, "-m", "tracker.supervisor.door", str(door)], mend),
        Program("worker", [*worker, *quiet], mend),
        Program("beat", beat, mend, patience=5.0),
    ]


class Crew:
    """Keepers in the order of their start."""

    def __init__(self, environment: Mapping[str, str], handles: Sequence[int]) -> None:
        self.environment, self.handles = environment, handles
        self.keepers: list[Keeper] = []
        self.asked_to_end = 0

    def add(self, program: Program) -> None:
        """Starts a program and keeps it."""
        keeper = Keeper(program, self.environment, self.handles, say)
        keeper.start()
        self.keepers.append(keeper)

    @contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Within, Ctrl-C, SIGTERM and a closed terminal ask the crew to end; a second time: at once."""

        def asked(number: int, frame: object) -> None:
            self.asked_to_end += 1

        before = {number: signal.signal(number, asked) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch_once(self) -> bool:
        """One look at everybody; False when asked to end."""
        for keeper in self.keepers:
            keeper.look_after()
        time.sleep(LOOK_SECONDS)
        return not self.asked_to_end

    def wait_until_ready(self, door: socket.socket) -> None:
        """Returns when the pages answer, or when asked to end; raises `Unavailable` when they do not come up."""
        until = time.monotonic() + READY_SECONDS
        while self.watch_once() and not answers(door):
            if time.monotonic() > until:
                raise Unavailable(
                    f"The pages did not answer within {READY_SECONDS:.0f} s; the lines above say why, and `tracker "
                    "doctor` may know more. Everything was stopped."
                )

    def end(self) -> None:
        """Ends everybody in the reverse order, each when those that need it are gone."""
        for keeper in reversed(self.keepers):
            keeper.end()
            until = time.monotonic() + keeper.program.patience
            while keeper.alive() and time.monotonic() < until and self.asked_to_end < 2:
                time.sleep(LOOK_SECONDS / 2)
            keeper.kill()


def say(name: str, line: str) -> None:
    """A line of a program, or of the supervisor itself (`up`), to standard error; nobody reading it is no harm."""
    with _speaking, suppress(OSError, ValueError):
        sys.stderr.write(f"{name:<7}| {line}{os.linesep}")
        sys.stderr.flush()
