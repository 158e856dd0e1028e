"""What turns the direction of reading ends with the text that holds it."""

import pytest
from markupsafe import Markup

from tracker.web.direction import contained


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("عربي", "عربي"),
        ("a\u202eb", "a\u202eb\u202c"),
        ("a\u202eb\u202c", "a\u202eb\u202c"),
        ("\u2067\u202ex", "\u2067\u202ex\u202c\u2069"),
        ("\u2066\u2066\u2069", "\u2066\u2066\u2069\u2069"),
        ("\u2069\u202cx", "\u2069\u202cx"),
        ("\u200bzero", "\u200bzero"),
        (7, 7),
        (None, None),
    ],
)
def test_each_turn_that_a_text_begins_is_ended_after_it(text: object, shown: object) -> None:
    assert contained(text) == shown


def test_html_that_is_ready_is_left_alone() -> None:
    assert contained(Markup("<b>\u202e</b>")) == Markup("<b>\u202e</b>")
