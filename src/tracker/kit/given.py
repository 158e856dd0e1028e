"""What people give, made fit to be recorded: texts cleaned, days plausible."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import msgspec

from tracker.kit.errors import BadInput
from tracker.kit.text import LONGEST_LINE, clean, clean_line

S = TypeVar("S", bound=msgspec.Struct)

EARLIEST = date(1945, 1, 1)
LATEST = date(2100, 1, 1)
PARAGRAPHS = frozenset({"announced", "description", "note", "reason", "source", "text"})


def cleaned(given: S, longest: Mapping[str, int] | None = None) -> S:
    """The same command with every text cleaned and every day checked.

    Fields named in `PARAGRAPHS` keep their line breaks, all others become one line; `longest` limits single fields,
    in characters. Raises `BadInput` that names the field.
    """
    limits = longest or {}
    fields = {name: getattr(given, name) for name in given.__struct_fields__}
    return msgspec.structs.replace(
        given, **{name: _value(v, name, limits.get(name)) for name, v in fields.items()}
    )


def check_day(day: date, field: str) -> date:
    """The same day; raises `BadInput` for one that only a slip of the pen explains, such as in the year 219."""
    if not EARLIEST <= day < LATEST:
        raise BadInput(
            f"The {field} {day.isoformat()} cannot be right: it must lie in the years {EARLIEST.year} to "
            f"{LATEST.year - 1}. Days are written as 2026-11-24.",
            field=field,
        )
    return day


def _value(value: Any, name: str, longest: int | None) -> Any:
    field = name.replace("_", " ")
    if isinstance(value, str):
        if name in PARAGRAPHS:
            return clean(value, field)
        return clean_line(value, field, longest=longest or LONGEST_LINE)
    if isinstance(value, list):
        return [_value(item, name, longest) for item in value]
    if isinstance(value, date):
        return check_day(value, field)
    return value
