"""What waits at a secretariat's desk: reports to check, gaps to fill, and the next meeting's steps."""

from datetime import date
from typing import Literal

import msgspec
from sqlalchemy import Connection

from tracker.followups import queries
from tracker.followups.queries import FollowupView
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations
from tracker.recommendations.queries import Recommendation

Step = Literal["schedule", "overdue", "days", "officials", "officials_days", "cutoff", "late_cutoff"]


class Waiting(msgspec.Struct, frozen=True):
    """All that waits in one body. `unvalidated`: reports that count only once the partner's authority has looked at them;
    `unverified`: those that nobody confirmed independently; `steps`: of the set-up of the meeting ahead, not done yet."""

    body: meetings.Body
    ahead: meetings.Upcoming | None
    officials: meetings.Meeting | None
    steps: list[Step]
    disputed: list[FollowupView]
    unvalidated: list[FollowupView]
    unverified: list[FollowupView]
    without_focal_point: list[people.Member]
    undirected: list[Recommendation]
    undated: list[Recommendation]


def waiting(conn: Connection, body: meetings.Body, today: date) -> Waiting:
    """What waits in a body today; the same few statements however much it is."""
    checks = queries.to_check(conn, body.code, today)
    standing = [
        each
        for each in recommendations.search(conn, body=body.code)
        if each.nature == "operational" and each.superseded_by is None
    ]
    missing = set(people.without_main(conn, body.code, today))
    ahead = meetings.upcoming(conn, body.code, today)
    officials = _officials(meetings.meetings(conn, body.code), ahead)
    reported = [each for each in checks if each.verification == "reported"]
    return Waiting(
        body=body,
        ahead=ahead,
        officials=officials,
        steps=_steps(ahead, officials),
        disputed=[each for each in checks if each.verification == "disputed"],
        unvalidated=reported if body.validation else [],
        unverified=[each for each in checks if each.verification == "validated"]
        if body.validation
        else reported,
        without_focal_point=[
            each for each in people.partners(conn, body.code, today) if each.code in missing
        ],
        undirected=[each for each in standing if not each.addressees and not each.parts],
        undated=[each for each in standing if each.addressees and each.due_on is None],
    )


def _officials(known: list[meetings.Meeting], ahead: meetings.Upcoming | None) -> meetings.Meeting | None:
    """The senior officials' meeting that prepares the one ahead."""
    return next(
        (each for each in known if ahead and each.prepares == ahead.code and each.state != "cancelled"), None
    )


def _steps(ahead: meetings.Upcoming | None, officials: meetings.Meeting | None) -> list[Step]:
    if ahead is None:
        return ["schedule"]
    steps: list[tuple[Step, bool]] = [
        ("overdue", ahead.overdue),
        ("days", ahead.undated),
        ("officials", officials is None),
        ("officials_days", officials is not None and officials.starts_on is None),
        ("cutoff", ahead.reports_by is None),
        ("late_cutoff", _after(ahead.reports_by, ahead.starts_on)),
    ]
    return [step for step, missing in steps if missing]


def _after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other
