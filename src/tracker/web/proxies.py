"""What reverse proxies say of a visitor, believed from the proxies of the settings alone: the address from which the
visitor came, whether by https, and under which host. Everybody else's word is dropped before anything reads it."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tracker.kit.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SAYINGS = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")
SCHEMES = ("http", "https")
LONGEST_CHAIN = 50
AT_ODDS = (
    "The proxy passed on two different accounts of where you come from (Forwarded and X-Forwarded-For). Please tell the "
    "operator of the tracker: the proxy should set one of them and remove the other."
)


class Hop(NamedTuple):
    """What one proxy says of whoever came to it; empty where it says nothing."""

    came_from: str
    scheme: str = ""
    host: str = ""


class Proxies:
    """Puts what trusted proxies say in the place of what the connection shows, and removes the headers that say it."""

    def __init__(
        self, app: ASGIApp, *, trusted: Sequence[Network], refuse: Callable[[Request, int, str], Response]
    ) -> None:
        self.app, self.trusted, self.refuse = app, trusted, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        said = Headers(scope=scope)
        scope = {
            **scope,
            "headers": [pair for pair in scope["headers"] if pair[0].decode("latin-1") not in SAYINGS],
        }
        peer = address_in(scope["client"][0]) if scope.get("client") else None
        if peer is None or not self._trusts(peer):
            await self.app(scope, receive, send)
            return
        by_header, by_standard = list(_usual(said)), list(_standard(said))
        if by_header and by_standard and self._client(peer, by_header) != self._client(peer, by_standard):
            await self.refuse(Request(scope), 400, AT_ODDS)(scope, receive, send)
            return
        self._believe(scope, peer, by_header or by_standard, said)
        await self.app(scope, receive, send)

    def _believe(self, scope: Scope, peer: Address, hops: list[Hop], said: Headers) -> None:
        client = self._client(peer, hops)
        scope["client"] = (str(client), 0)
        # The nearest proxy's own word: it is the one that was configured to be believed.
        nearest = hops[-1] if hops else Hop("")
        scheme = _last(said, "x-forwarded-proto").lower() or nearest.scheme
        if scheme in SCHEMES:
            scope["scheme"] = scheme
        host = _last(said, "x-forwarded-host") or nearest.host
        if host:
            MutableHeaders(scope=scope)["host"] = host

    def _client(self, peer: Address, hops: Sequence[Hop]) -> Address:
        """The rightmost address that is no trusted proxy's. What nobody can read ends the chain: it and all before it
        may be invented, so the proxy that passed it on stands for the visitor."""
        client = peer
        for hop in reversed(hops[-LONGEST_CHAIN:]):
            found = address_in(hop.came_from)
            if found is None:
                break
            client = found
            if not self._trusts(found):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def address_in(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; None for anything else."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text, closed, port = text[1:].partition("]")
        if not closed or (port and not _is_port(port)):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not _is_port(":" + port):
            return None
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped or (ipaddress.IPv6Address(int(found)) if found.scope_id else found)
    return found


def _is_port(text: str) -> bool:
    return text.startswith(":") and text[1:].isascii() and text[1:].isdigit() and len(text) <= 6


def _usual(said: Headers) -> Iterator[Hop]:
    """X-Forwarded-For, the farthest first; several lines of it are one list."""
    for line in said.getlist("x-forwarded-for"):
        yield from (Hop(word.strip()) for word in line.split(","))


def _standard(said: Headers) -> Iterator[Hop]:
    """Forwarded (RFC 7239), the farthest first."""
    for line in said.getlist("forwarded"):
        for element in line.split(","):
            pairs = dict(_pair(word) for word in element.split(";"))
            yield Hop(pairs.get("for", ""), pairs.get("proto", "").lower(), pairs.get("host", ""))


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _last(said: Headers, name: str) -> str:
    """The last word of a header: what the nearest proxy added."""
    words: Iterable[str] = (word for line in said.getlist(name) for word in line.split(","))
    return list(words)[-1].strip() if name in said else ""
