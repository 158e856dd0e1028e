"""Signing in by a mailed link, and out again. Opening a link changes nothing: mail scanners open links too."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.identity import links, security_log, sessions
from tracker.kit import bell
from tracker.kit.errors import BadInput, Gone
from tracker.kit.mailbox import folder_of
from tracker.people import door, queries
from tracker.people.addresses import address
from tracker.people.visit import Reader, Sender, SendingForm, Visit
from tracker.web import session
from tracker.web.client import client_of
from tracker.web.forms import Form
from tracker.web.local import local_path

router = APIRouter()
SignsIn = Annotated[Sender, Depends(SendingForm("account.sign_in"))]


@router.get("/sign-in")
def how(visit: Reader, next: str = "") -> Response:  # noqa: A002 - the word in the address
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
    came = came_by(sender)
    done = sender.run(lambda tx: door.ask(tx, email, came, sender.site.secret, next_path=form["next"]))
    if isinstance(done, timedelta):
        raise door.too_many(done)
    with sender.reading() as visit:
        response = visit.page("people/link_asked.html", email=email, folder=_folder(visit))
    response.background = BackgroundTask(bell.ring, sender.site.settings.broker_url, done)
    return response


@router.get("/sign-in/{token}")
def show(visit: Reader, token: str) -> Response:
    """Who would be signed in, and a button that spends the link."""
    link = links.peek(visit.live, token, visit.now)
    if link is None or not door.may_come_in(visit.live, link.person_id):
        return _asking(visit, Form({"email": "", "next": ""}), status=410)
    return visit.page(
        "people/link.html", person=queries.person(visit.live, link.person_id), purpose=link.purpose
    )


@router.post("/sign-in/{token}")
def sign_in(sender: SignsIn, token: str) -> Response:
    """Spends the link and starts a session."""
    came = came_by(sender)
    try:
        new, next_path = sender.run(lambda tx: door.come_in(tx, token, came))
    except Gone:
        wait = sender.run(lambda tx: door.refuse(tx, came, "link"))
        if wait is not None:
            raise door.too_many(wait) from None
        with sender.reading() as visit:
            return _asking(visit, Form({"email": "", "next": ""}), status=410)
    response = RedirectResponse(local_path(next_path) or "/my-start", 303)
    session.start(sender.request, response, new, int(sessions.SESSION_LIFE.total_seconds()))
    return response


@router.get("/my-start")
def start(visit: Reader) -> Response:
    """Where a person begins: a focal point with what is to be done, everybody else on the start page."""
    return RedirectResponse("/my" if visit.actor.represents else "/", 303)


@router.post("/sign-out")
def sign_out(request: Request, sender: SignsIn) -> Response:
    """Ends the session here and in the database."""
    mine = sender.session
    if mine is not None:
        sender.run(lambda tx: sessions.end(tx, mine.id, sender.now))
        client = client_of(request)
        sender.run(
            lambda tx: security_log.note(
                tx, "signed_out", sender.now, person_id=mine.person_id, client=client
            )
        )
    response = RedirectResponse("/", 303)
    session.end(request, response)
    return response


def came_by(sender: Sender) -> door.Came:
    """Whoever sends a form, as the door sees them."""
    request = sender.request
    return door.Came(client_of(request), request.headers.get("user-agent", ""), sender.now)


def _asking(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.page("people/sign_in.html", status=status, form=form, gone=status == 410)


def _folder(visit: Visit) -> str:
    """Where the mail is found while there is no mail server."""
    return str(folder_of(visit.site.settings)) if visit.site.embedded_mail else ""
