"""Which links may stand as evidence."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tracker.followups.events import Evidence
from tracker.kit.errors import BadInput
from tracker.kit.text import LONGEST_LINE, clean_line

LONGEST_URL = 2_000
MOST_ITEMS = 20


def clean_evidence(items: Sequence[Evidence]) -> list[Evidence]:
    """The items with tidy titles. Raises `BadInput` for too many or doubled ones and for what is no web address."""
    if len(items) > MOST_ITEMS:
        raise BadInput(f"At most {MOST_ITEMS} pieces of evidence fit in one report.", field="evidence")
    cleaned = [
        Evidence(
            url=_url(item.url),
            title=_line(item.title, "title of the evidence"),
            restricted=item.restricted,
        )
        for item in items
    ]
    urls = [item.url for item in cleaned]
    twice = next((url for url in urls if urls.count(url) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice} is given twice as evidence; once is enough.", field="evidence")
    return cleaned


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
