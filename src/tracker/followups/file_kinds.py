"""Which files may stand as evidence: by their name, and by what is in them."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tracker.followups.office import check_open_document, check_spreadsheet, check_text_document
from tracker.kit.errors import BadInput

LONGEST_NAME = 120
NOT_IN_NAMES = frozenset('/\\:*?"<>|')


class Kind(NamedTuple):
    """One kind of file. `check` raises `BadInput` unless the content is of this kind."""

    media_type: str
    check: Callable[[Path, str], None]


def kind_of(name: str) -> Kind:
    """The kind that a name claims; raises `BadInput` for any that is not taken."""
    kind = KINDS.get(_ending(name))
    if kind is None:
        taken = ", ".join(each.upper() for each in KINDS)
        raise BadInput(
            f"“{name}” cannot be attached: these kinds of files can: {taken}. Please save it as PDF.",
            field="files",
        )
    return kind


def clean_name(name: str) -> str:
    """The name without folders and without characters that mislead or that some computer cannot store."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # Format characters too: they turn the direction of reading, so that an ending can look like another.
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in NOT_IN_NAMES)
    whole = " ".join(kept.split())
    stem, dot, ending = whole.rpartition(".")
    stem = stem.strip(". ")[:LONGEST_NAME].strip() or "file"
    return f"{stem}.{ending.strip()[:10]}" if dot else whole[:LONGEST_NAME].strip()


def check_content(path: Path, name: str) -> Kind:
    """The kind of the file at `path`, if its content is what its name says; else raises `BadInput`."""
    kind = kind_of(name)
    kind.check(path, name)
    return kind


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _begins(*signatures: bytes) -> Callable[[Path, str], None]:
    def check(path: Path, name: str) -> None:
        with path.open("rb") as file:
            if not file.read(16).startswith(signatures):
                raise _is_other(name)

    return check


def _is_text(path: Path, name: str) -> None:
    """UTF-8 or, as spreadsheets export it, UTF-16 with its mark; no control characters, and no page or drawing."""
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput(
            f"“{name}” is no text in UTF-8; please save it as UTF-8 or as PDF.", field="files"
        ) from None
    if any(c < " " and c not in "\t\n\r\f" for c in text):
        raise _is_other(name)
    if (
        text.lstrip()[:20]
        .lower()
        .startswith(("<!", "<?", "<html", "<svg", "<head", "<body", "<script", "%pdf-"))
    ):
        raise _is_other(name)


def _is_other(name: str) -> BadInput:
    return BadInput(
        f"“{name}” is not what its name says. Please open it, save it anew in the right kind, and attach that.",
        field="files",
    )


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": Kind("application/pdf", _begins(b"%PDF-")),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "docx": Kind(f"{OFFICE}.wordprocessingml.document", check_text_document),
    "xlsx": Kind(f"{OFFICE}.spreadsheetml.sheet", check_spreadsheet),
    "odt": Kind("application/vnd.oasis.opendocument.text", check_open_document),
    "txt": Kind("text/plain; charset=utf-8", _is_text),
    "csv": Kind("text/csv; charset=utf-8", _is_text),
}
