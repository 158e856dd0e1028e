"""Changes as files to take along, stamped with the time that was asked for and the log position that answers again."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.audit.between import Between
from tracker.audit.changes import Changed

COLUMNS = ("code", "kind", "new", "field", "before", "after", "events", "demonstration")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is one to a spreadsheet."""
BYTE_ORDER_MARK = "\ufeff"
"""By which a spreadsheet knows UTF-8."""


def as_csv(found: Sequence[Changed], stamp: Mapping[str, Any]) -> str:
    """A row for each field that is otherwise; every row carries the stamp."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *stamp])
    for each in found:
        for change in each.changes:
            row = (each.code, each.kind, each.new, change.field, change.before, change.after)
            writer.writerow([*map(_cell, (*row, each.events, each.demonstration)), *stamp.values()])
    return BYTE_ORDER_MARK + text.getvalue()


def saved_as(span: Between, kind: str) -> dict[str, str]:
    """The headers by which a browser saves it under a name that tells it from others."""
    days = f"{span.since.date()}-to-{span.until.date()}"
    return {"Content-Disposition": f'attachment; filename="changes-{days}-at-{span.up_to}.{kind}"'}


def _cell(value: Any) -> str:
    """A value as one cell, which no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
