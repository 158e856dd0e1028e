"""Which action each route asks for: read from the routes themselves, so that none can be forgotten."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tracker.people.calling import Calling, Commanding
from tracker.people.sending import Arriving, SendingForm
from tracker.people.visit import Reading
from tracker.web.routes import flat


class Rule(NamedTuple):
    """One way to call one address. `action` is None where the route asks the policy nothing; `now_only` says why a page
    tells of now alone, where it does."""

    method: str
    path: str
    action: str | None
    now_only: str = ""


def rules(app: FastAPI) -> list[Rule]:
    """Every method of every route of the application, with the action that it asks for."""
    found = []
    for route in flat(app.routes):
        methods = getattr(route, "methods", None) or {"GET"}
        asked = next(_asking(route.dependant), None) if isinstance(route, APIRoute) else None
        action, now_only = getattr(asked, "action", None), getattr(asked, "now_only", "")
        found += [Rule(method, getattr(route, "path", ""), action, now_only) for method in sorted(methods)]
    return found


def _asking(dependant: Dependant) -> Iterator[Reading | SendingForm | Arriving | Calling | Commanding]:
    for each in dependant.dependencies:
        if isinstance(each.call, Reading | SendingForm | Arriving | Calling | Commanding):
            yield each.call
        yield from _asking(each)
