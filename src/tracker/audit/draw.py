"""How `show` and `history` look in a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tracker.audit.changes import Changed
from tracker.audit.queries import Change, Entry
from tracker.audit.show import Shown
from tracker.terminal.answer import counted, fields, heading, said, table, words

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = {
    "followups": (
        "recommendation",
        "partner",
        "status",
        "as_of",
        "verification",
        "due_on",
        "due_demonstration",
        "overdue",
        "demonstration",
    ),
    "links": ("relation", "code", "basis", "text"),
    "activities": ("activity", "basis", "title"),
    "implements": ("recommendation", "basis", "text"),
    "mentions": ("code", "meeting", "activity", "text"),
    "elements": ("code", "kind", "addressees", "text"),
    "workshops": ("code", "text"),
    "facts": ("code", "text"),
    "memberships": ("body", "grouping", "since", "until"),
    "focal_points": ("body", "standing", "person_id", "since", "until"),
    "meetings": ("code", "state", "starts_on", "place", "title"),
    "themes": ("code", "title"),
    "evidence": ("url", "file", "title", "restricted"),
    "reports": ("id", "as_of", "status", "verification", "at"),
}
"""What of a list is drawn; `--json` has all."""
LABELS = {
    "followup": "follow-up",
    "followups": "follow-ups",
    "person_id": "person",
    "starts_on": "from",
    "ends_on": "to",
    "original_due_on": "first due on",
    "stale": "nothing heard for long",
    "report_id": "report",
    "version": "events",
}
"""Where the name of a field is not what people would say."""
SHORT = {"demonstration": "demo", "due_demonstration": "due demo"}
"""Heads of columns where there is little room."""
TEXTS = ("text", "title")
"""Columns that may be cut where the terminal ends; `tracker show CODE` has the whole."""
SUBJECT = {"recommendation": "recommendation", "partner": "partner"}
"""A column that says in every row what the page is about is left out."""


def draw_shown(shown: Shown) -> "Iterator[RenderableType]":
    """A thing and what belongs to it."""
    names = shown.get("names", {})
    about = SUBJECT.get(next(iter(shown)), "")
    for name, value in _named(msgspec.to_builtins(shown, builtin_types=(date, datetime)), names).items():
        if name == "names":
            continue
        if isinstance(value, dict):
            yield heading(_title(name, value))
            yield fields((_label(key), _text(item)) for key, item in value.items() if not _nested(item))
            for own in ("evidence", "reports"):
                if value.get(own):
                    yield from _listed(own, value[own], about)
        elif value and isinstance(value[0], dict):
            yield from _listed(name, value, about)
        elif value:
            yield fields([(_label(name), value)])


def draw_history(entries: Sequence[Entry]) -> "Iterator[RenderableType]":
    """A timeline, oldest first."""
    if not entries:
        yield "Nothing was recorded yet: no information."
    for entry in entries:
        sign = "  (demonstration)" if entry.demonstration else ""
        yield heading(f"{entry.position}  {entry.subject}: {entry.what}{sign}")
        through = ", through the operator of the server" if entry.on_behalf else ""
        yield f"so since {entry.effective_at.date()}, recorded {said(entry.recorded_at)} by {entry.who}{through}"
        yield fields([*_drawn(entry.changes), *_said(entry)])


def draw_changes(changed: Sequence[Changed], since: date) -> "Iterator[RenderableType]":
    """What is otherwise, by code."""
    kinds = ", ".join(f"{kind} {number}" for kind, number in Counter(each.kind for each in changed).items())
    yield f"{len(changed) or 'No'} things changed since {since}{': ' if kinds else ''}{kinds}."
    for each in changed:
        what = ("first heard of" if each.kind == "followup" else "new") if each.new else "changed"
        sign = ", demonstration" if each.demonstration else ""
        yield heading(f"{each.code}  {each.kind}, {what}{sign}")
        yield fields(_drawn(each.changes))


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """The same with names of people in place of their ids."""
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _drawn(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    for change in changes:
        after = _text(change.after) if change.after is not None else "(none)"
        yield _label(change.field), after if change.before is None else f"{_text(change.before)} → {after}"


def _said(entry: Entry) -> Iterator[tuple[str, str]]:
    """What was said with an event; of a correction before and after."""
    for name in {**entry.said_before, **entry.said}:
        before, after = entry.said_before.get(name), entry.said.get(name)
        told = _text(after) if after is not None else "(none)"
        yield _label(name), told if before in (None, after) else f"{_text(before)} → {told}"


def _listed(name: str, rows: Sequence[dict[str, Any]], about: str) -> "Iterator[RenderableType]":
    standing = f": {counted(Counter(row['status'] for row in rows))}" if name == "followups" else ""
    yield heading(f"{_label(name).capitalize()} ({len(rows)}){standing}")
    columns = [
        column
        for column in COLUMNS[name]
        if column != about and any(row.get(column) not in (None, "", False) for row in rows)
    ]
    heads = [f"{'~' if column in TEXTS else ''}{SHORT.get(column) or _label(column)}" for column in columns]
    yield table(*heads, rows=[[_cell(column, row.get(column)) for column in columns] for row in rows])


def _cell(column: str, value: Any) -> str:
    if value is False or value == "":
        return ""
    return said(datetime.fromisoformat(value)) if column == "at" else _text(value)


def _title(name: str, value: dict[str, Any]) -> str:
    code = value.get("code") or (
        f"{value['recommendation']}:{value['partner']}" if name == "followup" else ""
    )
    return f"{_label(name).capitalize()} {code}".strip()


def _nested(value: object) -> bool:
    return value in (None, "", False) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _label(name: str) -> str:
    return LABELS.get(name) or words(name) or ""


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values() if item)
    text = said(value)
    return words(text) or "" if text.islower() and text.replace("_", "").isalpha() else text
