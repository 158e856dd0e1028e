"""A person's own sessions: where they are signed in, and how to end that."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.identity import sessions
from tracker.people import door
from tracker.people.visit import Own, Sender, SendingForm
from tracker.web.agents import browser

router = APIRouter(prefix="/account/sessions")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]


@router.get("")
def show(visit: Own, done: str = "") -> Response:
    """Every session, this one first."""
    found = sessions.of_person(visit.live, visit.actor.person_id, visit.now)
    mine = visit.session.id if visit.session else ""
    ordered = sorted(found, key=lambda each: each.id != mine)
    return visit.page("people/sessions.html", sessions=ordered, mine=mine, browser=browser, done=done)


@router.post("/end")
def end(sender: ChangesOwn) -> Response:
    """Ends one of them; one that is over already, or another person's, changes nothing."""
    me, session_id, came = sender.actor.person_id, sender.fields.get("session", ""), sender.came
    ended = sender.run(lambda tx: door.end(tx, me, session_id, came))
    return RedirectResponse("/account/sessions" + ("?done=one" if ended else ""), 303)


@router.post("/end-others")
def end_others(sender: ChangesOwn) -> Response:
    """Ends all but this one."""
    me, came = sender.actor.person_id, sender.came
    kept = sender.session.id if sender.session else ""
    sender.run(lambda tx: door.end_others(tx, me, kept, came))
    return RedirectResponse("/account/sessions?done=others", 303)
