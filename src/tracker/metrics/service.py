"""Compute the metrics of a meeting, keep snapshots of them, and follow the log."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select

from tracker.eventstore.hold import hold
from tracker.eventstore.projector import advance, checkpoint
from tracker.eventstore.store import head
from tracker.followups import queries as followups
from tracker.kit.db import Database
from tracker.kit.errors import Raced
from tracker.kit.ids import new_id
from tracker.meetings import queries as meetings
from tracker.metrics import figures as f
from tracker.metrics.tables import metric_figures, metric_snapshots
from tracker.people import queries as people
from tracker.people.sight import as_the_public

Reason = Literal["log moved", "nightly", "on demand"]

FOLLOWER = "metrics"
MILESTONES = (1, 7, 30, 90)
"""Days before a meeting at which its metrics are kept."""
GRACE_DAYS = 5
"""A night that was missed is made up for within so many days."""


def compute(conn: Connection, meeting: str, today: date) -> f.Figures:
    """The figures of a meeting's cycle as of `today`; for a meeting that was held, as of the eve of its end.

    Reads nothing but rows that the log feeds, so that the same position and day give the same figures for ever, on the
    live database and on a scratch one. Raises `NotFound`.
    """
    return compute_all(conn, [meetings.meeting(conn, meeting)], today)[0]


def compute_all(conn: Connection, of: Sequence[meetings.Meeting], today: date) -> list[f.Figures]:
    """The same for several meetings of one body: one reading of what stands, and as many statements as for one."""
    if not of:
        return []
    body = meetings.body(conn, of[0].body)
    cycles = meetings.cycles(conn, body.code)
    days = {each.code: _day(each, cycles[each.code], today) for each in of}
    groupings = people.groupings_on(conn, body.code, set(days.values()))
    with as_the_public(conn):  # figures are kept and shown to everybody
        standing = [row for row in followups.standing(conn, body.code) if row.nature == "operational"]
    found = []
    for each in of:
        day, opens_on = days[each.code], cycles[each.code].opens_on
        pairs = [_pair(row, groupings[day]) for row in standing if row.since <= day]
        flow = f.waterfall(pairs, opens_on, day, validation=body.validation)
        figures = f.count(pairs, day, validation=body.validation)
        reports = f.activity(pairs, day)
        found.append(f.Figures(each.code, body.code, each.starts_on, day, figures, flow, reports))
    return found


def followed(conn: Connection, body: str, today: date) -> list[meetings.Meeting]:
    """The meetings of a body whose figures are kept up: those that were held, oldest first, and the upcoming one."""
    ahead = meetings.upcoming(conn, body, today)
    held = [
        each
        for each in meetings.meetings(conn, body)
        if each.state == "held" and each.kind != "senior_officials"
    ]
    return held if ahead is None else [*held, ahead]


def recompute(
    tx: Connection, meeting: str, reason: Reason, now: datetime, *, days_before: int | None = None
) -> str:
    """Computes the figures and keeps them with their log position; the snapshot's id.

    What is there already for this reason, day and position is not kept twice. Of those because the log moved only the
    last of a day is kept: any other can be computed again from its position. Raises `NotFound`.
    """
    position = hold(tx)  # so that figures and position belong together; following the log needs none of this
    return _keep_once(tx, compute(tx, meeting, now.date()), position, reason, now, days_before)


def _keep_once(
    tx: Connection,
    figures: f.Figures,
    position: int,
    reason: Reason,
    now: datetime,
    days_before: int | None = None,
) -> str:
    column = metric_snapshots.c
    alike = (column.meeting == figures.meeting, column.reason == reason, column.as_of == figures.as_of)
    there = tx.execute(select(column.id).where(*alike, column.position == position)).scalar_one_or_none()
    if there is not None:
        return str(there)
    if reason == "log moved":
        tx.execute(delete(metric_snapshots).where(*alike))
    return _keep(tx, figures, position, reason, now, days_before)


def follow(db: Database, now: datetime) -> bool:
    """The asynchronous projection: if the log moved since the last time, counts anew for each body's upcoming meeting,
    and for those that were held: what is learned late may be about a day before them.

    Counts in a reading transaction, which sees one moment and keeps nobody waiting; snapshots and checkpoint are then
    written together. False if there was nothing to do, or if another process did it first.
    """
    with db.read() as conn:
        seen, position = checkpoint(conn, FOLLOWER), head(conn)
        if position == seen:
            return False
        bodies = [followed(conn, body.code, now.date()) for body in meetings.bodies(conn)]
        counted = [figures for of in bodies for figures in compute_all(conn, of, now.date())]
    try:
        with db.write() as tx:
            advance(tx, FOLLOWER, seen, position)
            for figures in counted:
                _keep_once(tx, figures, position, "log moved", now)
    except Raced:
        return False
    return True


def nightly(tx: Connection, now: datetime) -> list[str]:
    """Keeps the metrics of every planned meeting that has come to a milestone, once for each (meeting, date of the
    meeting, milestone); the codes of those meetings."""
    hold(tx)
    column = metric_snapshots.c
    query = select(column.meeting, column.meeting_on, column.days_before).where(
        column.days_before.is_not(None)
    )
    there = {tuple(row) for row in tx.execute(query)}
    kept = []
    for meeting in meetings.meetings(tx):
        milestone = _milestone(meeting, now.date())
        if milestone is not None and (meeting.code, meeting.starts_on, milestone) not in there:
            recompute(tx, meeting.code, "nightly", now, days_before=milestone)
            kept.append(meeting.code)
    return kept


def _day(meeting: meetings.Meeting, cycle: meetings.Cycle, today: date) -> date:
    """Today; for a meeting that was held, the eve of its end."""
    if meeting.state == "held" and cycle.closes_on is not None:
        return min(today, cycle.closes_on - timedelta(days=1))
    return today


def _pair(row: followups.Standing, groupings: dict[str, str]) -> f.Pair:
    return f.Pair(
        recommendation=row.recommendation,
        partner=row.partner,
        since=row.since,
        grouping=groupings.get(row.partner, ""),
        themes=row.themes,
        superseded_on=row.superseded_on,
        reports=row.reports,
        decisions=row.decisions,
    )


def _milestone(meeting: meetings.Meeting, today: date) -> int | None:
    """The milestone that the meeting has come to, or missed by a few nights; None if it is at none."""
    if meeting.state != "planned" or meeting.starts_on is None:
        return None
    days = (meeting.starts_on - today).days
    return next((m for m in MILESTONES if days >= 0 and 0 <= m - days <= GRACE_DAYS), None)


def _keep(
    tx: Connection, figures: f.Figures, position: int, reason: Reason, now: datetime, days_before: int | None
) -> str:
    snapshot = {
        "id": new_id(),
        "meeting": figures.meeting,
        "body": figures.body,
        "reason": reason,
        "position": position,
        "as_of": figures.as_of,
        "computed_at": now,
        "meeting_on": figures.meeting_on,
        "days_before": days_before,
        **msgspec.structs.asdict(figures.waterfall),
        "activity": figures.activity,
    }
    tx.execute(insert(metric_snapshots).values(**snapshot))
    rows = [msgspec.structs.asdict(figure) | {"snapshot_id": snapshot["id"]} for figure in figures.figures]
    tx.execute(insert(metric_figures), rows)
    return str(snapshot["id"])
