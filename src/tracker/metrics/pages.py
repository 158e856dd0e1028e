"""The start page and the figures: how far implementation has come before the upcoming meeting."""

from urllib.parse import quote

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups.queries import FollowupView, overdue
from tracker.followups.tallies import Tally, added, demonstrations, parts, tallies, total
from tracker.meetings import queries as meetings
from tracker.metrics import queries
from tracker.metrics.asked import Counted, counted, seen
from tracker.metrics.pictures import PICTURES, picture_of
from tracker.people.visit import Reader, Visit

router = APIRouter(include_in_schema=False)
MOST_OVERDUE = 10


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
    shown = seen(visit, at.code) if at else None
    return visit.page(
        "metrics/show.html",
        at=at,
        counted_figures=shown.counted if shown else None,
        pictures={name: draw(shown) for name, draw in PICTURES.items()} if shown else {},
        meetings=[(each.code, f"{each.code} {each.place}".strip()) for each in known],
        demonstrations=shown.played if shown else 0,
        trend=queries.snapshots(visit.live, at.code) if at and not visit.as_of else [],
    )


@router.get("/metrics/{meeting}/{picture}.svg")
def as_svg(visit: Reader, meeting: str, picture: str) -> Response:
    """One picture as a file."""
    found = picture_of(visit, meeting, picture)
    return _file(found.file, "image/svg+xml", f"{meeting}-{picture}.svg", visit)


@router.get("/metrics/{meeting}/{picture}.csv")
def as_csv(visit: Reader, meeting: str, picture: str) -> Response:
    """Its numbers as a file."""
    found = picture_of(visit, meeting, picture)
    # With a mark of the encoding, without which spreadsheets guess.
    return _file("\ufeff" + found.csv, "text/csv; charset=utf-8", f"{meeting}-{picture}.csv", visit)


def _file(text: str, media_type: str, name: str, visit: Visit) -> Response:
    name = f"{visit.as_of or visit.today}-{name}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(text, media_type=media_type, headers=headers)


def _ahead(visit: Visit, body: meetings.Body, late: list[FollowupView], played: int) -> Ahead:
    meeting = _upcoming(visit, body)
    return Ahead(
        body=body,
        meeting=meeting,
        counted=counted(visit, meeting.code) if meeting else None,
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
