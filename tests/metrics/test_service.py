"""Metrics of the upcoming meeting: computed, kept, followed; again at any position."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import Connection, func, select, update

from tests.builders import (
    BODY,
    RECORDED_AT,
    TODAY,
    context,
    put_body,
    put_meeting,
    put_partner,
    put_recommendation,
    put_report,
)
from tests.web.test_queries import counting
from tracker.eventstore.projector import checkpoint
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.followups import commands as followup_commands
from tracker.followups.service import handle as handle_followup
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.meetings import commands as meeting_commands
from tracker.meetings.service import handle_meeting
from tracker.metrics import queries, service
from tracker.metrics.tables import metric_figures, metric_snapshots
from tracker.people.policy import OPERATOR

MEETS = date(2027, 3, 1)


@pytest.fixture
def tracked(db: Database) -> Database:
    """CMM7 and CMM8 have met, CMM9 is ahead; four pairs, of which the first is from CMM7."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM7", date(2016, 6, 24))
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_meeting(tx, "CMM9", MEETS, held=False)
        for code, grouping in (("IDN", "Asia"), ("JPN", "Asia"), ("FRA", "Europe")):
            put_partner(tx, code, grouping=grouping)
        put_recommendation(tx, "CMM7-R01", "IDN", on=date(2016, 6, 24))
        put_recommendation(tx, "CMM8-R01", "IDN", "JPN", "FRA")
        put_recommendation(tx, "CMM8-R02", kind="recommendation", nature="informational")
    return db


def reported(db: Database, partner: str, status: str, code: str = "CMM8-R01") -> None:
    with db.write() as tx:
        put_report(tx, code, partner, status)


def count_rows(db: Database, meeting: str = "CMM9") -> int:
    query = select(func.count()).where(metric_snapshots.c.meeting == meeting)
    with db.read() as conn:
        return int(conn.execute(query).scalar_one())


def nightly(db: Database, days: int, meets: date = MEETS) -> list[str]:
    """What the nightly run keeps so many days before the meeting."""
    now = datetime(meets.year, meets.month, meets.day, 1, tzinfo=UTC) - timedelta(days=days)
    return db.run(lambda tx: service.nightly(tx, now))


def test_the_upcoming_meeting_is_counted_from_live_rows(tracked: Database) -> None:
    reported(tracked, "IDN", "implemented")
    reported(tracked, "FRA", "under_implementation")
    with tracked.read() as conn:
        found = service.compute(conn, "CMM9", TODAY)
    assert (found.body, found.as_of, found.meeting_on) == (BODY, TODAY, MEETS)
    assert found.pairs.rate == Fraction(1, 2)
    assert (found.pairs.denominator, found.pairs.no_information) == (2, 2)
    assert {each.key: each.rate for each in found.of("grouping")} == {
        "Asia": Fraction(1),
        "Europe": Fraction(0),
    }
    flow = found.waterfall
    assert (flow.opens_on, flow.opening, flow.new, flow.implemented, flow.closing) == (
        date(2018, 3, 2),
        1,
        3,
        1,
        3,
    )


def test_a_meeting_that_was_held_is_counted_as_of_its_eve(tracked: Database) -> None:
    reported(tracked, "IDN", "implemented")
    with tracked.read() as conn:
        found = service.compute(conn, "CMM8", TODAY)
    assert (found.as_of, found.waterfall.closing) == (date(2018, 3, 1), 1)
    assert [each.key for each in found.of("partner")] == ["IDN"]


def test_an_unknown_meeting_has_no_metrics(tracked: Database) -> None:
    with tracked.read() as conn, pytest.raises(NotFound, match="There is no meeting CMM99"):
        service.compute(conn, "CMM99", TODAY)


def test_a_snapshot_is_recomputed_to_the_digit_at_its_position(tracked: Database) -> None:
    reported(tracked, "IDN", "implemented")
    with tracked.write() as tx:
        service.recompute(tx, "CMM9", "on demand", RECORDED_AT)
    reported(tracked, "FRA", "implemented")
    reported(tracked, "IDN", "under_implementation")
    with tracked.read() as conn:
        kept = queries.latest(conn, "CMM9")
        assert kept is not None
        with as_known_at(conn, kept.position) as then:
            assert service.compute(then, "CMM9", kept.figures.as_of) == kept.figures
        with as_known_at(conn, head(conn)) as now:
            assert service.compute(now, "CMM9", TODAY) == service.compute(conn, "CMM9", TODAY)
            assert service.compute(now, "CMM9", TODAY) != kept.figures


