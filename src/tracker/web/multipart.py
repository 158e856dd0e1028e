"""Forms with files: read piece by piece, each file straight to its folder, so that no file is ever held in memory."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from tracker.kit.errors import BadInput
from tracker.kit.files import Arriving

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MULTIPART = "multipart/form-data"
MOST_FIELDS = 200
MOST_FILES = 20
MOST_TEXT = 1_000_000
BROKEN = "The form did not arrive whole; please send it again."


@dataclass
class Brought:
    """One file: as it is called where it comes from, and what arrived of it. `too_large`: the rest was thrown away."""

    name: str
    arriving: Arriving
    too_large: bool = False


@dataclass
class Filled:
    """A form as far as it arrived."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Brought] = field(default_factory=list)


class Reader:
    """Follows the parser through the parts of one form. `ending` removes the files that were not kept."""

    def __init__(
        self, filled: Filled, ending: ExitStack, arriving: Callable[[], Arriving], largest: int
    ) -> None:
        self.filled, self.ending, self.arriving, self.largest = filled, ending, arriving, largest
        self.header, self.value, self.headers = b"", b"", dict[bytes, bytes]()
        self.name, self.text, self.left, self.parts = "", bytearray(), MOST_TEXT, 0
        self.file: Brought | None = None
        self.whole = False

    def callbacks(self) -> "MultipartCallbacks":
        """As the parser calls them."""
        return {
            "on_part_begin": self.on_part_begin,
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_headers_finished": self.on_headers_finished,
            "on_part_data": self.on_part_data,
            "on_part_end": self.on_part_end,
            "on_end": self.on_end,
        }

    def on_part_begin(self) -> None:
        """Another field or file."""
        self.parts += 1
        if self.parts > MOST_FIELDS + MOST_FILES:
            raise BadInput(f"The form has more than {MOST_FIELDS} fields; please use the page's own form.")
        self.headers, self.text, self.file, self.name = {}, bytearray(), None, ""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """A piece of a header's name."""
        self.header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """A piece of its value."""
        self.value += data[start:end]

    def on_header_end(self) -> None:
        """A header is whole."""
        self.headers[self.header.lower()] = self.value
        self.header, self.value = b"", b""

    def on_headers_finished(self) -> None:
        """What the part is: a file if it has a file's name, though it be empty."""
        kind, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise BadInput(BROKEN)
        self.name = _text(options[b"name"])
        if b"filename" in options:
            if len(self.filled.files) == MOST_FILES:
                raise BadInput(
                    f"More than {MOST_FILES} files were sent at once; please choose fewer.", field="files"
                )
            self.file = Brought(_text(options[b"filename"]), self.ending.enter_context(self.arriving()))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """A piece of the part."""
        if self.file is None:
            self.left -= end - start
            if self.left < 0:
                raise BadInput("The text in the form is too long; please shorten it.")
            self.text += data[start:end]
        elif self.file.arriving.size + end - start > self.largest:
            self.file.too_large = True
        elif not self.file.too_large:
            self.file.arriving.write(data[start:end])

    def on_part_end(self) -> None:
        """The part is whole. A file without name and content is a field that nobody filled in."""
        if self.file is None:
            self.filled.fields[self.name] = _text(bytes(self.text))
        elif self.file.name or self.file.arriving.size:
            self.filled.files.append(self.file)

    def on_end(self) -> None:
        """The last part is whole."""
        self.whole = True


async def parts(
    request: Request, filled: Filled, ending: ExitStack, arriving: Callable[[], Arriving], largest: int
) -> None:
    """Fills `filled` with what the body holds; raises `BadInput` for a body that is broken or has too many parts."""
    boundary = parse_options_header(request.headers.get("content-type", ""))[1].get(b"boundary", b"")
    reader = Reader(filled, ending, arriving, largest)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        async for piece in request.stream():
            parser.write(piece)
    except (FormParserError, ValueError) as error:
        raise BadInput(BROKEN) from error
    if not reader.whole:
        raise BadInput(BROKEN)


def _text(given: bytes) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError:
        raise BadInput("The form holds characters that are not UTF-8; please type the text again.") from None
