"""Meetings, and one meeting's matrix as the secretariat knows it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.eventstore.store import Recorded, read_on
from tracker.followups.pages.selected import SELECTIONS
from tracker.followups.tallies import added, demonstrations, parts, tallies, total
from tracker.kit.ids import new_id
from tracker.meetings import queries as meetings
from tracker.meetings.commands import ReleaseMeeting
from tracker.meetings.events import MeetingReleased
from tracker.meetings.service import handle_meeting
from tracker.people.acting import known
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Reader, Visit, recorders
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
def show(visit: Reader, code: str, recorded: str = "") -> Response:
    """Workshops, action plan, recommendations with their parts, and what documents say was done. `recorded`: the log
    position of its release, which was just sent."""
    meeting = meetings.meeting(visit.conn, code)
    elements = recommendations.elements(visit.conn, code)
    by_element = tallies(visit.conn, "recommendation", meeting=code)
    history = known(visit, f"meeting-{code}")
    return visit.page(
        "meetings/show.html",
        meeting=meeting,
        released=_released(visit, code, recorded),
        may_release=meeting.embargoed and not visit.as_of and visit.may("meeting.release", body=meeting.body),
        may_see=visit.may("read.embargoed", body=meeting.body),
        form={"command_id": new_id(), "version": ""},
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


@router.post("/meetings/{code}/release")
def release(sender: Annotated[Sender, Depends(SendingForm("meeting.release"))], code: str) -> Response:
    """Makes public what the meeting adopted, once however often it is sent, and leads to the receipt."""
    context = sender.context()
    receipt = sender.run(lambda tx: handle_meeting(tx, sender.actor, code, ReleaseMeeting(), context))
    return RedirectResponse(f"/meetings/{code}?recorded={receipt.first}", 303)


def _released(visit: Visit, code: str, position: str) -> Recorded | None:
    """The release that was recorded there."""
    if not (position.isascii() and position.isdigit() and len(position) < 19):
        return None
    found = read_on(visit.live, max(int(position), 1) - 1, limit=1)
    mine = found and found[0].stream_id == f"meeting-{code}" and isinstance(found[0].event, MeetingReleased)
    return found[0] if mine else None


Nested = list[tuple[recommendations.Recommendation, list[recommendations.Recommendation]]]


def _nested(elements: list[recommendations.Recommendation], kind: str) -> Nested:
    """Elements of one kind, each with its parts."""
    mine = [element for element in elements if element.kind == kind]
    here = {element.code for element in mine}
    tops = [element for element in mine if element.parent not in here]
    return [(top, [element for element in mine if element.parent == top.code]) for top in tops]
