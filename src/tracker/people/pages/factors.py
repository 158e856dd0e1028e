"""A person's own second factors: what there is, the app for codes, recovery codes, and the request for a recovery."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from tracker.identity import code_apps, passkeys
from tracker.identity.sessions import Session
from tracker.kit.errors import NotAllowed
from tracker.kit.ids import new_id
from tracker.people import door, factors, queries, recovery
from tracker.people.pages.sign_in import signed_in
from tracker.people.sending import Sender, SendingForm
from tracker.people.showing import Shown
from tracker.people.visit import Own
from tracker.web.forms import Form

router = APIRouter(prefix="/account/factors")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]
AsksRecovery = Annotated[Sender, Depends(SendingForm("factor.ask_recovery"))]
DONE = {
    "app": "The app for codes is set up.",
    "passkey": "The passkey was added.",
    "removed": "It was removed.",
    "asked": "A recovery was asked for. Speak with the secretariat or an administrator.",
    "stopped": "The recovery was stopped.",
}


@router.get("")
def show(visit: Own, done: str = "") -> Response:
    """What there is, with buttons for what may be done in this session now."""
    me = visit.actor.person_id
    own = factors.standing(visit.live, me)
    return visit.page(
        "people/factors.html",
        own=own,
        form=blank(),
        done=DONE.get(done, ""),
        may_set_up=factors.may_set_up(own, visit.session, visit.now),
        may_give_up=factors.may_give_up(visit.session, visit.now),
        place=passkeys.place(visit.site.settings.address),
        recovery=recovery.of_person(visit.live, me, visit.now),
    )


@router.post("/code-app")
def begin_code_app(sender: ChangesOwn) -> Response:
    """A new key as a picture and as text, this once."""
    session, secret, came = session_of(sender), sender.site.secret, sender.came
    key = sender.run(lambda tx: factors.begin_code_app(tx, session, secret, came))
    with sender.reading() as visit:
        email = queries.person(visit.live, session.person_id).email
        picture = segno.make(code_apps.address_of(key, email), error="m")
        # Attributes only, no style: the policy of the pages allows none.
        drawn = Markup(picture.svg_inline(scale=5, dark="#000", light="#fff"))  # noqa: S704 - digits alone
        return visit.page("people/code_app.html", form=blank(), key=key, picture=drawn)


@router.post("/code-app/confirm")
def confirm_code_app(sender: ChangesOwn) -> Response:
    """Lets the app count once it showed a good code."""
    session, secret, came, context = session_of(sender), sender.site.secret, sender.came, sender.context()
    code = sender.fields.get("code", "")
    shown = sender.run(lambda tx: factors.confirm_code_app(tx, session, code, secret, context, came))
    if shown.token is None:
        form = blank()
        form.errors["code"] = wrong(shown, "This is not the code that the app shows now.")
        with sender.reading() as visit:
            return visit.page("people/code_app.html", status=422, form=form, key="", picture="")
    return sender.ringing(signed_in(sender, shown.token, "/account/factors?done=app"))


@router.post("/code-app/remove")
def remove_code_app(sender: ChangesOwn) -> Response:
    """Forgets the app."""
    session, came, context = session_of(sender), sender.came, sender.context()
    sender.run(lambda tx: factors.remove_code_app(tx, session, context, came))
    return sender.ringing(RedirectResponse("/account/factors?done=removed", 303))


@router.post("/codes")
def make_codes(sender: ChangesOwn) -> Response:
    """Ten recovery codes, shown this once."""
    session, came = session_of(sender), sender.came
    codes = sender.run(lambda tx: factors.make_codes(tx, session, came))
    with sender.reading() as visit:
        return sender.ringing(visit.page("people/recovery_codes.html", codes=codes))


@router.post("/recovery")
def ask_recovery(sender: AsksRecovery) -> Response:
    """Asks that two people let them set up another factor."""
    me, came, context = sender.actor, sender.came, sender.context()
    sender.run(lambda tx: recovery.request(tx, me, me.person_id, context, came))
    return sender.ringing(RedirectResponse("/account/factors?done=asked", 303))


@router.post("/recovery/stop")
def stop_recovery(sender: AsksRecovery) -> Response:
    """Stops it; whoever reads the mail of the person may, so that a stranger's request comes to nothing."""
    me, came, context = sender.actor, sender.came, sender.context()
    sender.run(lambda tx: recovery.withdraw(tx, me, me.person_id, context, came))
    return RedirectResponse("/account/factors?done=stopped", 303)


def blank() -> Form:
    """A form with a command id of its own."""
    return Form({"command_id": new_id(), "version": "", "code": "", "name": ""})


def session_of(sender: Sender) -> Session:
    """The session in which something about it is asked; raises `NotAllowed` when it ended meanwhile."""
    if sender.session is None:
        raise NotAllowed("Please sign in again: this session is over.")
    return sender.session


def wrong(shown: Shown, words: str) -> str:
    """What is said to a try that was not good."""
    return words if shown.wait is None else door.too_many(shown.wait).message
