"""Signing in by a mailed link, and out again. Opening a link changes nothing: mail scanners open links too."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.identity import links, sessions
from tracker.kit.errors import BadInput, Gone
from tracker.people import door, factors, queries, sso
from tracker.people.addresses import address
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Arrived, Visit
from tracker.web import session
from tracker.web.forms import Form
from tracker.web.local import local_path

router = APIRouter()
SignsIn = Annotated[Sender, Depends(SendingForm("account.sign_in"))]


@router.get("/sign-in")
def how(visit: Arrived, next: str = "") -> Response:  # noqa: A002 - the word in the address
    """One field: the address to which a link is to go."""
    return _asking(visit, Form({"email": "", "next": local_path(next)}))


@router.post("/sign-in")
def ask(sender: SignsIn) -> Response:
    """Lets a link be mailed; the answer is the same whether there is an account or not."""
    form = Form({"email": sender.fields.get("email", ""), "next": local_path(sender.fields.get("next", ""))})
    try:
        email = address(form["email"])
    except BadInput as error:
        form.errors["email"] = error.message
        with sender.reading() as visit:
            return _asking(visit, form, status=422)
    came, secret = sender.came, sender.site.secret
    wait = sender.run(lambda tx: door.ask(tx, email, came, secret, next_path=form["next"]))
    if wait is not None:
        raise door.too_many(wait)
    with sender.reading() as visit:
        return sender.ringing(visit.page("people/link_asked.html", email=email))


@router.get("/sign-in/{token}")
def show(visit: Arrived, token: str) -> Response:
    """Who would be signed in, and a button that spends the link."""
    link = links.peek(visit.live, token, visit.now)
    if link is None or not door.may_come_in(visit.live, link.person_id):
        return _asking(visit, Form({"email": "", "next": ""}), status=410)
    person = queries.person(visit.live, link.person_id)
    return visit.page("people/link.html", person=person, purpose=link.purpose)


@router.post("/sign-in/{token}")
def sign_in(sender: SignsIn, token: str) -> Response:
    """Spends the link and starts a session; the one that this browser had ends."""
    came, before = sender.came, sender.session
    try:
        new, next_path = sender.run(lambda tx: door.come_in(tx, token, came, instead_of=before))
    except Gone:
        wait = sender.run(lambda tx: door.refuse(tx, came, "link"))
        if wait is not None:
            raise door.too_many(wait) from None
        with sender.reading() as visit:
            return _asking(visit, Form({"email": "", "next": ""}), status=410)
    with sender.site.database.read() as live:
        begun = sessions.find(live, new, sender.now)
        ask_more = begun is not None and factors.wanted(live, begun, sender.today)
    onward = local_path(next_path)
    if ask_more:
        onward = "/account/second-factor" + (f"?{urlencode({'next': onward})}" if onward else "")
    return signed_in(sender, new, onward)


def signed_in(sender: Sender, token: str, onward: str) -> Response:
    """Lets the browser keep its session's token, and leads on."""
    response = RedirectResponse(onward or "/my-start", 303)
    session.start(sender.request, response, token, int(sessions.SESSION_LIFE.total_seconds()))
    return response


@router.get("/my-start")
def start(visit: Arrived) -> Response:
    """Where a person begins: a focal point with what is to be done, everybody else on the start page."""
    return RedirectResponse("/my" if visit.actor.represents else "/", 303)


@router.post("/sign-out")
def sign_out(request: Request, sender: SignsIn) -> Response:
    """Ends the session here and in the database."""
    mine = sender.session
    if mine is not None:
        sender.run(lambda tx: door.leave(tx, mine, sender.came))
    by_sso = mine is not None and mine.means == sso.MEANS
    response = RedirectResponse(sso.LEFT if by_sso else "/", 303)
    session.end(request, response)
    return response


def _asking(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.page("people/sign_in.html", status=status, form=form, gone=status == 410)
