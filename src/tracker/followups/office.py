"""Office documents are archives of parts: whether one is a document and nothing else. Nothing is unpacked to disk."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from xml.parsers import expat

from tracker.kit.errors import BadInput

MOST_PARTS = 1_000
MOST_UNPACKED = 100_000_000
PIECE = 1 << 16
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0",
)
"""How archives begin, and the compound files in which macros and embedded objects are kept."""
PROGRAMS = ("vbaproject", "vbadata", "activex", "macrosheets", "/basic/", "/scripts/")
HYPERLINK = "/hyperlink"
SAFE_LINKS = ("http", "https", "mailto", "")
READ = ("mimetype", "[Content_Types].xml", "content.xml", "styles.xml", "META-INF/manifest.xml")
LONGEST_READ = 20_000_000
"""Bytes of a part that is looked into."""

Parts = dict[str, bytes]
Attributes = Mapping[str, str]


def check_text_document(path: Path, name: str) -> None:
    """Raises `BadInput` unless it is a Word document without macros."""
    _check_microsoft(path, name, "word/document.xml", "wordprocessingml.document.main+xml")


def check_spreadsheet(path: Path, name: str) -> None:
    """Raises `BadInput` unless it is an Excel workbook without macros."""
    _check_microsoft(path, name, "xl/workbook.xml", "spreadsheetml.sheet.main+xml")


def check_open_document(path: Path, name: str) -> None:
    """Raises `BadInput` unless it is an OpenDocument text without macros."""
    parts = _read(path, name)
    if (
        parts.get("mimetype", b"").strip() != b"application/vnd.oasis.opendocument.text"
        or "content.xml" not in parts
    ):
        _refuse(name, "is no OpenDocument text")
    for part in READ[2:]:
        _each_element(parts.get(part, b"<none/>"), name, lambda tag, its: _check_open_element(tag, its, name))


def _check_open_element(tag: str, attributes: Attributes, name: str) -> None:
    kind = tag.rpartition(":")[2]
    if kind in ("script", "event-listener", "encryption-data"):
        _refuse(name, "holds a program or is encrypted")
    scheme = _scheme(attributes.get("xlink:href", ""))
    if scheme not in SAFE_LINKS:
        _refuse(name, "holds a link that is none to the web")
    if scheme and kind != "a":
        _refuse(name, "loads something from outside of itself (a picture or an object)")


def _check_microsoft(path: Path, name: str, main: str, kind: str) -> None:
    parts = _read(path, name)
    if main not in parts or "[Content_Types].xml" not in parts:
        _refuse(name, "is no document of the kind that its name says")
    kinds: list[str] = []
    types = parts["[Content_Types].xml"]
    _each_element(types, name, lambda _, attributes: kinds.append(attributes.get("ContentType", "").lower()))
    if any("macroenabled" in each or "vbaproject" in each for each in kinds):
        _refuse(name, "holds macros")
    if not any(each.endswith(kind) for each in kinds):
        _refuse(name, "is no document of the kind that its name says")
    for part, content in parts.items():
        if part.lower().endswith(".rels"):
            _each_element(content, name, lambda _, attributes: _check_relation(attributes, name))


def _check_relation(attributes: Attributes, name: str) -> None:
    """What the document points to outside of itself may be links that a person follows, nothing that it loads."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if not attributes.get("Type", "").lower().endswith(HYPERLINK):
        _refuse(name, "loads something from outside of itself (a template, a picture or an object)")
    if _scheme(attributes.get("Target", "")) not in SAFE_LINKS:
        _refuse(name, "holds a link that is none to the web")


def _scheme(link: str) -> str:
    try:
        return urlsplit(link.strip()).scheme.lower()
    except ValueError:
        return ""  # no program can follow it either


def _read(path: Path, name: str) -> Parts:
    """The parts by name, with the content of those that are looked into. All are unpacked once, so that what is
    declared is true."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            _refuse(name, "is no document of the kind that its name says")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, name)
            left = MOST_UNPACKED
            parts: Parts = {}
            for member in members:
                content, size = _unpack(archive, member, left, name)
                parts[member.filename], left = content, left - size
            return parts
    # All that `zipfile` raises for a broken archive; `NotImplementedError` is its word for a compression it cannot undo.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadInput(f"“{name}” is damaged; please save it anew.", field="files") from error


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    names = [member.filename for member in members]
    if len(members) > MOST_PARTS:
        _refuse(name, f"holds more than {MOST_PARTS:,} parts")
    if len({each.lower() for each in names}) != len(names):
        _refuse(name, "holds two parts of one name")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        _refuse(name, f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    for member in members:
        if member.flag_bits & 0x41:  # encrypted, strongly encrypted
            _refuse(name, "is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse(name, "is packed in an unusual way")
        steps = member.filename.split("/")
        odd = any(c in member.filename for c in "\\:\0")
        if odd or ".." in steps or not steps[0] or (member.external_attr >> 16) & 0o170000 == 0o120000:
            _refuse(name, "holds a part that leads out of it")
        if any(word in f"/{member.filename.lower()}" for word in PROGRAMS):
            _refuse(name, "holds macros or other programs")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, name: str) -> tuple[bytes, int]:
    content, size = bytearray(), 0
    keep = member.filename in READ or member.filename.lower().endswith(".rels")
    with archive.open(member) as part:
        while piece := part.read(PIECE):
            if size == 0 and piece.startswith(ARCHIVES):
                _refuse(name, "holds another file inside, which nobody can look into")
            size += len(piece)
            if size > left:
                _refuse(name, f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
            if keep:
                content += piece
                if len(content) > LONGEST_READ:
                    _refuse(name, "has an unusually large part")
    return bytes(content), size


def _each_element(content: bytes, name: str, see: Callable[[str, Attributes], None]) -> None:
    """Shows the elements of a part. One with a document type is refused: entities hide what is said, and how much."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = see
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(
        name, "holds declarations that no office program writes"
    )
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        _refuse(name, "is damaged")


def _refuse(name: str, why: str) -> NoReturn:
    raise BadInput(f"“{name}” {why}. Please save it as PDF and attach that.", field="files")
