"""Answers for programs: JSON, and its description for the interface's own documentation."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from starlette.responses import Response

T = TypeVar("T")
COMPONENTS: dict[str, Any] = {}
"""The schemas of what answers hold, by name."""


class Items(msgspec.Struct, Generic[T], frozen=True):
    """A whole list."""

    items: Sequence[T]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list; `next` is what to give as `after` for the next part, None where this one ends."""

    items: Sequence[T]
    next: str | int | None


def answer(data: object, headers: Mapping[str, str] | None = None) -> Response:
    """The data as JSON."""
    return Response(msgspec.json.encode(data), 200, headers, media_type="application/json")


def gives(kind: Any) -> dict[str, Any]:
    """What a route's decorator says of the data that it answers with: `@router.get(…, **gives(Meeting))`."""
    (schema,), components = msgspec.json.schema_components(
        (kind,), ref_template="#/components/schemas/{name}"
    )
    COMPONENTS.update(components)
    good = {"description": "Good", "content": {"application/json": {"schema": schema}}}
    return {"openapi_extra": {"responses": {"200": good}}}