def test_what_a_meeting_closed_and_reopened_moves_the_waterfall(tracked: Database) -> None:
    close = followup_commands.CloseFollowup(
        recommendation="CMM7-R01", partner="IDN", meeting="CMM8", ending="closed_by_meeting", reason="Enough."
    )
    reopen = followup_commands.ReopenFollowup(meeting="CMM8", reason="Not enough.")
    flows = []
    for command in (close, reopen):
        with tracked.write() as tx:
            handle_followup(tx, OPERATOR, "CMM7-R01", "IDN", command, context(), now=RECORDED_AT)
            flows.append(service.compute(tx, "CMM9", TODAY).waterfall)
    assert [(each.opening, each.otherwise_ended, each.closing) for each in flows] == [(1, 1, 3), (1, 0, 4)]


def test_following_keeps_a_snapshot_once_for_each_move_of_the_log(tracked: Database) -> None:
    assert service.follow(tracked, RECORDED_AT)
    assert not service.follow(tracked, RECORDED_AT)
    reported(tracked, "IDN", "implemented")
    assert service.follow(tracked, RECORDED_AT)
    with tracked.read() as conn:
        kept = queries.latest(conn, "CMM9")
        assert kept is not None
        assert (kept.reason, kept.position) == ("log moved", head(conn))
        assert kept.figures.pairs.implemented == 1
        assert checkpoint(conn, service.FOLLOWER) == head(conn)


def test_of_a_day_only_the_last_snapshot_of_the_moving_log_is_kept(tracked: Database) -> None:
    def ids(conn: Connection) -> set[str]:
        query = select(metric_figures.c.snapshot_id).join(metric_snapshots)
        return set(conn.execute(query.where(metric_snapshots.c.meeting == "CMM9")).scalars())

    for day, status in ((0, "not_started"), (0, "implemented"), (1, "implemented")):
        reported(tracked, "IDN", status)
        service.follow(tracked, RECORDED_AT + timedelta(days=day))
    with tracked.read() as conn:
        kept = queries.snapshots(conn, "CMM9")
        assert [(each.figures.as_of, each.figures.pairs.implemented) for each in kept] == [
            (TODAY, 1),
            (TODAY + timedelta(days=1), 1),
        ]
        assert ids(conn) == {each.id for each in kept}


def test_what_is_learned_late_about_an_earlier_cycle_is_counted_for_its_meeting(tracked: Database) -> None:
    service.follow(tracked, RECORDED_AT)
    with tracked.write() as tx:
        put_report(tx, "CMM7-R01", "IDN", "implemented", date(2017, 5, 1))
    service.follow(tracked, RECORDED_AT)
    with tracked.read() as conn:
        kept = queries.latest(conn, "CMM8")
        assert kept is not None
        assert kept.figures == service.compute(conn, "CMM8", TODAY)
        by_body = queries.latest_of_body(conn, BODY)
    assert kept.figures.pairs.rate == 1
    assert kept.figures.pairs.statuses == {"implemented": 1}
    assert kept.figures.activity == {"2017-05": 1}
    assert by_body.keys() == {"CMM7", "CMM8", "CMM9"}
    assert count_rows(tracked, "CMM8") == 1


def test_many_meetings_are_counted_as_one_by_one_with_as_many_statements(tracked: Database) -> None:
    reported(tracked, "IDN", "implemented")
    with tracked.read() as conn:
        of = service.followed(conn, BODY, TODAY)
        one_by_one = [service.compute(conn, each.code, TODAY) for each in of]
    asked = []
    for some in (of[:1], of):
        with tracked.read() as conn, counting(tracked) as statements:
            counted = service.compute_all(conn, some, TODAY)
        asked.append(len(statements))
    assert [each.code for each in of] == ["CMM7", "CMM8", "CMM9"]
    assert counted == one_by_one
    assert asked[0] == asked[1]


