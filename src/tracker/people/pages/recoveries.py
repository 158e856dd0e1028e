"""Recoveries of lost second factors, for those who may stand in for a person."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.kit.errors import NotFound, RuleBroken
from tracker.kit.ids import new_id
from tracker.people import called, queries, recovery
from tracker.people.policy import require
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Reading, Visit
from tracker.web.forms import Form

router = APIRouter(prefix="/recoveries")
Approver = Annotated[
    Visit,
    Depends(
        Reading("factor.see_recoveries", "Recoveries are those that are asked for now."), scope="function"
    ),
]
Approves = Annotated[Sender, Depends(SendingForm("factor.recover"))]
Asks = Annotated[Sender, Depends(SendingForm("factor.ask_recovery"))]
SAID = {
    "asked": "It was asked for, and the person is told.",
    "approved": "You have approved it. Another person must.",
    "reset": "It is done: the person is told, and sets up another second factor.",
}


@router.get("")
def show(visit: Approver, done: str = "") -> Response:
    """Those under way that this reader may approve, and one's own."""
    return _page(visit, done=SAID.get(done, ""))


@router.post("/ask")
def ask(sender: Asks) -> Response:
    """Asks for one for somebody else."""
    me, came, context, form = sender.actor, sender.came, sender.context(), Form(sender.fields)
    require(me, "factor.ask_recovery")
    try:
        with sender.site.database.read() as live:
            person = queries.person_by_email(live, form["email"])
        if person is None:
            raise NotFound("Nobody has an account with this address.", field="email")
        about = person.person_id
        sender.run(lambda tx: recovery.request(tx, me, about, context, came))
    except (NotFound, RuleBroken) as error:
        form.blame(error)
        with sender.reading() as visit:
            return _page(visit, form, status=422)
    return sender.ringing(RedirectResponse("/recoveries?done=asked", 303))


@router.post("/approve")
def approve(sender: Approves) -> Response:
    """Stands in for a person."""
    me, came, context = sender.actor, sender.came, sender.context()
    person_id, asked = sender.fields.get("person", ""), Form(sender.fields).version("request") or 0
    done = sender.run(lambda tx: recovery.approve(tx, me, person_id, asked, context, came))
    return sender.ringing(RedirectResponse(f"/recoveries?done={'reset' if done else 'approved'}", 303))


def _page(visit: Visit, form: Form | None = None, *, done: str = "", status: int = 200) -> Response:
    form = form or Form()
    form.values = {"email": ""} | form.values | {"command_id": new_id(), "version": ""}
    found = [
        (each, recovery.may_approve(visit.live, visit.actor, each.person_id, visit.now))
        for each in recovery.under_way(visit.live, visit.now)
    ]
    rows = [(each, may) for each, may in found if may or each.person_id == visit.actor.person_id]
    people = {who for each, _ in rows for who in (each.person_id, each.asked_by, each.approved_by) if who}
    names = called.names(visit.live, people)
    return visit.page("people/recoveries.html", status=status, form=form, rows=rows, names=names, done=done)
