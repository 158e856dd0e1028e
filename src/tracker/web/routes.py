"""The routes of an application, each by itself."""

from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.routing import BaseRoute, Match


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Each route by itself; an included router holds its own."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from flat(included.routes)


def pattern_of(request: Request) -> str:
    """The pattern of the address that was asked for, such as `/sign-in/{token}`: what may stand in a log, since an
    address itself may open something."""
    found = (route for route in flat(request.app.routes) if route.matches(request.scope)[0] is not Match.NONE)
    return str(getattr(next(found, None), "path", "no route"))


def has_page(request: Request, path: str) -> bool:
    """Whether a page can be opened at this address of the site."""
    asked = {"type": "http", "method": "GET", "path": path}
    return any(route.matches(asked)[0] is Match.FULL for route in flat(request.app.routes))
