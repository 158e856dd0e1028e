"""Under which names the site answers. Any other `Host` is somebody's trick or a mistake in DNS."""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tracker.kit.settings import Settings

# Asked by machines under whatever address they reach this process; they show nothing.
PROBES = ("/healthz", "/readyz")
FILES, STYLES = "/evidence/", "/static/"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - only compared
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?")
MALFORMED = (
    "Your browser did not say clearly which site it asks for. Please type the address of the tracker again."
)
ELSEWHERE = "This is not the address of the tracker. Please use the link that you were given; its operator sets the address as TRACKER_BASE_URL."


class Hosts:
    """Answers 400 to a request that names no host or several, and 421 to one for another host."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, refuse: Callable[[Request, int, str], Response]
    ) -> None:
        self.app, self.settings, self.refuse = app, settings, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        host = host_of(scope)
        if host is None:
            await self.refuse(Request(_nameless(scope)), 400, MALFORMED)(scope, receive, send)
        elif not is_ours(host, scope["path"], self.settings):
            await self.refuse(Request(_nameless(scope)), 421, ELSEWHERE)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def host_of(scope: Scope) -> str | None:
    """The one host that was asked for, in small letters and without its port; None if there is not exactly one."""
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
    if found is None or int(found[3] or 0) > 65535:
        return None
    return str(found[1] or found[2]).lower().removesuffix(".")


def is_ours(host: str, path: str, settings: Settings) -> bool:
    """Whether this site answers under that name: the host of its address, and while no address is set, this machine.

    A host of their own sends files and nothing that a person is signed in to.
    """
    if settings.files_url:
        theirs = host == urlsplit(settings.files_url).hostname
        if path.startswith(FILES) or (theirs and not path.startswith(STYLES)):
            return theirs and path.startswith(FILES)
        if theirs:
            return True
    if settings.base_url:
        return host == urlsplit(settings.base_url).hostname
    if host in LOOPBACK or host == settings.host.lower():
        return True
    # Listening on every address it is reached by numbers, which no name server can turn to another machine.
    return settings.host in ANYWHERE and _is_number(host)


def _is_number(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _nameless(scope: Scope) -> Scope:
    """The same request without the host that it claims, for the page that refuses it."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"host"]}
