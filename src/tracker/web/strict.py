"""JSON bodies read strictly: what another reader might take otherwise is refused, not guessed at."""

import json
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tracker.kit.errors import BadInput

JSON_TYPE = "application/json"
LONGEST_NAME = 80
"""Of a field, in characters."""


class JsonRoute(APIRoute):
    """A route whose body, where it takes one, is a JSON object without doubled names and without NaN."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI's, after a look at the body."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def checked(request: Request) -> Response:
            try:
                await _check(request)
            except (BadInput, HTTPException):
                await self.prove(request)
                raise
            return await handle(request)

        return checked

    async def prove(self, request: Request) -> None:
        """Raises for whoever is not to hear what is wrong with a body; the web alone knows of nobody."""


async def _check(request: Request) -> None:
    """Raises `BadInput` unless the body is one JSON object in UTF-8 that can be understood in one way only, and
    `HTTPException` for another kind of body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise HTTPException(415, f"This address takes JSON; please send it as {JSON_TYPE}.")
    body = await request.body()
    try:
        found = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise BadInput("The body is nested too deeply.") from None
    except UnicodeDecodeError:
        raise BadInput("The body is not UTF-8.") from None
    except ValueError:
        raise BadInput("The body is no JSON; please check its commas, quotes and brackets.") from None
    if not isinstance(found, dict):
        raise BadInput("The body is no JSON object; it begins with { and ends with }.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if any(len(name) > LONGEST_NAME or not (name.isascii() and name.isprintable()) for name in found):
        raise BadInput("The body has a field with a name that no field has.")
    if len(found) != len(pairs):
        # Counted once for all: to look for each of a hundred thousand names among all of them would take minutes.
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise BadInput(f"The body gives the field {twice} twice.", field=twice)
    return found


def _constant(word: str) -> NoReturn:
    raise BadInput(f"{word} is no JSON.")
