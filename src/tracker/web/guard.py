"""What stands before every page: a limit to what may be sent, and headers that tell the browser what it may do."""

import asyncio
from collections.abc import Callable
from re import Pattern

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.kit.errors import BadInput, TooLarge

MOST_BYTES = 1_000_000
MOST_WITH_FILES = 52_000_000
"""Five files of 10 MB and the fields around them."""
SECONDS, SECONDS_WITH_FILES = 60.0, 900.0
"""Within which a body arrives whole: else a thousand that send a byte now and then would hold every connection."""

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
    """Answers bodies over `MOST_BYTES`, whether their length is declared or not, by `refuse` with 413, and those that do
    not arrive in time with 408. `with_files`: the paths to which forms with files are sent; those may be larger, and are
    read piece by piece by whoever takes them."""

    def __init__(
        self, app: ASGIApp, *, refuse: Callable[[Request, int], Response], with_files: Pattern[str]
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
            await self.refuse(Request(scope), 413)(scope, receive, send)
        elif files:
            try:
                await self.app(scope, _counted(receive), send)
            except (
                ClientDisconnect
            ):  # nobody waits for an answer, and a form that is not whole was not recorded
                return
        else:
            await self._read_ahead(scope, receive, send)

    async def _read_ahead(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The size is known before anything is done with the body, and no answer has begun."""
        try:
            async with asyncio.timeout(SECONDS):
                messages = await _whole(receive)
        except ClientDisconnect:
            return
        except TooLarge:
            await self.refuse(Request(scope), 413)(scope, receive, send)
            return
        except TimeoutError:
            await self.refuse(Request(scope), 408)(scope, receive, send)
            return
        waiting = iter(messages)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self.app(scope, replay, send)


async def _whole(receive: Receive) -> list[Message]:
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        messages.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise TooLarge(f"More than {MOST_BYTES} bytes were sent.")
    return messages


def _counted(receive: Receive) -> Receive:
    size, until, whole = 0, asyncio.get_running_loop().time() + SECONDS_WITH_FILES, False

    async def counting() -> Message:
        nonlocal size, whole
        try:
            async with asyncio.timeout_at(None if whole else until):
                message = await receive()
        except TimeoutError:
            raise BadInput(
                "The files did not arrive in a quarter of an hour, so nothing was recorded. Please attach fewer.",
                field="files",
            ) from None
        whole = not message.get("more_body")
        size += len(message.get("body", b""))
        if size > MOST_WITH_FILES:
            raise TooLarge(
                "The files are larger than 50 MB together, so nothing was recorded. Please attach fewer."
            )
        return message

    return counting
