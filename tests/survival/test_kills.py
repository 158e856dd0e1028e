"""SIGKILL in the middle of appends and projections: nothing acknowledged is lost, nothing is doubled."""

import random
from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import put_body, put_meeting, put_partner, put_recommendation, put_report
from tests.survival.processes import (
    SPAWN,
    follow_for_ever,
    give,
    rebuild_for_ever,
    start,
    write_on,
    write_some,
)
from tests.survival.sound import assert_counted_right, assert_sound
from tracker.eventstore import rebuild
from tracker.eventstore.projector import checkpoint, projection
from tracker.eventstore.store import head, load
from tracker.eventstore.tables import command_results
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.metrics import service as metrics

KILLS = 50


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


def test_a_follower_of_the_log_killed_fifty_times_counts_as_a_clean_run_does(
    db: Database, database_url: str
) -> None:
    chance = random.Random(52)
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_meeting(tx, "CMM9", None, held=False, announced="in 2020")
        put_partner(tx, "IDN")
        put_recommendation(tx, "CMM8-R01", "IDN")
        put_report(tx, "CMM8-R01", "IDN", "implemented")
    for _ in range(KILLS):
        child, pipe = start(follow_for_ever, database_url)
        # An odd count: it has said that it begins, not yet that it is done.
        for _ in range(2 * chance.randint(0, 1) + 1):
            assert pipe.poll(30)
            pipe.recv()
        child.kill()
        child.join()
    metrics.follow(db, utc_now())
    with db.read() as connection:
        assert checkpoint(connection, metrics.FOLLOWER) == head(connection)
    assert_counted_right(db, "CMM9")
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
