"""Keeps one program running: starts it on a leash, passes its words on, starts it again when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tracker.kit import private

LEASH = str(Path(__file__).with_name("leash.py"))
QUICK_SECONDS = 5.0
QUICK_DEATHS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.0

Say = Callable[[str, str], None]


@dataclass(frozen=True)
class Program:
    """What to run; `mend` is said when it will not stay up, `patience` is how many seconds it gets to end. Lines with
    one of the words of `routine` are no news and are not passed on."""

    name: str
    argv: Sequence[str]
    mend: str = ""
    patience: float = 10.0
    routine: Sequence[str] = ()


@dataclass
class Keeper:
    """One program and its restarts. `say(name, line)` takes its words; `handles` are the descriptors it inherits."""

    program: Program
    environment: Mapping[str, str]
    handles: Sequence[int]
    say: Say
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    again_at: float = 0.0
    quick_deaths: int = 0
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=4))

    def start(self) -> None:
        """Starts the program. Call from the main thread: on Linux it dies with the thread that started it."""
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", LEASH, str(os.getpid()), *self.program.argv],
            env=self.environment,
            pass_fds=self.handles,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            umask=private.OTHERS,  # what it writes is for this user alone
            start_new_session=True,  # the terminal's Ctrl-C is for the supervisor, which ends them in order
        )
        threading.Thread(target=self._relay, args=(self.process.stdout,), daemon=True).start()

    def look_after(self) -> None:
        """Notices a death, and starts the program again when its pause is over. Call often."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self._sweep()
            self.process = None
            self._died(code, now - self.born)

    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Asks the program to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends the program and all that it started, at once."""
        if self.process is not None:
            self._sweep()
            self.process.wait()

    def _died(self, code: int, lived: float) -> None:
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_SECONDS else 0
        # Between two starts, not after a death: who served for a while and is killed is back at once.
        apart = min(FIRST_PAUSE * 2 ** max(self.quick_deaths - 1, 0), LONGEST_PAUSE)
        pause = max(apart - lived, FIRST_PAUSE)
        self.again_at = time.monotonic() + pause
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        self.say("up", f"{self.program.name} {how} after {lived:.1f} s; it is started again in {pause:.1f} s")
        if self.quick_deaths == QUICK_DEATHS:
            words = " / ".join(self.last_words) or "it said nothing"
            self.say(
                "up",
                f"{self.program.name} died {QUICK_DEATHS} times within {QUICK_SECONDS:.0f} s of its start, last with: "
                f"{words}. {self.program.mend} The others go on, and it is tried again every {LONGEST_PAUSE:.0f} s.",
            )

    def _sweep(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _relay(self, words: IO[bytes]) -> None:
        for raw in words:
            line = raw.decode("utf-8", "replace").rstrip()
            if line and not any(word in line for word in self.program.routine):
                self.last_words.append(line)
                self.say(self.program.name, line)
        words.close()
