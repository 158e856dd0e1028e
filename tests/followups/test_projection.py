"""Rows of follow-ups are what a straight fold of the stream says, in whatever portions the events come."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, create_engine, delete, select
from sqlalchemy.pool import StaticPool

from tests.builders import recorded
from tests.followups.histories import FIRST, PAIR, histories
from tracker.eventstore import rebuild
from tracker.eventstore.projector import record
from tracker.eventstore.registry import Event
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Context, Recorded, Write
from tracker.followups import events as e
from tracker.followups.decider import DECIDER
from tracker.followups.projection import PROJECTION
from tracker.followups.tables import followups
from tracker.kit.db import Database, metadata
from tracker.kit.ids import new_id


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        metadata.create_all(connection, [followups])
        yield connection
    engine.dispose()


def projected(connection: Connection, portions: Sequence[Sequence[Recorded]]) -> dict[str, Any] | None:
    """The row after these portions of a stream, each written before the next is read."""
    connection.execute(delete(followups))
    for portion in portions:
        rows = Rows(connection)
        for one in portion:
            PROJECTION.apply(rows, one)
        rows.flush()
    row = connection.execute(select(followups)).mappings().one_or_none()
    return None if row is None else dict(row)


def row_of(connection: Connection, *events: Event) -> dict[str, Any]:
    stream = [recorded("followup-CMM8-R03:IDN", version, event) for version, event in enumerate(events, 1)]
    row = projected(connection, [stream])
    assert row is not None
    return row


def reported(report_id: str, status: e.Status, as_of: date) -> e.ProgressReported:
    return e.ProgressReported(
        **PAIR, report_id=report_id, status=status, as_of=as_of, narrative=f"{report_id} says"
    )


EARLY, LATE = FIRST, FIRST + timedelta(days=700)


@given(history=histories)
def test_the_row_says_what_the_folded_stream_says(connection: Connection, history: list[Recorded]) -> None:
    row = projected(connection, [history])

    if not history:
        assert row is None
        return
    assert row is not None
    state = DECIDER.fold(history)
    standing = max(enumerate(state.reports), key=lambda at: (at[1].said.as_of, at[0]), default=(0, None))[1]
    counted = [at for at in enumerate(state.reports) if at[1].verification in ("validated", "verified")]
    counting = max(counted, key=lambda at: (at[1].said.as_of, at[0]), default=(0, None))[1]
    assert (row["recommendation"], row["partner"], row["version"]) == ("CMM8-R03", "IDN", len(history))
    assert row["response"] == (state.response[0] if state.response else None)
    assert row["due_on"] == state.due_on
    assert row["ended_by"] == state.closed_by
    assert (row["ending"] is None) == (state.closed_by is None)
    assert row["report_id"] == (standing.report_id if standing else None)
    assert row["status"] == (standing.said.status if standing else None)
    assert row["as_of"] == (standing.said.as_of if standing else None)
    assert row["narrative"] == (standing.said.narrative if standing else "")
    assert len(row["evidence"]) == (len(standing.said.evidence) if standing else 0)
    assert row["verification"] == (standing.verification if standing else None)
    assert row["counted_status"] == (counting.said.status if counting else None)
    assert [report["id"] for report in row["reports"]] == [report.report_id for report in state.reports]
    assert row["demonstration"] == any(one.metadata.get("demonstration", False) for one in history)


@given(history=histories)
def test_portions_make_no_difference(connection: Connection, history: list[Recorded]) -> None:
    assert projected(connection, [history]) == projected(connection, [[one] for one in history])


@given(history=histories)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_live_row_is_the_rebuilt_row(
    db: Database, monkeypatch: pytest.MonkeyPatch, history: list[Recorded]
) -> None:
    monkeypatch.setattr(rebuild, "BATCH_OF_STREAMS", 4)
    pair = f"CMM8-R03:{new_id()[-12:]}"
    for one in history:
        context = Context(actor_id="tester", effective_at=one.effective_at, metadata=one.metadata)
        write = Write(f"followup-{pair}", one.stream_version - 1, [one.event])
        db.run(lambda tx, write=write, context=context: record(tx, [write], context))  # type: ignore[misc]
    assert rebuild.check(db, PROJECTION) == []


def test_a_late_report_of_an_earlier_day_does_not_stand(connection: Connection) -> None:
    row = row_of(connection, reported("r1", "implemented", LATE), reported("r2", "not_started", EARLY))
    assert (row["status"], row["report_id"], row["as_of"]) == ("implemented", "r1", LATE)
    assert [report["id"] for report in row["reports"]] == ["r1", "r2"]


def test_of_two_reports_of_one_day_the_later_recorded_stands(connection: Connection) -> None:
    row = row_of(connection, reported("r1", "not_started", EARLY), reported("r2", "implemented", EARLY))
    assert row["report_id"] == "r2"


def test_a_correction_may_let_an_earlier_report_stand_again(connection: Connection) -> None:
    moved = e.ReportCorrected(report_id="r2", status="implemented", as_of=EARLY, narrative="It was then.")
    first = reported("r1", "under_implementation", EARLY + timedelta(days=1))
    row = row_of(connection, first, reported("r2", "implemented", LATE), moved)
    assert (row["report_id"], row["narrative"]) == ("r1", "r1 says")


def test_a_correction_is_verified_anew(connection: Connection) -> None:
    verified = e.ReportVerified(report_id="r1", note="Seen.")
    again = e.ReportCorrected(
        report_id="r1", status="partially_implemented", as_of=EARLY, narrative="In part."
    )
    before = row_of(connection, reported("r1", "implemented", EARLY), verified)
    after = row_of(connection, reported("r1", "implemented", EARLY), verified, again)
    assert (before["verification"], before["counted_status"]) == ("verified", "implemented")
    assert (after["verification"], after["counted_status"]) == ("reported", None)


def test_a_dispute_stands_beside_the_reported_status(connection: Connection) -> None:
    row = row_of(
        connection, reported("r1", "implemented", EARLY), e.ReportDisputed(report_id="r1", reason="No.")
    )
    assert (row["status"], row["verification"]) == ("implemented", "disputed")


def test_the_first_own_due_date_is_kept_beside_the_last(connection: Connection) -> None:
    row = row_of(
        connection, e.FollowupDueMoved(due_on=EARLY, reason="a"), e.FollowupDueMoved(due_on=LATE, reason="b")
    )
    assert (row["original_due_on"], row["due_on"]) == (EARLY, LATE)
    assert row["heard_at"] is None


def test_a_reopened_followup_keeps_both_decisions(connection: Connection) -> None:
    closed = e.FollowupClosed(**PAIR, meeting="CMM9", ending="closed_by_meeting", reason="Enough.")
    row = row_of(connection, closed, e.FollowupReopened(meeting="CMM10", reason="Not enough."))
    assert (row["ending"], row["ended_by"], row["ended_on"]) == (None, None, None)
    assert [(item["meeting"], item["ending"]) for item in row["decisions"]] == [
        ("CMM9", "closed_by_meeting"),
        ("CMM10", None),
    ]
