"""Limits count in SQL: for all processes together, in windows that end, one for each who tries."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from tests.identity.hitters import SPAWN, knock
from tracker.identity import limits, links
from tracker.identity.limits import Limit
from tracker.identity.tables import rate_limits
from tracker.kit.db import Database

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THREE = Limit("test", 3, timedelta(minutes=10))


def hits(db: Database, *moments: datetime, who: str = "somebody", limit: Limit = THREE) -> list[bool]:
    """Whether each try may go on."""
    return [db.run(lambda tx, now=now: limits.hit(tx, limit, who, now)) is None for now in moments]


def test_the_fourth_try_of_three_is_told_how_long_to_wait(db: Database) -> None:
    assert hits(db, *[NOW] * 3) == [True] * 3
    later = NOW + timedelta(minutes=4)
    left = timedelta(minutes=6)
    assert [db.run(lambda tx: limits.hit(tx, THREE, "somebody", later)) for _ in range(3)] == [
        limits.Refusal(left, first=True),
        limits.Refusal(left, first=False),
        limits.Refusal(left, first=False),
    ]


def test_a_window_ends_however_many_came(db: Database) -> None:
    hits(db, *[NOW] * 50)
    end = NOW + THREE.window
    assert hits(db, end - SECOND, end, end, end, end) == [False, True, True, True, False]


def test_everyone_and_every_kind_is_counted_apart(db: Database) -> None:
    hits(db, *[NOW] * 4)
    assert hits(db, NOW, who="another") == [True]
    assert hits(db, NOW, limit=Limit("other", 3, THREE.window)) == [True]


def test_a_success_begins_anew(db: Database) -> None:
    hits(db, *[NOW] * 3)
    db.run(lambda tx: limits.forget(tx, THREE, "somebody"))
    assert hits(db, NOW) == [True]


def test_eight_processes_get_not_one_try_more_than_one_would(db: Database, database_url: str) -> None:
    limit = Limit("crowd", 20, timedelta(hours=1))
    start, passed = SPAWN.Barrier(8), SPAWN.Value("i", 0)
    children = [
        SPAWN.Process(target=knock, args=(database_url, limit, "all", 10, NOW, start, passed))
        for _ in range(8)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(100)
    assert [child.exitcode for child in children] == [0] * 8
    assert passed.value == 20


def test_counts_that_are_over_are_swept(db: Database) -> None:
    hits(db, NOW)
    hits(db, NOW + timedelta(days=1), who="today")
    with db.write() as tx:
        assert limits.sweep(tx, NOW + timedelta(days=1)) == 1
        assert tx.execute(select(func.count()).select_from(rate_limits)).scalar_one() == 1


def test_whoever_may_not_be_mailed_another_link_has_one_that_works_or_may_soon_ask() -> None:
    assert limits.LINKS_TO_AN_ADDRESS.window <= links.LINK_LIFE
