"""SIGKILL in the middle of appends and projections: nothing acknowledged is lost, nothing is doubled."""

import random

import pytest
from sqlalchemy import select

from tests.survival.processes import SPAWN, give, rebuild_for_ever, start, write_on, write_some
from tracker.eventstore import rebuild
from tracker.eventstore.projector import projection
from tracker.eventstore.store import head, load
from tracker.eventstore.tables import command_results
from tracker.eventstore.verify import verify
from tracker.kit.db import Database

KILLS = 50


def assert_sound(db: Database) -> None:
    """The log is whole and the projection of people equals its rebuild."""
    with db.read() as connection:
        assert verify(connection).findings == []
    assert rebuild.check(db, projection("people")) == []


def test_a_writer_killed_fifty_times_loses_nothing_acknowledged_and_doubles_nothing(
    db: Database, database_url: str
) -> None:
    chance, acknowledged = random.Random(50), -1
    for _ in range(KILLS):
        child, pipe = start(write_on, database_url, acknowledged + 1)
        for _ in range(chance.randint(1, 6)):
            assert pipe.poll(30)
            acknowledged = pipe.recv()
        child.kill()
        child.join()
        while pipe.poll():
            try:
                acknowledged = pipe.recv()
            except EOFError:
                break
    give(db, acknowledged + 1)
    with db.read() as connection:
        known = set(connection.execute(select(command_results.c.command_id)).scalars())
        scopes = [item.event.scope for item in load(connection, "person-a")]  # type: ignore[attr-defined]
    assert {f"give-{number}" for number in range(acknowledged + 2)} <= known
    assert scopes == [str(number) for number in range(len(scopes))]
    assert_sound(db)


@pytest.mark.parametrize("by_stream", [False, True], ids=["by position", "by stream"])
def test_a_rebuild_killed_fifty_times_leaves_the_live_rows_whole(
    db: Database, database_url: str, by_stream: bool
) -> None:
    chance = random.Random(51)
    for number in range(40):
        give(db, number, f"p{number % 8}")
    for _ in range(KILLS):
        child, pipe = start(rebuild_for_ever, database_url, by_stream)
        for _ in range(chance.randint(1, 12)):
            assert pipe.poll(30)
            pipe.recv()
        child.kill()
        child.join()
    rebuild.rebuild(db, projection("people"))
    assert_sound(db)


@pytest.mark.parametrize("streams", ["one stream", "a stream each"])
def test_eight_processes_write_to_one_database_without_an_error(
    db: Database, database_url: str, streams: str
) -> None:
    each = 25
    names = ["a"] * 8 if streams == "one stream" else list("abcdefgh")
    children = [
        SPAWN.Process(target=write_some, args=(database_url, n * each, each, name))
        for n, name in enumerate(names)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(100)
    assert [child.exitcode for child in children] == [0] * 8
    with db.read() as connection:
        assert head(connection) == 8 * each
    assert_sound(db)
