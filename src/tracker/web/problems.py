"""The only module that knows which error is which HTTP status. Every error page says what to do next."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tracker.kit import errors
from tracker.kit.errors import NotAllowed, TrackerError
from tracker.kit.ids import new_id
from tracker.web import session
from tracker.web.asked import Asked
from tracker.web.guard import headers_for
from tracker.web.render import counted, day, page
from tracker.web.routes import pattern_of
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
    500: "Nothing half-finished was saved. Please try again; if it happens again, tell the secretariat what you did, and the reference below.",
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
TEXTS = ("narrative", "note", "reason", "evidence", "name", "email")
"""What the names of fields with a person's own words begin with."""
RETRY_SECONDS = "10"
PROBLEM_JSON = "application/problem+json"
KEPT = "kept"
"""The cookie of a browser that may show a kept form again."""
log = logging.getLogger(__name__)


class Again(NamedTuple):
    """A refused form whose text is kept: where it opens again, what the browser is to hold until then, for how many
    seconds."""

    form: str
    browser: str
    seconds: int


Keep = Callable[[Request], Again | None]


def status_of(error: TrackerError) -> int:
    """The HTTP status of an error, that of its nearest ancestor."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(
    request: Request, status: int, detail: str, field: str | None = None, *, wait: timedelta | None = None
) -> Response:
    """A page for people, or problem+json (RFC 9457) for programs that ask for JSON. Its reference stands in the log of
    the server too; what was asked for stands there by its route alone, since an address may open something."""
    reference = new_id()[-12:]
    log.log(
        logging.ERROR if status >= 500 else logging.WARNING,
        "%s: %d for %s %s%s",
        *(reference, status, request.method, pattern_of(request), f": {detail}" if status >= 500 else ""),
    )
    headers = _headers(request, status, wait)
    if _by_program(request) or _wants_json(request):
        return _json(request, status, detail, field, reference, headers)
    response = _page(request, status, detail, field, reference, wait)
    response.headers.update(headers)
    return response


def _page(
    request: Request, status: int, detail: str, field: str | None, reference: str, wait: timedelta | None
) -> Response:
    keep: Keep = request.app.state.keep
    again = keep(request) if status == 403 and hasattr(request.state, "typed") else None
    response = page(
        request,
        "problem.html",
        status=status,
        title=_title(request, status) if again is None else "Please sign in again",
        detail=detail,
        code=status,
        typed=_typed(request),
        asked=getattr(request.state, "asked", None),
        field=field,
        again=again,
        reference=reference,
        wait=None if wait is None else _in_words(wait),
    )
    if again is not None:
        session.lend(request, response, KEPT, again.browser, again.seconds)
    return response


def _json(
    request: Request, status: int, detail: str, field: str | None, reference: str, headers: Mapping[str, str]
) -> Response:
    status = _shown_status(request, status)
    body = {"type": "about:blank", "title": _title(request, status), "status": status, "detail": detail}
    body |= {"reference": reference} | ({"field": field} if field else {})
    return JSONResponse(body, status, headers, media_type=PROBLEM_JSON)


def _headers(request: Request, status: int, wait: timedelta | None) -> dict[str, str]:
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    if wait is not None:
        headers["Retry-After"] = str(max(1, ceil(wait.total_seconds())))
    if _shown_status(request, status) == 401:
        wrong = ', error="invalid_token"' if "authorization" in request.headers else ""
        headers["WWW-Authenticate"] = f'Bearer realm="tracker"{wrong}'
    return headers


def _shown_status(request: Request, status: int) -> int:
    """Programs are told to show who they are where people are asked to sign in."""
    return 401 if status == 403 and _unknown(request) and _by_program(request) else status


def _unknown(request: Request) -> bool:
    """Whether it is known that nobody is signed in."""
    visitor = getattr(request.state, "visitor", None)
    return visitor is not None and not visitor.signed_in


def _title(request: Request, status: int) -> str:
    if status == 403 and _unknown(request):
        return "Please sign in first"
    if status == 404 and getattr(request.state, "asked", None) is not None:
        return "The tracker did not know this then"
    return TITLE.get(status) or HTTPStatus(status).phrase


def _in_words(wait: timedelta) -> str:
    seconds = max(1, ceil(wait.total_seconds()))
    return counted(seconds, "second") if seconds < 60 else counted(ceil(seconds / 60), "minute")


def unread(request: Request, status: int) -> Response:
    """The answer to a body that nobody reads to its end: it is too large (413), or too slow (408)."""
    response = problem(request, status, _advice(request, status, ""))
    response.headers["Connection"] = "close"  # the rest of the body is no further request
    return response


def install(
    app: FastAPI,
    *,
    keep: Keep = lambda request: None,
    refused: Callable[[Request, NotAllowed], None] = lambda request, error: None,
) -> None:
    """Lets the application answer every error by `problem`. `keep`: keeps a refused form for whoever has to sign in
    again; `refused` is told of what nobody was allowed."""
    app.state.keep = keep

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
    asked: Asked | None = getattr(request.state, "asked", None)
    detail = _unknown_then(asked) if asked and isinstance(error, errors.NotFound) else _told(error)
    wait = error.wait if isinstance(error, errors.TooMany) else None
    return problem(request, status_of(error), detail, error.field, wait=wait)


def _unknown_then(asked: Asked) -> str:
    if asked.valid is None:
        return f"The tracker knew nothing of this at the end of {day(asked.day)}."
    return f"By what was known, there was nothing of this at the end of {day(asked.day)}."


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
