"""A YAML file as texts, lists and mappings that know their lines. Nothing in a file is ever executed or expanded.

Every scalar stays the text that is written (`NO` is Norway, not false). Anchors and tags are ignored and aliases refused,
so that a small file cannot grow into a large one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tracker.kit.errors import BadInput
from tracker.kit.text import clean

LARGEST = 5_000_000
DEEPEST = 20
AT = "@"
"""Key under which each mapping keeps its lines: {"": its own, field: that of the field}."""


class Mistake(msgspec.Struct, frozen=True, order=True):
    """What is wrong with a file, where, in words."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class Broken(Exception):
    """Ends the reading of one file at its first mistake of form."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(reason)


def read(path: Path) -> dict[str, Any]:
    """The mapping in a file; raises `Broken` when it is too large, no UTF-8, no YAML, or no mapping of texts."""
    if path.stat().st_size > LARGEST:
        raise Broken(
            1, f"the file has more than {LARGEST // 1_000_000} MB; a seed file has a few hundred lines."
        )
    text = _decoded(path.read_bytes())
    try:
        found = _build(yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        raise Broken(line, f"this is not YAML: {problem}.") from None
    except yaml.YAMLError as error:
        raise Broken(1, f"this is not YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(found, dict):
        raise Broken(
            1, "the file is empty or holds no fields; it must begin with a field such as “code: CMM8”."
        )
    return found


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Broken(line, "this is not UTF-8; save the file with the encoding UTF-8.") from None
    for number, line_text in enumerate(text.split("\n"), 1):
        if any((c < " " and c not in "\t\r") or "\x7f" <= c < "\xa0" for c in line_text):
            raise Broken(number, "the line holds a control character; type it again as plain text.")
    return text


def _build(events: Iterator[Any]) -> Any:
    """Folds the parser's events. A composer of the library would recurse, and a deep file would end the process."""
    root: list[Any] = []
    nodes: list[Any] = [root]
    keys: list[str | None] = [None]  # of each open node, the field whose value comes next
    for event in events:
        line = event.start_mark.line + 1
        awaits_key = isinstance(nodes[-1], dict) and keys[-1] is None
        match event:
            case yaml.AliasEvent():
                raise Broken(line, "aliases (*name) are not allowed; write the text again.")
            case yaml.DocumentStartEvent() if root:
                raise Broken(line, "a file holds one document; remove what follows “---”.")
            case yaml.ScalarEvent() if awaits_key:
                keys[-1] = _new_key(nodes[-1], event.value, line)
            case yaml.ScalarEvent():
                _attach(nodes[-1], keys, _scalar(event.value, line))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent() if awaits_key:
                raise Broken(line, "the name of a field must be a word.")
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                if len(nodes) > DEEPEST:
                    raise Broken(line, f"lists and fields stand in one another more than {DEEPEST} deep.")
                node: Any = {AT: {"": line}} if isinstance(event, yaml.MappingStartEvent) else []
                _attach(nodes[-1], keys, node)
                nodes.append(node)
                keys.append(None)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                nodes.pop()
                keys.pop()
            case _:
                pass
    return root[0] if root else None


def _attach(parent: Any, keys: list[str | None], value: Any) -> None:
    if (key := keys[-1]) is None:
        parent.append(value)
    else:
        parent[key] = value
        keys[-1] = None


def _new_key(mapping: dict[str, Any], key: str, line: int) -> str:
    if key in mapping:
        raise Broken(line, f"the field {key} stands here twice; keep one.")
    mapping[AT][key] = line
    return key


def _scalar(value: str, line: int) -> str:
    try:
        return clean(value, "text")
    except BadInput as error:
        raise Broken(line, error.message) from None
