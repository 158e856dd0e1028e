"""Two wordings word by word: nothing is lost, and only what differs is marked."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.audit.diff import MOST_WORDS, by_words

texts = st.text(alphabet="ab é\n.,中", max_size=60)


@given(before=texts, after=texts)
def test_the_pieces_hold_both_wordings_whole(before: str, after: str) -> None:
    pieces = by_words(before, after)
    assert "".join(text for how, text in pieces if how != "new") == before
    assert "".join(text for how, text in pieces if how != "gone") == after


def test_a_word_that_is_another_is_marked_alone() -> None:
    pieces = by_words("Parliament adopted the law in May.", "Parliament adopted the decree in May.")
    assert [(how, text) for how, text in pieces if how != "same"] == [("gone", "law"), ("new", "decree")]


def test_wordings_that_have_little_in_common_are_told_as_a_whole() -> None:
    assert [how for how, _ in by_words("One fund was opened.", "Nothing happened here at all!")] == [
        "gone",
        "new",
    ]


def test_what_is_too_long_to_compare_is_told_as_a_whole() -> None:
    text = "word " * MOST_WORDS
    assert [how for how, _ in by_words(text, text + "more")] == ["gone", "new"]