def test_a_snapshot_of_before_statuses_were_kept_is_counted_anew(tracked: Database) -> None:
    service.follow(tracked, RECORDED_AT)
    with tracked.write() as tx:
        tx.execute(update(metric_snapshots).values(activity=None))
    with tracked.read() as conn:
        assert queries.latest(conn, "CMM9") is None
        assert queries.latest_of_body(conn, BODY) == {}


def test_a_body_with_nothing_ahead_moves_the_checkpoint_all_the_same(db: Database) -> None:
    with db.write() as tx:
        put_body(tx)
    assert service.follow(db, RECORDED_AT)
    assert not service.follow(db, RECORDED_AT)
    assert count_rows(db) == 0


def test_a_follower_that_dies_leaves_neither_figures_nor_checkpoint(
    tracked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(service, "_keep_once", die)
        with pytest.raises(KeyboardInterrupt):
            service.follow(tracked, RECORDED_AT)
    assert count_rows(tracked) == 0
    assert service.follow(tracked, RECORDED_AT)
    assert count_rows(tracked) == 1


def test_followers_that_meet_keep_one_snapshot(tracked: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        moved = list(threads.map(lambda _: service.follow(tracked, RECORDED_AT), range(4)))
    assert sorted(moved) == [False, False, False, True]
    assert count_rows(tracked) == 1


def test_figures_belong_to_their_position_while_others_write(tracked: Database) -> None:
    def write(number: int) -> None:
        tracked.run(lambda tx: put_report(tx, "CMM8-R01", ("IDN", "JPN", "FRA")[number % 3], "implemented"))

    def keep(_: int) -> None:
        tracked.run(lambda tx: service.recompute(tx, "CMM9", "on demand", RECORDED_AT))

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(work, number) for number in range(9) for work in (write, keep)]:
            each.result()
    with tracked.read() as conn:
        positions = set(conn.execute(select(metric_snapshots.c.position)).scalars())
        assert positions
        kept = {each.position: each.figures for each in queries.snapshots(conn, "CMM9")}
        for position in positions:
            with as_known_at(conn, position) as then:
                again = service.compute(then, "CMM9", TODAY)
            assert (again.overall, again.pairs, again.waterfall) == (
                kept[position].overall,
                kept[position].pairs,
                kept[position].waterfall,
            )


def test_the_same_again_on_demand_is_not_kept_twice(tracked: Database) -> None:
    with tracked.write() as tx:
        first = service.recompute(tx, "CMM9", "on demand", RECORDED_AT)
        assert service.recompute(tx, "CMM9", "on demand", RECORDED_AT) == first
    assert count_rows(tracked) == 1


@pytest.mark.parametrize("days", [90, 30, 7, 1])
def test_a_milestone_is_kept_exactly_once(tracked: Database, days: int) -> None:
    assert nightly(tracked, days) == ["CMM9"]
    assert nightly(tracked, days) == []
    with tracked.read() as conn:
        kept = queries.latest(conn, "CMM9")
    assert kept is not None
    assert (kept.reason, kept.days_before, kept.figures.meeting_on) == ("nightly", days, MEETS)


@pytest.mark.parametrize("days", [91, 60, 31, 24, 14, -1])
def test_between_milestones_nothing_is_kept(tracked: Database, days: int) -> None:
    assert nightly(tracked, days) == []


def test_a_missed_night_is_made_up_for(tracked: Database) -> None:
    assert nightly(tracked, 28) == ["CMM9"]
    assert nightly(tracked, 27) == []


def test_a_meeting_that_moved_has_its_milestones_again(tracked: Database) -> None:
    assert nightly(tracked, 30) == ["CMM9"]
    later = MEETS + timedelta(days=100)
    with tracked.write() as tx:
        move = meeting_commands.MoveMeeting(starts_on=later, ends_on=later, reason="Elections.")
        handle_meeting(tx, OPERATOR, "CMM9", move, context())
    assert nightly(tracked, 30, later) == ["CMM9"]


def test_no_snapshot_yet_is_none(tracked: Database) -> None:
    with tracked.read() as conn:
        assert queries.latest(conn, "CMM9") is None
        assert queries.snapshots(conn, "CMM9") == []
