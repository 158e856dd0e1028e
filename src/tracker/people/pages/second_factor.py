"""The page on which a second factor is shown, after a mailed link or once more before something weighty."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.identity import passkeys
from tracker.people import factors, showing
from tracker.people.pages.factors import session_of, wrong
from tracker.people.pages.sign_in import signed_in
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Own, Visit
from tracker.web.forms import Form
from tracker.web.local import local_path

router = APIRouter(prefix="/account/second-factor")
Shows = Annotated[Sender, Depends(SendingForm("account.own"))]


@router.get("")
def ask(visit: Own, next: str = "") -> Response:  # noqa: A002 - the word in the address
    """Asks for a code or a passkey; who has none is led to set one up."""
    return _asking(visit, Form({"code": "", "next": local_path(next)}))


@router.post("")
def show(sender: Shows) -> Response:
    """Takes a code of the app, or a recovery code."""
    session, secret, came = session_of(sender), sender.site.secret, sender.came
    form = Form({"code": "", "next": local_path(sender.fields.get("next", ""))})
    code = sender.fields.get("code", "")
    shown = sender.run(lambda tx: showing.show_code(tx, session, code, secret, came))
    if shown.token is None:
        form.errors["code"] = wrong(
            shown, "This is no code that works now. Each works once: wait for the next one."
        )
        with sender.reading() as visit:
            return _asking(visit, form, status=422 if shown.wait is None else 429)
    return sender.ringing(signed_in(sender, shown.token, form["next"]))


def _asking(visit: Visit, form: Form, *, status: int = 200) -> Response:
    own = factors.standing(visit.live, visit.actor.person_id)
    place = passkeys.place(visit.site.settings.address)
    return visit.page("people/second_factor.html", status=status, form=form, own=own, place=place)
