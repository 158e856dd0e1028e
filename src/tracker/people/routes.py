"""Which action each route asks for: read from the routes themselves, so that none can be forgotten."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tracker.people.calling import Calling, Commanding
from tracker.people.visit import Arriving, Reading, SendingForm
from tracker.web.routes import flat


class Rule(NamedTuple):
    """One way to call one address. `action` is None where the route asks the policy nothing."""

    method: str
    path: str
    action: str | None


def rules(app: FastAPI) -> list[Rule]:
    """Every method of every route of the application, with the action that it asks for."""
    found = []
    for route in flat(app.routes):
        methods = getattr(route, "methods", None) or {"GET"}
        asked = _actions(route.dependant) if isinstance(route, APIRoute) else iter(())
        action = next(asked, None)
        found += [Rule(method, getattr(route, "path", ""), action) for method in sorted(methods)]
    return found


def _actions(dependant: Dependant) -> Iterator[str]:
    for each in dependant.dependencies:
        if isinstance(each.call, Reading | SendingForm | Arriving | Calling | Commanding):
            yield each.call.action
        yield from _actions(each)
