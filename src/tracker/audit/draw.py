"""How `show` and `history` look in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tracker.audit.queries import Change, Changed, Entry
from tracker.audit.show import Shown
from tracker.terminal.answer import fields, heading, short, table, words

if TYPE_CHECKING:
    from rich.console import RenderableType

LONGEST = 200
COLUMNS = {
    "followups": (
        "recommendation",
        "partner",
        "status",
        "as_of",
        "verification",
        "due_on",
        "overdue",
        "demonstration",
    ),
    "links": ("relation", "code", "text", "basis"),
    "activities": ("activity", "title", "basis"),
    "implements": ("recommendation", "text", "basis"),
    "mentions": ("code", "meeting", "activity", "text"),
    "elements": ("code", "kind", "text", "addressees"),
    "workshops": ("code", "text"),
    "facts": ("code", "text"),
    "memberships": ("body", "grouping", "since", "until"),
    "focal_points": ("body", "standing", "person_id", "since", "until"),
    "meetings": ("code", "state", "starts_on", "place", "title"),
    "themes": ("code", "title"),
    "reports": ("id", "as_of", "status", "verification", "at"),
}
"""What of a list is drawn; `--json` has all."""


def draw_shown(shown: Shown) -> "Iterator[RenderableType]":
    """A thing and what belongs to it."""
    names = shown.get("names", {})
    for name, value in _named(msgspec.to_builtins(shown), names).items():
        if name == "names":
            continue
        if isinstance(value, dict):
            yield heading(_title(name, value))
            yield fields((_label(key), _text(item)) for key, item in value.items() if not _nested(item))
            if value.get("reports"):
                yield from _listed("reports", value["reports"])
        elif value and isinstance(value[0], dict):
            yield from _listed(name, value)
        elif value:
            yield fields([(_label(name), value)])


def draw_history(entries: Sequence[Entry]) -> "Iterator[RenderableType]":
    """A timeline, oldest first."""
    if not entries:
        yield "Nothing was recorded yet: no information."
    for entry in entries:
        sign = "  (demonstration)" if entry.demonstration else ""
        yield heading(f"{entry.position}  {entry.subject}: {entry.what}{sign}")
        yield fields(
            [
                (
                    "",
                    f"so since {entry.effective_at:%Y-%m-%d}, recorded {entry.recorded_at:%Y-%m-%d %H:%M} UTC by {entry.who}",
                ),
                *_drawn(entry.changes),
                *((_label(name), _text(value)) for name, value in entry.said.items()),
            ]
        )


def draw_changes(changed: Sequence[Changed]) -> "Iterator[RenderableType]":
    """What is otherwise, by code."""
    if not changed:
        yield "Nothing changed."
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


def _listed(name: str, rows: Sequence[dict[str, Any]]) -> "Iterator[RenderableType]":
    yield heading(f"{_label(name).capitalize()} ({len(rows)})")
    columns = [
        column for column in COLUMNS[name] if any(row.get(column) not in (None, "", False) for row in rows)
    ]
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    yield table(*map(_label, columns), rows=cells)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    return short(_text(value), 70) if isinstance(value, str) else value


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
    return words(name) or ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values() if item)
    text = str(value)
    return words(text) or "" if text.islower() and text.replace("_", "").isalpha() else short(text, LONGEST)
