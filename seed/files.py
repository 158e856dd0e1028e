"""Folders of seed files read into their shapes, with every mistake of form by file and line."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from seed.shapes import ActivitiesFile, Body, Entry, LinksFile, Meeting, PartnersFile
from seed.yamlfile import AT, Broken, Mistake, read
from tracker.kit.errors import BadInput

T = TypeVar("T", bound=Entry)

SHAPES: dict[str, type[Entry]] = {
    "body.yaml": Body,
    "partners.yaml": PartnersFile,
    "activities.yaml": ActivitiesFile,
    "links.yaml": LinksFile,
}


class Folder(msgspec.Struct, kw_only=True):
    """One body's files by their names, as people know them (`asem-cmm/meetings/CMM8.yaml`)."""

    name: str
    files: dict[str, Entry] = {}

    def file(self, name: str) -> str:
        """A file of this folder as people know it."""
        return name if self.name == "." else f"{self.name}/{name}"

    def of(self, shape: type[T]) -> list[tuple[str, T]]:
        """The files of one shape, with their names, in the order of the names."""
        return [(name, found) for name, found in self.files.items() if isinstance(found, shape)]


def read_folders(root: Path) -> tuple[list[Folder], list[Mistake]]:
    """Every body's folder under `root`, or `root` itself if it is one. Raises `BadInput` when there is none."""
    if not root.is_dir():
        raise BadInput(f"There is no folder {root}; give the folder that holds the seed files.")
    bodies = (
        [root] if (root / "body.yaml").exists() else sorted(path.parent for path in root.glob("*/body.yaml"))
    )
    if not bodies:
        raise BadInput(f"There is no body.yaml in {root} or in a folder of it, so there is nothing to load.")
    mistakes: list[Mistake] = []
    return [_read_folder(root, folder, mistakes) for folder in bodies], mistakes


def _read_folder(root: Path, path: Path, mistakes: list[Mistake]) -> Folder:
    folder = Folder(name=path.relative_to(root).as_posix())
    for file in sorted(each for each in path.rglob("*") if each.suffix.lower() in (".yaml", ".yml")):
        name = file.relative_to(root).as_posix()
        if file.is_symlink() or not file.is_file():
            mistakes.append(Mistake(name, 1, "this is a link or no file; put the file itself here."))
            continue
        shape = Meeting if file.parent == path / "meetings" else SHAPES.get(file.relative_to(path).as_posix())
        if shape is None or file.suffix != ".yaml":
            mistakes.append(
                Mistake(name, 1, "there is no such seed file; seed/README.md lists those that there are.")
            )
            continue
        try:
            found = _shaped(name, read(file), shape, mistakes)
        except Broken as broken:
            mistakes.append(Mistake(name, broken.line, broken.reason))
            continue
        if found is not None:
            folder.files[name] = found
    return folder


def _shaped(name: str, data: dict[str, Any], shape: type[T], mistakes: list[Mistake]) -> T | None:
    """Converts; at a mistake, notes it, drops the smallest thing that holds it and goes on to the next."""
    dropped: set[str | int] = set()
    while True:
        try:
            return msgspec.convert(data, shape, strict=False)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at ")
            steps = [int(index) if index else key for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path)]
            named = re.fullmatch(r"Object (?:missing required|contains unknown) field `(.*)`", reason)
            whole = [*steps, named[1]] if named else steps
            steps = steps or whole
            if steps[0] in dropped and len(steps) == 1:
                return None
            mistakes.append(Mistake(name, _line(data, whole), _in_words(reason, shape, data, steps)))
            if steps[0] not in data:
                return None
            dropped.add(_drop(data, steps))


def _line(data: dict[str, Any], steps: list[str | int]) -> int:
    """The line of the last field on the way that is there."""
    node: Any = data
    line = 1
    for step in steps:
        if isinstance(node, dict):
            line = node[AT].get(step, node[AT][""])
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int):
            node = node[step]
    return line


def _drop(data: dict[str, Any], steps: list[str | int]) -> str | int:
    """Removes the innermost list item on the way, else the field at the top, and returns the first step."""
    last = max((place for place, step in enumerate(steps) if isinstance(step, int)), default=0)
    node: Any = data
    for step in steps[:last]:
        node = node[step]
    del node[steps[last]]
    return steps[0]


def _allowed(shape: type[Entry], steps: list[str | int]) -> str:
    """The words that may stand at the end of the way."""
    at = [inspect.type_info(shape)]
    for step in steps:
        at = [deeper for each in at for deeper in _within(each, step)]
    return ", ".join(
        str(word) for each in at if isinstance(each, inspect.LiteralType) for word in each.values
    )


def _within(kind: inspect.Type, step: str | int) -> list[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        return [deeper for each in kind.types for deeper in _within(each, step)]
    if isinstance(kind, inspect.ListType):
        return _choices(kind.item_type)
    if isinstance(kind, inspect.StructType):
        return [each for field in kind.fields if field.encode_name == step for each in _choices(field.type)]
    return []


def _choices(kind: inspect.Type) -> list[inspect.Type]:
    return list(kind.types) if isinstance(kind, inspect.UnionType) else [kind]


def _value(data: dict[str, Any], steps: list[str | int]) -> Any:
    node: Any = data
    for step in steps:
        node = node[step]
    return node


def _in_words(reason: str, shape: type[Entry], data: dict[str, Any], steps: list[str | int]) -> str:
    """The library's reason in words that the editor of a file can act on."""
    told = {
        r"Object missing required field `(.*)`": "the field {} is missing.",
        r"Object contains unknown field `(.*)`": "there is no field {} here; seed/README.md lists the fields.",
        r"Invalid enum value '(.*)'": "the word {} may not stand here; these may: {allowed}.",
        r"Invalid RFC3339 encoded date": "there is no such day as “{value}”; write year, month and day, such as 2018-03-02.",
        r"Expected `array`, got `.*`": "a list was expected here: [one, two].",
        r"Expected `array` of length >= 1": "the list is empty; give at least one.",
        r"Expected `object`, got `.*`": "fields were expected here, such as “code: CMM8”.",
        r"Expected `str` of length >= 1": "the field is empty.",
        r"Expected `str`, got `.*`": "a text was expected here, not a list or fields.",
        r"Expected `str` matching regex .*": "this is no code; codes look like CMM8-R03, IDN or heritage.",
        r"Expected `int.*|Integer value .*": "a whole number was expected here, such as a year or the meeting's number.",
    }
    for pattern, words in told.items():
        if match := re.fullmatch(pattern, reason):
            allowed = _allowed(shape, steps) if "{allowed}" in words else ""
            value = _value(data, steps) if "{value}" in words else ""
            return words.format(*match.groups(), allowed=allowed, value=value)
    return f"{reason}."
