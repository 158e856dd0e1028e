"""What text may enter the tracker, and how it is searched."""

import unicodedata

from tracker.kit.errors import BadInput

LONGEST_TEXT = 20_000
LONGEST_LINE = 500


def clean(text: str, field: str, *, longest: int = LONGEST_TEXT, required: bool = False) -> str:
    """`text` without surrounding white space and with `\\n` line ends.

    Raises `BadInput` for what no database can store and no reader can use: NUL and other control characters,
    lone surrogates, more than `longest` characters, or nothing where something is required.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(f"The {field} holds a broken character; please type it again.", field=field) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise BadInput(f"The {field} holds control characters; please paste it as plain text.", field=field)
    if len(text) > longest:
        raise BadInput(f"The {field} has {len(text):,} characters; at most {longest:,} fit.", field=field)
    if not any(c.isprintable() and c != " " for c in text):
        text = ""  # joiners and direction marks alone say nothing
    if required and not text:
        raise BadInput(f"Please give the {field}.", field=field)
    return text


def clean_line(text: str, field: str, *, longest: int = LONGEST_LINE, required: bool = False) -> str:
    """As `clean`, for what stands on one line: any run of white space becomes one space."""
    return " ".join(clean(text, field, longest=longest, required=required).split())


def plain(text: str) -> str:
    """`text` without case, accents, typographic quotes and runs of white space, as it is searched."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())
