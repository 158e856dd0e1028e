"""Partners, and what is directed to one of them."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups import queries
from tracker.followups.tallies import ORDER, demonstrations, parts, tallies, total
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.acting import known
from tracker.people.visit import Reader, chosen, recorders

router = APIRouter()


@router.get("/partners")
def index(visit: Reader, body: str = "") -> Response:
    """The partners of each body by grouping, with where their follow-ups stand."""
    bodies = meetings.bodies(visit.conn)
    only = chosen(body, [each.code for each in bodies])
    return visit.page(
        "partners/index.html",
        bodies=[
            (
                each,
                people.partners(visit.conn, each.code, visit.today),
                tallies(visit.conn, "partner", body=each.code),
            )
            for each in bodies
            if only in (None, each.code)
        ],
        marked=demonstrations(visit.conn, "partner"),
        parts=parts,
        total=total,
    )


@router.get("/partners/{code}")
def show(visit: Reader, code: str, status: str = "") -> Response:
    """One partner: memberships, focal points as roles, and its follow-ups."""
    conn = visit.conn
    partner = people.partner(conn, code)
    memberships = people.memberships_of(conn, code)
    views = queries.of_partner(conn, code, visit.today)
    history = known(visit, f"partner-{code}")
    counts: dict[str, int] = {}
    for view in views:
        counts[view.status] = counts.get(view.status, 0) + 1
    wanted = chosen(status, ORDER)
    now = [each for each in memberships if each.until is None or each.until > visit.today]
    focal_points = [
        (each, people.focal_points(conn, each.body, code, visit.today))
        for each in {m.body: m for m in now}.values()
    ]
    return visit.page(
        "partners/show.html",
        partner=partner,
        memberships=memberships,
        bodies={body.code: body for body in meetings.bodies(conn)},
        focal_points=focal_points,
        history=history,
        changers=visit.names_then(recorders(history[:1])),
        names=visit.names(point.person_id for _, points in focal_points for point in points),
        views=[view for view in views if wanted in (None, view.status)],
        all_views=views,
        chosen_status=wanted,
        counts=counts,
        marked_here=demonstrations(conn, "partner").get(code, 0),
        parts=parts,
        total=total,
    )
