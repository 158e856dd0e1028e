"""Which links and files may stand as evidence."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tracker.followups.events import Evidence, File
from tracker.followups.file_kinds import clean_name, kind_of
from tracker.kit.errors import BadInput
from tracker.kit.files import MOST_FILE_BYTES, SHA256
from tracker.kit.text import LONGEST_LINE, clean_line

LONGEST_URL = 2_000
MOST_ITEMS = 20
MOST_FILES = 5


def clean_evidence(items: Sequence[Evidence]) -> list[Evidence]:
    """The items with tidy titles. Raises `BadInput` for too many or doubled ones and for what is neither a web address
    nor a file of a kind that is taken."""
    if len(items) > MOST_ITEMS:
        raise BadInput(f"At most {MOST_ITEMS} pieces of evidence fit in one report.", field="evidence")
    if sum(item.file is not None for item in items) > MOST_FILES:
        raise BadInput(
            f"At most {MOST_FILES} files fit in one report; the others can be links.", field="files"
        )
    cleaned = [
        Evidence(
            url=_url(item.url) if item.file is None else _no_url(item.url),
            title=_line(item.title, "title of the evidence"),
            restricted=item.restricted,
            file=None if item.file is None else _file(item.file),
        )
        for item in items
    ]
    names = [item.url if item.file is None else item.file.sha256 for item in cleaned]
    twice = next((at for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        file = cleaned[twice].file
        said, field = (cleaned[twice].url, "evidence") if file is None else (f"“{file.name}”", "files")
        raise BadInput(f"{said} is given twice as evidence; once is enough.", field=field)
    return cleaned


def _file(file: File) -> File:
    kind = kind_of(file.name)
    sound = (
        SHA256.fullmatch(file.sha256)
        and file.media_type == kind.media_type
        and clean_name(file.name) == file.name
    )
    if not sound or not 0 < file.size <= MOST_FILE_BYTES:
        raise BadInput("The file is not as the page made it; please attach it anew.", field="files")
    return file


def _no_url(given: str) -> str:
    if given:
        raise BadInput("Evidence is a link or a file, not both.", field="evidence")
    return ""


def _url(given: str) -> str:
    url = _line(given, "address of the evidence", longest=LONGEST_URL, required=True)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a broken port or IPv6 address
        raise _no_address(url) from None
    if not usable or any(character in url for character in ' "<>\\^`{|}'):
        raise _no_address(url)
    if parts.username is not None:
        raise BadInput("Please leave user name and password out of the evidence's address.", field="evidence")
    return url


def _line(text: str, what: str, *, longest: int = LONGEST_LINE, required: bool = False) -> str:
    try:
        return clean_line(text, what, longest=longest, required=required)
    except BadInput as error:
        raise BadInput(error.message, field="evidence") from None


def _no_address(url: str) -> BadInput:
    return BadInput(f"“{url[:100]}” is no web address; it starts with https:// or http://.", field="evidence")
