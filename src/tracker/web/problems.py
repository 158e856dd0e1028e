"""The only module that knows which error is which HTTP status. Every error page says what to do next."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from math import ceil

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tracker.kit import errors
from tracker.kit.errors import NotAllowed, TrackerError
from tracker.web.guard import headers_for
from tracker.web.render import day, page
from tracker.web.site import site_of

STATUS: dict[type[TrackerError], int] = {
    errors.BadInput: 422,
    errors.TooLarge: 413,
    errors.RuleBroken: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.NotAllowed: 403,
    errors.Gone: 410,
    errors.Unproven: 401,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.SetupError: 503,
    errors.Tampered: 500,
}
TITLE = {
    400: "That was not understood",
    401: "Please show who you are",
    403: "You may not do this",
    404: "There is no such page",
    405: "This address cannot do that",
    408: "That took too long",
    409: "Someone was quicker",
    410: "This link no longer works",
    412: "Someone was quicker",
    413: "That is too large",
    421: "This is not the tracker's address",
    422: "Something is not right yet",
    429: "Please wait a little",
    500: "Something went wrong on our side",
    503: "The tracker cannot answer right now",
}
ADVICE = {
    404: "Check the address: codes look like CMM8 or CMM8-R03. Nothing that was recorded is ever removed.",
    405: "Please go back and use the page's own buttons and links.",
    408: "What you sent did not arrive within a minute, so nothing of it was recorded. Please go back and send it again.",
    413: "What you sent is larger than 1 MB, so nothing of it was recorded. Please go back, shorten the text, or link to a document instead of pasting it.",
    500: "Nothing half-finished was saved. Please try again; if it happens again, tell the secretariat what you did and when.",
}
FOR_PROGRAMS = {
    404: "There is no such address; the page /api says which there are.",
    405: "This address cannot do that; the page /api says what it can.",
    408: "What was sent did not arrive within a minute, so nothing of it was recorded.",
    413: "What was sent is larger than 1 MB, so nothing of it was recorded.",
    500: "Nothing half-finished was saved; the same call with the same Idempotency-Key may be made again.",
}
"""As `ADVICE`, for callers of the interface for programs."""
NOT_IN_ORDER = (
    "A part of the tracker does not answer, and nothing was recorded. Please try again in a while; its operator finds the "
    "reason in the log."
)
PROGRAMS = "/api/"
TEXTS = ("narrative", "note", "reason", "evidence")
"""What the names of fields with a person's own words begin with."""
RETRY_SECONDS = "10"
PROBLEM_JSON = "application/problem+json"
log = logging.getLogger(__name__)


def status_of(error: TrackerError) -> int:
    """The HTTP status of an error, that of its nearest ancestor."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(request: Request, status: int, detail: str, field: str | None = None) -> Response:
    """A page for people, or problem+json (RFC 9457) for programs that ask for JSON."""
    visitor = getattr(request.state, "visitor", None)
    unknown = status == 403 and visitor is not None and not visitor.signed_in
    if unknown and _by_program(request):
        status = 401
    title = "Please sign in first" if unknown else TITLE.get(status) or HTTPStatus(status).phrase
    as_of = getattr(request.state, "as_of", None)
    if status == 404 and as_of is not None:
        title = "The tracker did not know this then"
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    if status == 401:
        wrong = ', error="invalid_token"' if "authorization" in request.headers else ""
        headers["WWW-Authenticate"] = f'Bearer realm="tracker"{wrong}'
    if _by_program(request) or _wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        if field:
            body["field"] = field
        return JSONResponse(body, status, headers, media_type=PROBLEM_JSON)
    response = page(
        request,
        "problem.html",
        status=status,
        title=title,
        detail=detail,
        code=status,
        typed=_typed(request),
        as_of=as_of,
    )
    response.headers.update(headers)
    return response


def unread(request: Request, status: int) -> Response:
    """The answer to a body that nobody reads to its end: it is too large (413), or too slow (408)."""
    response = problem(request, status, _advice(request, status, ""))
    response.headers["Connection"] = "close"  # the rest of the body is no further request
    return response


def install(app: FastAPI, *, refused: Callable[[Request, NotAllowed], None]) -> None:
    """Lets the application answer every error by `problem`; `refused` is told of what nobody was allowed."""

    def tracker_error(request: Request, error: Exception) -> Response:
        if isinstance(error, NotAllowed):
            refused(request, error)
        return _tracker_error(request, error)

    app.add_exception_handler(TrackerError, tracker_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(Exception, _unforeseen)


def _tracker_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, TrackerError):
        raise error
    status = status_of(error)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error.message)
    as_of = getattr(request.state, "as_of", None)
    unknown_then = as_of is not None and isinstance(error, errors.NotFound)
    detail = f"The tracker knew nothing of this at the end of {day(as_of)}." if unknown_then else _told(error)
    response = problem(request, status, detail, error.field)
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(max(1, ceil(error.wait.total_seconds())))
    return response


def _told(error: TrackerError) -> str:
    """What a visitor hears: of the installation, its hosts, roles and folders nothing; the log has it."""
    return NOT_IN_ORDER if isinstance(error, errors.SetupError | errors.NoAnswer) else error.message


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    response = problem(request, error.status_code, _advice(request, error.status_code, error.detail))
    response.headers.update(error.headers or {})
    return response


def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    # As a caller names it: `evidence.0.url` in a body.
    where = ".".join(map(str, first["loc"][1:])) if _by_program(request) else str(first["loc"][-1])
    return problem(
        request,
        422,
        f"“{where}” in the {'call' if _by_program(request) else 'address or form'} is not as expected: {first['msg']}.",
        where,
    )


def _unforeseen(request: Request, error: Exception) -> Response:
    """Starlette answers this outside all middleware, and hands the error on to the server, which logs it."""
    response = problem(request, 500, _advice(request, 500, ""))
    response.headers.update(headers_for(secure=site_of(request).secure))
    return response


def _typed(request: Request) -> list[str]:
    """The texts of the form that was refused."""
    fields: Mapping[str, str] = getattr(request.state, "typed", {})
    return [text for name, text in fields.items() if text.strip() and name.startswith(TEXTS)]


def _advice(request: Request, status: int, otherwise: str) -> str:
    return (FOR_PROGRAMS if _by_program(request) else ADVICE).get(status, otherwise)


def _by_program(request: Request) -> bool:
    return request.url.path.startswith(PROGRAMS)


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted
