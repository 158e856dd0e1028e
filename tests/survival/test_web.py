"""The web process killed fifty times on PostgreSQL, started again at once on the same open port, as the supervisor does."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.supervisor.running import until
from tests.survival.processes import SPAWN
from tests.survival.reporters import Reporters
from tests.survival.sound import assert_sound
from tests.survival.world import settle
from tracker.kit.db import Database
from tracker.kit.settings import PREFIX
from tracker.supervisor.door import address_of, listen, serve

KILLS = 50
REPORTERS = 4


def web(door: socket.socket, settings: dict[str, str]) -> None:
    """The supervisor's web program, on these settings."""
    os.environ |= {PREFIX + name: value for name, value in settings.items()}
    serve(door.fileno())


@contextmanager
def serving(door: socket.socket, settings: dict[str, str]) -> Iterator[None]:
    """A web process, killed at the end of the block."""
    process = SPAWN.Process(target=web, args=(door, settings), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


@pytest.mark.timeout(300)
def test_the_web_process_killed_fifty_times_loses_nothing_acknowledged_and_doubles_nothing(
    postgresql_url: str,
) -> None:
    chance, db = random.Random(50), Database(postgresql_url)
    desks = settle(db, 1)
    with listen("127.0.0.1", 0) as door:
        host, port = address_of(door)
        reporters = Reporters(f"http://{host}:{port}", db, desks[:: len(desks) // REPORTERS])
        settings = {"DATABASE_URL": postgresql_url, "SECRET_KEY": "k" * 40}
        with reporters.at_work():
            for _ in range(KILLS):
                with serving(door, settings):
                    goal = reporters.done() + chance.randint(1, 4)
                    until(lambda goal=goal: reporters.done() >= goal, every=0.005)
                    until(reporters.posting, every=0.001)
            with serving(door, settings):
                goal = reporters.done() + REPORTERS
                until(lambda: reporters.done() >= goal)
                reporters.stop()
    assert reporters.unanswered() > 0
    reporters.assert_nothing_lost_or_doubled()
    assert_sound(db)
    db.dispose()
