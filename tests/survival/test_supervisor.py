"""The supervisor killed in the middle of everything: nobody stays, the folder is free, the next start serves."""

import random
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.kit.mailserver import mail_server
from tests.servers import free_port
from tests.supervisor.running import Up, until
from tests.survival.postoffice import PostOffice
from tests.survival.reporters import Desk, Reporters
from tests.survival.sound import assert_sound
from tracker.kit.db import Database
from tracker.kit.running import only_one

KILLS = 20
EARLY = 5
"""Each so-manieth is killed while it starts, the others while reports are on their way."""


@pytest.mark.timeout(400)
def test_the_supervisor_killed_twenty_times_leaves_nobody_behind_and_loses_nothing(
    embedded: Path, settled: tuple[Path, Sequence[Desk]]
) -> None:
    chance, port, office = random.Random(20), free_port(), PostOffice()
    db = Database(f"sqlite:///{embedded / 'tracker.db'}")
    reporters = Reporters(f"http://127.0.0.1:{port}", db, settled[1][::40])
    with mail_server(office) as (url, _):
        start = partial(Up, embedded, "--port", str(port), settings={"SMTP_URL": url})
        with reporters.at_work():
            # The mail server never answers a whole message, so that a sender waits for it whenever the supervisor dies.
            office.halt("DATA")
            for number in range(KILLS):
                kill(start(), number % EARLY == 0, reporters, office, chance)
                until(lambda: not left(embedded))
                with only_one(embedded):
                    pass
            office.go_on()
            up, goal = start(), reporters.done() + 1
            until(lambda: reporters.done() >= goal)
            reporters.stop()
        assert up.end() == 0
    reporters.assert_nothing_lost_or_doubled()
    assert_sound(db)
    assert set(office.delivered().values()) == {1}
    db.dispose()


def kill(up: Up, early: bool, reporters: Reporters, office: PostOffice, chance: random.Random) -> None:
    """SIGKILL to the supervisor alone: early, or while reports and a mail are on their way."""
    if early:
        some = chance.randint(1, 3)
        until(lambda: len(up.children()) >= some, every=0.01)
    else:
        goal = reporters.done() + chance.randint(1, 4)
        until(lambda: reporters.done() >= goal, every=0.01)
        until(office.inside.is_set)
        until(reporters.posting, every=0.005)
    office.inside.clear()
    up.process.kill()
    up.process.wait()


def left(folder: Path) -> list[psutil.Process]:
    """Who still works for the tracker on this folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.AccessDenied, psutil.NoSuchProcess):
            if process.environ().get("TRACKER_DATA_DIR") == str(folder):
                found.append(process)
    return found
