"""What stands before every page: a limit to what may be sent, and headers that tell the browser what it may do."""

from collections.abc import Callable
from re import Pattern

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.kit.errors import TooLarge

MOST_BYTES = 1_000_000
MOST_WITH_FILES = 52_000_000
"""Five files of 10 MB and the fields around them."""

# One script file of our own (passkeys), which sends nothing by itself; one stylesheet; forms go to this site only.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A page may hold what one person may see; a browser asks again, a shared cache keeps nothing.
    "Cache-Control": "no-store",
}
INSIST = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def headers_for(*, secure: bool) -> dict[str, str]:
    """What every answer tells the browser; by https also to come by https alone, for a year."""
    return HEADERS | (INSIST if secure else {})


class Headers:
    """Adds `headers_for` to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = headers_for(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class Head:
    """Answers HEAD as GET without a body, as link checkers and mail programs ask."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope.get("method") != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, without_body)


class BodyLimit:
    """Answers bodies over `MOST_BYTES` by `refuse`, whether their length is declared or not. `with_files`: the paths to
    which forms with files are sent; those may be larger, and are read piece by piece by whoever takes them."""

    def __init__(
        self, app: ASGIApp, *, refuse: Callable[[Request], Response], with_files: Pattern[str]
    ) -> None:
        self.app, self.refuse, self.with_files = app, refuse, with_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        files = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        files = files and scope["method"] == "POST" and bool(self.with_files.fullmatch(scope["path"]))
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > (MOST_WITH_FILES if files else MOST_BYTES):
            await self.refuse(Request(scope))(scope, receive, send)
        elif files:
            await self.app(scope, _counted(receive), send)
        else:
            await self._read_ahead(scope, receive, send)

    async def _read_ahead(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The size is known before anything is done with the body, and no answer has begun."""
        messages, size = [], 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > MOST_BYTES:
                await self.refuse(Request(scope))(scope, receive, send)
                return
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        waiting = iter(messages)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self.app(scope, replay, send)


def _counted(receive: Receive) -> Receive:
    size = 0

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_WITH_FILES:
            raise TooLarge(
                "The files are larger than 50 MB together, so nothing was recorded. Please attach fewer."
            )
        return message

    return counting
