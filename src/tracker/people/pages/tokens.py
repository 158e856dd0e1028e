"""A person's tokens: made, shown once, listed with their last use, revoked; an administrator revokes anybody's."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.identity import tokens as kept
from tracker.identity.tokens import DEFAULT_DAYS
from tracker.kit.errors import BadInput, Conflict
from tracker.kit.ids import new_id
from tracker.people import called, factors, tokens
from tracker.people.keeping import forget, remembered
from tracker.people.pages.factors import session_of
from tracker.people.policy import FAMILIES
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Own, Visit
from tracker.web.forms import Form

router = APIRouter(prefix="/account/tokens")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]
LIVES = {"30": "30 days", "90": "90 days", "180": "Half a year", "365": "A year"}
FOR = {
    "read": "Read what you may read, restricted evidence too",
    "report": "Respond, report and correct",
    "check": "Validate, verify and dispute reports",
    "manage": "Keep meetings, recommendations, partners and due dates",
    "audit": "Read history, the log and what was known on a day",
}
"""The families of scopes, in words."""


@router.get("")
def show(visit: Own, done: str = "") -> Response:
    """The tokens that one has and had, and a form for another one."""
    return _page(visit, done=done if done == "revoked" else "")


@router.post("")
def make(sender: ChangesOwn) -> Response:
    """Makes one, for whoever has just shown who they are: it outlives the session. The page that follows shows it, this
    once."""
    form, me, session = Form(sender.fields), sender.actor, session_of(sender)
    context, came = sender.context(), sender.came

    def work(tx: Connection) -> tokens.Made:
        factors.check_shown(tx, session, came.now)
        forget(tx, sender)
        return tokens.issue(tx, me, me.person_id, wanted, context, came, strong=session.strong)

    try:
        wanted = tokens.Wanted(
            form["name"], [name for name in FAMILIES if form[f"scopes_{name}"]], _days(form)
        )
        made = sender.run(work)
    except (BadInput, Conflict) as error:
        form.blame(error)
        with sender.reading() as visit:
            return _page(visit, form, status=409 if isinstance(error, Conflict) else 422)
    with sender.reading() as visit:
        return visit.page("people/token_made.html", token=made.token, secret=made.secret)


@router.post("/{token_id}/revoke")
def revoke(sender: ChangesOwn, token_id: str) -> Response:
    """Lets it work no longer."""
    me, context, came = sender.actor, sender.context(), sender.came
    sender.run(lambda tx: tokens.revoke(tx, me, token_id, "", context, came))
    return RedirectResponse("/account/tokens?done=revoked", 303)


def _days(form: Form) -> int:
    if form["days"] not in LIVES:
        raise BadInput("Please choose how long the token works.", field="days")
    return int(form["days"])


def _page(visit: Visit, form: Form | None = None, *, done: str = "", status: int = 200) -> Response:
    mine, today = visit.actor.person_id, visit.now.date()
    factor = factors.standing(visit.live, mine)
    form = form or remembered(visit, {"days": str(DEFAULT_DAYS), "scopes_read": "yes"})
    form.values = {"name": "", "scopes": ""} | form.values | {"command_id": new_id(), "version": ""}
    others = [each for each in kept.alive(visit.live, today) if each.person_id != mine]
    others = others if visit.may("token.revoke") else []
    return visit.page(
        "people/tokens.html",
        status=status,
        form=form,
        mine=kept.of_person(visit.live, mine),
        others=others,
        names=called.names(visit.live, {each.person_id for each in others}),
        today=today,
        families=FOR,
        lives=LIVES,
        families_of=tokens.families_of,
        new_id=new_id,
        done=done,
        has_factor=factor.any,
        may_make=factors.may_set_up(factor, visit.session, visit.now),
    )
