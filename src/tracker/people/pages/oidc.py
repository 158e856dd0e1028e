"""To the provider of OpenID Connect and back; and linking an account with it by a mailed link."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.identity import links, sessions
from tracker.identity.oidc import ceremony
from tracker.identity.oidc.ceremony import CEREMONY_LIFE, WAIT, Ceremony
from tracker.identity.oidc.provider import Provider, provider_of
from tracker.identity.oidc.tokens import Proven
from tracker.identity.oidc.trouble import Away, Refused
from tracker.kit.errors import Gone, NotFound, RuleBroken
from tracker.people import door, queries, sso
from tracker.people.sending import Arriving, Sender, SendingForm
from tracker.people.visit import Arrived, Visit
from tracker.web import session
from tracker.web.local import local_path

router = APIRouter(prefix="/sign-in-oidc")
Arrives = Annotated[Sender, Depends(Arriving("account.sign_in"))]
SignsIn = Annotated[Sender, Depends(SendingForm("account.sign_in"))]
COOKIE = "oidc"
PAGE = "people/oidc.html"


@router.get("")
def begin(sender: Arrives) -> Response:
    """Sends the browser to the provider. Nothing is written down: only this browser knows of it.

    Another site that sends somebody here, whom the provider may let in unasked, must not sign them in: they choose.
    """
    if sender.request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return RedirectResponse("/sign-in", 303)
    mine = ceremony.new_ceremony(local_path(sender.fields.get("next", "")), sender.now)
    try:
        response = RedirectResponse(_provider(sender).sign_in_address(mine, sender.now), 303)
    except Away as error:
        return _away(sender, error)
    cookie = ceremony.to_cookie(mine, sender.site.secret)
    session.lend(sender.request, response, COOKIE, cookie, int(WAIT.total_seconds()))
    return response


@router.get("/back")
def back(sender: Arrives) -> Response:
    """What the provider says, by way of the browser: a session, a mail to confirm with, or a refusal."""
    provider = _provider(sender)
    try:
        mine = _own_ceremony(sender)
        sender.run(lambda tx: ceremony.spend(tx, mine, sender.now))
        proven = _proven(sender, provider, mine)
        token = sender.run(
            lambda tx: sso.come_in(tx, provider.issuer, proven, sender.came, instead_of=sender.session)
        )
        return _asked_to_link(sender, proven, mine) if token is None else _in(sender, token, mine.next_path)
    except Away as error:
        return _away(sender, error)
    except Refused as error:
        return _refused(sender, error)


@router.get("/link/{token}")
def ask(visit: Arrived, token: str) -> Response:
    """Whose account would be linked, with a button; only in the browser that came back from the provider."""
    link = links.peek(visit.live, token, visit.now, sso.LINK)
    if link is None or not door.may_come_in(visit.live, link.person_id):
        return visit.page(PAGE, status=410, state="gone")
    mine = _waiting_ceremony(visit)
    if mine is None or mine.key != link.about:
        return visit.page(PAGE, status=403, state="other_browser")
    return visit.page(PAGE, state="ask", person=queries.person(visit.live, link.person_id))


@router.post("/link/{token}")
def confirm(sender: SignsIn, token: str) -> Response:
    """Spends the mailed link, and begins the first session of this kind."""
    issuer, mine = _provider(sender).issuer, _waiting_ceremony(sender)
    if mine is None:
        with sender.reading() as visit:
            return visit.page(PAGE, status=403, state="other_browser")
    try:
        new, next_path = sender.run(
            lambda tx: sso.confirm(tx, token, issuer, mine, sender.came, instead_of=sender.session)
        )
    except Gone:
        wait = sender.run(lambda tx: door.refuse(tx, sender.came, "sso link"))
        if wait is not None:
            raise door.too_many(wait) from None
        with sender.reading() as visit:
            return visit.page(PAGE, status=410, state="gone")
    except RuleBroken as error:
        with sender.reading() as visit:
            return visit.page(PAGE, status=422, state="failed", message=error.message)
    return _in(sender, new, next_path)


@router.get("/left")
def left(sender: Arrives) -> Response:
    """After signing out here: the provider's own session goes on, and where to end it."""
    try:
        address = _provider(sender).sign_out_address(sender.now)
    except Away:  # the link is a service; whoever leaves has left
        address = ""
    with sender.reading() as visit:
        return visit.page(PAGE, state="left", address=address)


def _provider(visitor: Sender) -> Provider:
    provider = provider_of(visitor.site.settings)
    if provider is None:
        raise NotFound("There is no outside sign-in here; sign in with a mailed link.")
    return provider


def _own_ceremony(sender: Sender) -> Ceremony:
    """The one that this browser began, if the answer is to that one."""
    cookie = session.lent(sender.request, COOKIE)
    mine = ceremony.from_cookie(cookie, sender.site.secret, sender.now, CEREMONY_LIFE)
    if mine is None:
        raise Refused("not begun in this browser")
    if sender.fields.get("state", "") != mine.state:
        raise Refused("wrong state")
    return mine


def _waiting_ceremony(visitor: Visit | Sender) -> Ceremony | None:
    cookie = session.lent(visitor.request, COOKIE)
    return ceremony.from_cookie(cookie, visitor.site.secret, visitor.now, WAIT)


def _proven(sender: Sender, provider: Provider, mine: Ceremony) -> Proven:
    provider.check_sender(sender.fields.get("iss"), sender.now)
    if "error" in sender.fields:
        raise Refused("access denied" if sender.fields["error"] == "access_denied" else "provider's error")
    code = sender.fields.get("code", "")
    if not code:
        raise Refused("no code")
    return provider.redeem(code, mine, sender.now)


def _in(sender: Sender, token: str, next_path: str) -> Response:
    response = RedirectResponse(local_path(next_path) or "/my-start", 303)
    session.start(sender.request, response, token, int(sessions.SESSION_LIFE.total_seconds()))
    return response


def _asked_to_link(sender: Sender, proven: Proven, mine: Ceremony) -> Response:
    came, secret = sender.came, sender.site.secret
    wait = sender.run(lambda tx: sso.ask_to_link(tx, proven, mine.key, came, secret, mine.next_path))
    if wait is not None:
        raise door.too_many(wait)
    with sender.reading() as visit:
        return sender.ringing(visit.page(PAGE, state="mailed", email=proven.email))


def _refused(sender: Sender, error: Refused) -> Response:
    wait = sender.run(lambda tx: door.refuse(tx, sender.came, f"sso: {error.why}"))
    if wait is not None:
        raise door.too_many(wait)
    with sender.reading() as visit:
        return visit.page(PAGE, status=403, state="failed", message=error.message)


def _away(sender: Sender, error: Away) -> Response:
    sender.run(lambda tx: door.refuse(tx, sender.came, f"sso away: {error.why}"))
    with sender.reading() as visit:
        return visit.page(PAGE, status=503, state="failed", message=error.message)
