"""One question to the provider: answered soon, in little JSON, from exactly the address that was asked."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote_plus

import httpx

from tracker.identity.oidc.trouble import Away

SECONDS = 5.0
MOST_BYTES = 256_000
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


def ask(
    url: str, *, form: Mapping[str, str] | None = None, client: tuple[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer: GET, or POST of a `form`; `client`: id and secret for HTTP Basic. Raises `Away`.

    No redirect is followed: the address came from the provider's own discovery, and a secret may be in what is sent.
    """
    # RFC 6749, 2.3.1: id and secret are encoded as in a form before they are joined.
    auth = (quote_plus(client[0]), quote_plus(client[1])) if client else None
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, headers=HEADERS) as line,
            line.stream("GET" if form is None else "POST", url, data=form, auth=auth) as answer,
        ):
            return answer.status_code, _json(answer)
    except httpx.TimeoutException:
        raise Away("too slow") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Away("no answer") from None


def _json(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_redirect:
        raise Away("redirect")
    if answer.is_server_error:
        raise Away("server error")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))):
        raise Away("wrong content type")
    try:
        found = json.loads(_body(answer))
    except (ValueError, RecursionError):
        raise Away("malformed JSON") from None
    if not isinstance(found, dict):
        raise Away("malformed JSON")
    return found


def _body(answer: httpx.Response) -> bytes:
    # As it came: what is packed small could unpack without end.
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Away("packed answer")
    body, until = b"", monotonic() + SECONDS
    for part in answer.iter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise Away("huge answer")
        if monotonic() > until:
            raise Away("too slow")
    return body
