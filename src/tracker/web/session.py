"""Cookies, and the token by which a form proves that this site's own page sent it."""

import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from tracker.kit.errors import Forged
from tracker.web.site import Site, site_of

FORM_SECONDS = 24 * 3600
CSRF_FIELD = "csrf_token"


def cookie_name(site: Site, purpose: str) -> str:
    """`__Host-` where https allows it: no other host and no plain connection can then set the cookie."""
    return f"__Host-tracker-{purpose}" if site.secure else f"tracker-{purpose}"


def session_token(request: Request) -> str | None:
    """What the browser holds as its session; nobody has checked it yet."""
    return request.cookies.get(cookie_name(site_of(request), "session"))


def start(request: Request, response: Response, token: str, seconds: int) -> None:
    """Lets the browser keep a session's token."""
    _set(site_of(request), response, "session", token, seconds)


def end(request: Request, response: Response) -> None:
    """Lets the browser forget its session."""
    site = site_of(request)
    name = cookie_name(site, "session")
    response.delete_cookie(name, path="/", secure=site.secure, httponly=True, samesite="lax")


def lend(request: Request, response: Response, purpose: str, value: str, seconds: int) -> None:
    """Lets the browser keep something signed for a while, which it shows again by itself."""
    _set(site_of(request), response, purpose, value, seconds)


def lent(request: Request, purpose: str) -> str | None:
    """What the browser shows of it; nobody has checked it yet."""
    return request.cookies.get(cookie_name(site_of(request), purpose))


def csrf_token(request: Request) -> str:
    """A signed token for a form, bound to this browser's session, or to its visitor cookie while nobody signed in."""
    return _serializer(site_of(request)).dumps(_binding(request))


def made_for(request: Request, token: str) -> str | None:
    """The hash of the session or visitor for which the token of a form was made within a day, whether this browser has
    it or not; None for a token that is none of ours or too old."""
    try:
        return str(_serializer(site_of(request)).loads(token, max_age=FORM_SECONDS))
    except BadData:
        return None


def check_csrf(request: Request, bound_to: str | None) -> None:
    """Raises `Forged` unless the token of a form was `made_for` this browser."""
    if bound_to is None or not hmac.compare_digest(bound_to, _binding(request)):
        raise Forged(
            "This form is out of date or was not sent from its own page. Please open the page again and send it once "
            "more."
        )


def remember_visitor(request: Request, response: Response) -> None:
    """Sets the visitor cookie if a form on this page was bound to it for the first time."""
    if getattr(request.state, "new_visitor", None):
        _set(site_of(request), response, "visitor", request.state.new_visitor, FORM_SECONDS)


def _serializer(site: Site) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site.secret, salt="tracker.form")


def _binding(request: Request) -> str:
    return hashlib.sha256((session_token(request) or _visitor(request)).encode()).hexdigest()


def _visitor(request: Request) -> str:
    known = request.cookies.get(cookie_name(site_of(request), "visitor"))
    if known:
        return known
    if not getattr(request.state, "new_visitor", None):
        request.state.new_visitor = secrets.token_urlsafe(16)
    fresh: str = request.state.new_visitor
    return fresh


def _set(site: Site, response: Response, purpose: str, value: str, seconds: int) -> None:
    name = cookie_name(site, purpose)
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=site.secure, httponly=True, samesite="lax"
    )
