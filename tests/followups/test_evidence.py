"""Which links may stand as evidence."""

import pytest

from tracker.followups.events import Evidence
from tracker.followups.evidence import LONGEST_URL, MOST_ITEMS, clean_evidence
from tracker.kit.errors import BadInput


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/report.pdf#page=3",
        "http://example.org:8080/a?b=c&d=e",
        "https://münchen.example/ä",
        "https://[2001:db8::1]/",
    ],
)
def test_web_addresses_are_evidence(url: str) -> None:
    assert clean_evidence([Evidence(url=f" {url} ", title=" The  report ")]) == [
        Evidence(url=url, title="The report")
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,hello",
        "ftp://example.org/",
        "example.org",
        "https://",
        "https://example.org:port/",
        "https://[::1/",
        'https://example.org/"><script>',
        "https://example.org/a b",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    with pytest.raises(BadInput, match="is no web address; it starts with https"):
        clean_evidence([Evidence(url=url)])


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([Evidence(url="")], "Please give the address of the evidence"),
        ([Evidence(url="https://example.org/" + "a" * LONGEST_URL)], "at most 2,000 fit"),
        ([Evidence(url="https://user:secret@example.org/")], "leave user name and password out"),
        ([Evidence(url="https://example.org/")] * 2, "is given twice"),
        ([Evidence(url=f"https://example.org/{n}") for n in range(MOST_ITEMS + 1)], "At most 20 pieces"),
        ([Evidence(url="https://example.org/\0")], "control characters"),
    ],
)
def test_too_much_or_too_odd_is_refused(items: list[Evidence], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        clean_evidence(items)
