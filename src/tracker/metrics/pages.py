"""The start page and the figures: how far implementation has come before the upcoming meeting."""

from datetime import datetime

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from tracker.eventstore.past import remembered
from tracker.followups.queries import FollowupView, overdue
from tracker.followups.tallies import Tally, added, demonstrations, parts, tallies, total
from tracker.meetings import queries as meetings
from tracker.metrics import queries, service
from tracker.metrics.figures import Figures
from tracker.people import queries as people
from tracker.people.visit import Reader, Visit, chosen

router = APIRouter(include_in_schema=False)
MOST_OVERDUE = 10


class Counted(msgspec.Struct, frozen=True):
    """Figures with the log position that they hold for; `computed_at` is None if they were computed for this page."""

    figures: Figures
    position: int
    computed_at: datetime | None


class Ahead(msgspec.Struct, frozen=True):
    """A body and the meeting that it looks ahead to, with where everything stands."""

    body: meetings.Body
    meeting: meetings.Upcoming | None
    counted: Counted | None
    tally: Tally
    overdue: int
    demonstrations: int


@router.get("/")
def home(visit: Reader) -> Response:
    """Each body's upcoming meeting, its rates, where follow-ups stand, and what is overdue."""
    late = overdue(visit.conn, visit.today)
    played = demonstrations(visit.conn)
    bodies = [_ahead(visit, body, late, played.get(body.code, 0)) for body in meetings.bodies(visit.conn)]
    return visit.page(
        "home.html",
        # The body with something to follow up comes first.
        bodies=sorted(bodies, key=lambda each: -total(each.tally)),
        overdue=_by_recommendation(late),
        most_overdue=MOST_OVERDUE,
        parts=parts,
        total=total,
    )


@router.get("/metrics")
def figures(visit: Reader, meeting: str = "") -> Response:
    """All figures for one meeting, the upcoming one without a choice; each with its denominator."""
    conn = visit.conn
    known = [
        each
        for each in meetings.meetings(conn)
        if each.kind != "senior_officials" and each.state != "cancelled"
    ]
    at = next((each for each in known if each.code == meeting), None)
    if at is None and (
        ahead := next(filter(None, (_upcoming(visit, body) for body in meetings.bodies(conn))), None)
    ):
        at = ahead
    if at is None:
        at = known[-1] if known else None
    counted = _counted(visit, at.code) if at else None
    return visit.page(
        "metrics/show.html",
        at=at,
        counted_figures=counted,
        meetings=[(each.code, f"{each.code} {each.place}".strip()) for each in known],
        themes={theme.code: theme.title for theme in meetings.themes(conn, at.body)} if at else {},
        demonstrations=demonstrations(conn).get(at.body, 0) if at else 0,
        partners={partner.code: partner.name for partner in people.all_partners(conn)},
        trend=queries.snapshots(visit.live, at.code) if at and not visit.as_of else [],
        chosen=chosen(meeting),
    )


def _ahead(visit: Visit, body: meetings.Body, late: list[FollowupView], played: int) -> Ahead:
    meeting = _upcoming(visit, body)
    return Ahead(
        body=body,
        meeting=meeting,
        counted=_counted(visit, meeting.code) if meeting else None,
        tally=added(tallies(visit.conn, "meeting", body=body.code)),
        overdue=sum(view.body == body.code for view in late),
        demonstrations=played,
    )


def _by_recommendation(late: list[FollowupView]) -> list[list[FollowupView]]:
    """Overdue follow-ups, those of one recommendation together."""
    found: dict[str, list[FollowupView]] = {}
    for view in late:
        found.setdefault(view.recommendation, []).append(view)
    return list(found.values())


def _upcoming(visit: Visit, body: meetings.Body) -> meetings.Upcoming | None:
    return meetings.upcoming(visit.conn, body.code, visit.today)


def _counted(visit: Visit, meeting: str) -> Counted:
    """The newest snapshot; where nothing was kept yet, counted now, and for a day in the past once."""

    def count() -> Counted:
        return Counted(service.compute(visit.conn, meeting, visit.today), visit.position, None)

    if visit.as_of is not None:
        return remembered(visit.conn, ("metrics", meeting, visit.today), count)
    kept = queries.latest(visit.live, meeting)
    return count() if kept is None else Counted(kept.figures, kept.position, kept.computed_at)
