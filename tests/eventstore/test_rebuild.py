"""Rebuilding: equal to live, resumable, and never a gap for a reader."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update

from tests.eventstore.ledger import LEDGER, Give, Take, context
from tracker.eventstore import rebuild, registry
from tracker.eventstore.execute import execute
from tracker.eventstore.projector import Projection, projection
from tracker.eventstore.registry import UnknownEvent
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.eventstore.tables import projections
from tracker.kit.db import Database
from tracker.kit.errors import Raced, RuleBroken
from tracker.people.events import RoleGranted
from tracker.people.tables import roles


@pytest.fixture(params=["by position", "by stream"])
def people(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Projection:
    """The projection of people and their roles, of which no row is touched by two streams: it grows either way."""
    monkeypatch.setattr(projection("people"), "by_stream", request.param == "by stream")
    return projection("people")


def in_batches_of(events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few events a transaction."""
    monkeypatch.setattr(rebuild, "BATCH", events)
    monkeypatch.setattr(rebuild, "BATCH_OF_STREAMS", events)


def run(db: Database, person: str, command: Give | Take) -> None:
    """One command, whether the rules allow it or not."""
    try:
        db.run(lambda tx: execute(tx, LEDGER, person, command, context()))
    except RuleBroken:
        return


def fill(db: Database, count: int) -> None:
    """So many roles for ten people."""
    for number in range(count):
        run(db, f"p{number % 10}", Give(scope=str(number)))


def test_a_rebuilt_projection_equals_the_live_one(db: Database, people: Projection) -> None:
    fill(db, 30)
    assert rebuild.check(db, people) == []


commands = st.builds(
    lambda verb, person, scope: (person, verb(scope=scope)),
    st.sampled_from([Give, Take]),
    st.sampled_from("ab"),
    st.sampled_from("xyz"),
)


@given(st.lists(commands, max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_live_rebuilt_and_folded_by_hand_are_the_same(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch, history: list[tuple[str, Give | Take]]
) -> None:
    in_batches_of(3, monkeypatch)
    for person, command in history:
        run(db, person, command)
    assert rebuild.check(db, people) == []
    with db.read() as connection, as_known_at(connection, head(connection)) as scratch:
        query = select(roles).order_by(*roles.primary_key)
        assert scratch.execute(query).all() == connection.execute(query).all()


def test_the_check_names_every_row_that_was_tampered_with(db: Database, people: Projection) -> None:
    fill(db, 12)
    with db.write() as tx:
        tx.execute(delete(roles).where(roles.c.scope == "3"))
        tx.execute(update(roles).where(roles.c.scope == "4").values(scope="99"))
        tx.execute(
            update(roles).where(roles.c.scope == "5").values(since=context().effective_at.replace(year=1999))
        )
    found = {(difference.kind, difference.key[2]) for difference in rebuild.check(db, people)}
    assert found == {("missing", "3"), ("missing", "4"), ("not in the log", "99"), ("differs", "5")}


def test_a_rebuild_mends_what_was_tampered_with(db: Database, people: Projection) -> None:
    fill(db, 12)
    with db.write() as tx:
        tx.execute(delete(roles))
    assert len(rebuild.rebuild(db, people)) == 12
    assert rebuild.check(db, people) == []


def test_an_interrupted_rebuild_goes_on_where_it_stopped(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches_of(5, monkeypatch)
    fill(db, 20)

    class Killed(Exception):
        """Stands for the end of the process."""

    def die(done: int, of: int) -> None:
        if done >= 10:
            raise Killed

    with pytest.raises(Killed):
        rebuild.rebuild(db, people, die)
    seen: list[int] = []
    rebuild.rebuild(db, people, lambda done, of: seen.append(done))
    # By stream a batch ends with a whole stream, which has two events here.
    assert seen == ([18, 20] if people.by_stream else [15, 20])
    with db.read() as connection:
        row = connection.execute(select(projections).where(projections.c.name == "people")).one()
    assert (row.position, row.version, row.shadow_position) == (20, people.version, None)
    assert rebuild.check(db, people) == []


def test_readers_never_see_a_gap_while_it_is_rebuilt(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches_of(7, monkeypatch)
    fill(db, 40)
    stop, seen = threading.Event(), set()

    def look() -> None:
        while not stop.is_set():
            with db.read() as connection:
                seen.add(connection.execute(select(func.count()).select_from(roles)).scalar())

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(3):
        rebuild.rebuild(db, people)
    stop.set()
    reader.join()
    assert seen == {40}


def test_writers_go_on_while_it_is_rebuilt(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches_of(5, monkeypatch)
    fill(db, 20)
    numbers = iter(range(100, 1000))
    rebuild.rebuild(db, people, lambda done, of: run(db, "late", Give(scope=str(next(numbers)))))
    assert rebuild.check(db, people) == []
    with db.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM roles_shadow")).scalar() == 0


def test_a_stream_longer_than_a_batch_is_folded_whole(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches_of(2, monkeypatch)
    for number in range(7):
        run(db, "long", Give(scope=str(number)))
    fill(db, 3)
    assert rebuild.check(db, people) == []


def test_two_rebuilds_at_once_do_not_mix(
    db: Database, people: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches_of(5, monkeypatch)
    fill(db, 20)
    others = [people]

    def meanwhile(done: int, of: int) -> None:
        while others:
            rebuild.rebuild(db, others.pop())

    with pytest.raises(Raced, match="Another process"):
        rebuild.rebuild(db, people, meanwhile)
    assert rebuild.check(db, people) == []


def test_an_event_of_an_unknown_kind_stops_the_rebuild_of_the_projection_that_reads_it(
    db: Database, people: Projection
) -> None:
    fill(db, 4)
    with pytest.MonkeyPatch.context() as older:
        older.setitem(registry._classes, "person.role_granted", (RoleGranted, 0))
        older.setattr(registry, "_decoders", {})
        with pytest.raises(UnknownEvent, match="install the newer release"):
            rebuild.check(db, people)
    assert rebuild.check(db, people) == []


def test_the_text_that_a_rebuild_reads_is_the_text_that_was_recorded(
    db: Database, people: Projection
) -> None:
    awkward = 'He said "no\\yes",\n\t☃ ’[1,2]{"a":1}'
    run(db, 'per"son\\', Give(scope=awkward))
    assert rebuild.check(db, people) == []
