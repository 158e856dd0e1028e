"""Writes the golden file of every event version that has none yet: `python -m tests.golden.write`.

A golden file is never changed or removed: the log may hold such an event for ever.
"""

import json
import types
import typing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tracker import wiring  # noqa: F401
from tracker.eventstore import canonical, registry

FOLDER = Path(__file__).parent
SAMPLES: dict[Any, Any] = {str: "Text, “quoted”: é 文 ع", int: 7, bool: True, date: date(2018, 3, 2)}


def sample(kind: Any) -> Any:
    """A value of an event's field type, as JSON would hold it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return arguments[-1]
    if origin in (types.UnionType, typing.Union):
        return sample(arguments[0])
    if origin is list:
        return [sample(arguments[0])]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return instance(kind)
    return SAMPLES[kind]


def instance(cls: type[msgspec.Struct]) -> msgspec.Struct:
    """An event with every field filled."""
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: sample(hints[field.name]) for field in msgspec.structs.fields(cls)})


def main() -> None:
    """Writes what is missing."""
    for name, cls in registry.names().items():
        version = registry.name_of(cls)[1]
        path = FOLDER / f"{name}.v{version}.json"
        if not path.exists():
            body = canonical.encode(instance(cls)).decode()
            golden = {"event_type": name, "schema_version": version, "body": body}
            path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
