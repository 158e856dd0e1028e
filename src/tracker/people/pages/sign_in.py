"""Signing in by a link, and out again. Opening a link changes nothing: mail scanners open links too."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.identity import links, sessions
from tracker.people.visit import Reader, Sender, SendingForm
from tracker.web import session

router = APIRouter()
SignsIn = Annotated[Sender, Depends(SendingForm("account.sign_in"))]


@router.get("/sign-in")
def how(visit: Reader, back: str = "") -> Response:
    """How to get a link; `back` is the page on which the person wants to go on."""
    response = visit.page("people/sign_in.html", token=None, good=False)
    session.remember_place(visit.request, response, back)
    return response


@router.get("/sign-in/{token}")
def ask(visit: Reader, token: str) -> Response:
    """A button that spends the link."""
    good = links.peek(visit.live, token, visit.now) is not None
    return visit.page("people/sign_in.html", status=200 if good else 410, token=token, good=good)


@router.post("/sign-in/{token}")
def sign_in(request: Request, sender: SignsIn, token: str) -> Response:
    """Spends the link and starts a session."""
    agent = request.headers.get("user-agent", "")
    new = sender.run(lambda tx: links.redeem(tx, token, sender.now, agent=agent))
    response = RedirectResponse("/my-start", 303)
    session.start(request, response, new, int(sessions.SESSION_LIFE.total_seconds()))
    return response


@router.get("/my-start")
def start(visit: Reader) -> Response:
    """Where a person begins: where they wanted to go, a focal point with what is to be done, others at the start."""
    wanted = session.place(visit.request)
    response = RedirectResponse(wanted or ("/my" if visit.actor.represents else "/"), 303)
    if wanted:
        session.forget_place(visit.request, response)
    return response


@router.post("/sign-out")
def sign_out(request: Request, sender: SignsIn) -> Response:
    """Ends the session here and in the database."""
    mine = sender.session
    if mine is not None:
        sender.run(lambda tx: sessions.end(tx, mine.id, sender.now))
    response = RedirectResponse("/", 303)
    session.end(request, response)
    return response
