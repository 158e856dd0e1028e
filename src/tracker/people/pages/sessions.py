"""A person's own sessions: where they are signed in, and how to end that."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.identity import sessions
from tracker.people import ending, factors
from tracker.people.pages.factors import session_of
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Own
from tracker.web.agents import browser

router = APIRouter(prefix="/account/sessions")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]


@router.get("")
def show(visit: Own, done: str = "") -> Response:
    """Every session, this one first."""
    found = sessions.of_person(visit.live, visit.actor.person_id, visit.now)
    mine = visit.session.id if visit.session else ""
    ordered = sorted(found, key=lambda each: each.id != mine)
    factor = factors.standing(visit.live, visit.actor.person_id)
    return visit.page(
        "people/sessions.html",
        sessions=ordered,
        mine=mine,
        browser=browser,
        done=done,
        has_factor=factor.any,
        may_end=factors.may_set_up(factor, visit.session, visit.now),
    )


@router.post("/end")
def end(sender: ChangesOwn) -> Response:
    """Ends one of them; one that is over already, or another person's, changes nothing."""
    mine, session_id, came = session_of(sender), sender.fields.get("session", ""), sender.came
    ended = sender.run(lambda tx: ending.own(tx, mine, session_id, came))
    return RedirectResponse("/account/sessions" + ("?done=one" if ended else ""), 303)


@router.post("/end-others")
def end_others(sender: ChangesOwn) -> Response:
    """Ends all but this one."""
    mine, came = session_of(sender), sender.came
    sender.run(lambda tx: ending.own_others(tx, mine, came))
    return RedirectResponse("/account/sessions?done=others", 303)
