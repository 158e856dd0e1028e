"""Who kills what `tracker up` keeps, again and again, each time in the middle of something."""

import os
import random
import signal
import time
from contextlib import suppress

import psutil

from tests.supervisor.running import Up, until
from tests.survival.postoffice import STEPS, PostOffice
from tests.survival.reporters import Reporters

QUICKLY = 0.005
IDLE_AFTER = 2.5
WORDS = {"web": "tracker.supervisor.door", "worker": "worker", "beat": "beat"}


class Killer:
    """One program of the running tracker; `kills` counts the processes of it that were killed."""

    def __init__(self, up: Up, name: str) -> None:
        self.up, self.name, self.kills, self.last = up, name, 0, 0

    def kill(self, process: psutil.Process) -> None:
        """SIGKILL to this process and to what it started."""
        os.killpg(process.pid, signal.SIGKILL)
        self.last, self.kills = process.pid, self.kills + 1

    def wait(self) -> psutil.Process:
        """The program's process, once there is one that was not killed yet."""
        found: list[psutil.Process] = []
        until(lambda: found.extend(self._find()) or found, every=0.1)
        return found[0]

    def _find(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.up.process.pid).children()
            return [child for child in children if child.pid != self.last and self._is(child)]
        return []

    def _is(self, child: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            return WORDS[self.name] in child.cmdline() and os.getpgid(child.pid) == child.pid
        return False


def kill_web(up: Up, reporters: Reporters, times: int, chance: random.Random) -> Killer:
    """Each time when it served again, and a report is on its way."""
    web = Killer(up, "web")
    for _ in range(times):
        goal = reporters.done() + chance.randint(1, 4)
        until(lambda goal=goal: reporters.done() >= goal, every=QUICKLY)
        process = web.wait()
        until(reporters.posting, every=QUICKLY)
        web.kill(process)
    return web


def kill_worker(up: Up, office: PostOffice, times: int, chance: random.Random) -> Killer:
    """Each time after a few mails, while it speaks to the mail server, at each step of the conversation in turn."""
    worker = Killer(up, "worker")
    for number in range(times):
        # Not more: each kill takes two mails or more with it, and there are some hundred and sixty.
        goal = len(office.received) + (chance.random() < 0.3)
        until(lambda goal=goal: len(office.received) >= goal, every=QUICKLY)
        office.halt(STEPS[number % len(STEPS)])
        until(office.inside.is_set, every=QUICKLY)
        worker.kill(worker.wait())
        office.go_on()
    return worker


def kill_beat(up: Up, times: int, chance: random.Random) -> Killer:
    """Each time at another moment of its first second or so, in which it starts and rings for the first time."""
    beat = Killer(up, "beat")
    for _ in range(times):
        process, moment = beat.wait(), chance.uniform(0.1, 0.8)
        until(lambda process=process, moment=moment: _lived(process, moment), every=0.01)
        beat.kill(process)
    return beat


def _lived(process: psutil.Process, seconds: float) -> bool:
    """Whether it used so much of the processor, which is the same moment on a slow machine, or has nothing more to do."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system > seconds or time.time() > process.create_time() + IDLE_AFTER
    return True
