"""Signing in by a link, and out again. Opening a link changes nothing: mail scanners open links too."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.people import accounts
from tracker.people.visit import Reader, Sending
from tracker.web import session
from tracker.web.forms import posted
from tracker.web.site import site_of

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def how(visit: Reader, back: str = "") -> Response:
    """How to get a link; `back` is the page on which the person wants to go on."""
    response = visit.page("people/sign_in.html", token=None, good=False)
    session.remember_place(visit.request, response, back)
    return response


@router.get("/sign-in/{token}")
def ask(visit: Reader, token: str) -> Response:
    """A button that spends the link."""
    good = accounts.peek(visit.live, token, visit.now) is not None
    return visit.page("people/sign_in.html", status=200 if good else 410, token=token, good=good)


@router.post("/sign-in/{token}", dependencies=[Depends(posted)])
def sign_in(request: Request, token: str) -> Response:
    """Spends the link and starts a session."""
    site = site_of(request)
    new = site.database.run(lambda tx: accounts.redeem(tx, token, site.clock()))
    response = RedirectResponse("/my-start", 303)
    session.start(request, response, new, int(accounts.SESSION_LIFE.total_seconds()))
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
def sign_out(request: Request, sender: Sending) -> Response:
    """Ends the session here and in the database."""
    token = session.session_token(request)
    if token:
        sender.run(lambda tx: accounts.end_session(tx, token, sender.now))
    response = RedirectResponse("/", 303)
    session.end(request, response)
    return response
