"""Meetings, and one meeting's matrix as the secretariat knows it."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups.pages.selected import SELECTIONS
from tracker.followups.tallies import added, demonstrations, parts, tallies, total
from tracker.meetings import queries as meetings
from tracker.people.acting import known
from tracker.people.visit import Reader, recorders
from tracker.recommendations import queries as recommendations

router = APIRouter()


@router.get("/meetings")
def index(visit: Reader) -> Response:
    """Every body with its meetings, and where the follow-up of each stands."""
    found = meetings.meetings(visit.conn)
    return visit.page(
        "meetings/index.html",
        bodies=[(body, [m for m in found if m.body == body.code]) for body in meetings.bodies(visit.conn)],
        tallies=tallies(visit.conn, "meeting"),
        marked=demonstrations(visit.conn, "meeting"),
        parts=parts,
        total=total,
    )


@router.get("/meetings/{code}")
def show(visit: Reader, code: str) -> Response:
    """Workshops, action plan, recommendations with their parts, and what documents say was done."""
    meeting = meetings.meeting(visit.conn, code)
    elements = recommendations.elements(visit.conn, code)
    by_element = tallies(visit.conn, "recommendation", meeting=code)
    history = known(visit, f"meeting-{code}")
    return visit.page(
        "meetings/show.html",
        meeting=meeting,
        cycle=meetings.cycle(visit.conn, code),
        body=meetings.body(visit.conn, meeting.body),
        themes={theme.code: theme.title for theme in meetings.themes(visit.conn, meeting.body)},
        workshops=meetings.workshops(visit.conn, code),
        facts=meetings.facts(visit.conn, code),
        mentions=recommendations.mentions(visit.conn, code),
        sections=[(kind, _nested(elements, kind)) for kind in ("action_plan", "recommendation")],
        whole=added(by_element),
        tallies=by_element,
        marked=demonstrations(visit.conn, "recommendation"),
        marked_here=demonstrations(visit.conn, "meeting").get(code, 0),
        parts=parts,
        total=total,
        ticking=[act for act in SELECTIONS.values() if visit.may(act.action, body=meeting.body)]
        if visit.as_of is None
        else [],
        history=history,
        names=visit.names_then(recorders(history[:1])),
    )


Nested = list[tuple[recommendations.Recommendation, list[recommendations.Recommendation]]]


def _nested(elements: list[recommendations.Recommendation], kind: str) -> Nested:
    """Elements of one kind, each with its parts."""
    mine = [element for element in elements if element.kind == kind]
    here = {element.code for element in mine}
    tops = [element for element in mine if element.parent not in here]
    return [(top, [element for element in mine if element.parent == top.code]) for top in tops]
