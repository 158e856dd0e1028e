"""Excerpts show what was asked for, in the text's own letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.search.asking import read
from tracker.search.excerpts import LONGEST, Piece, excerpt, marked
from tracker.search.letters import located, units

FILLING = "lorem ipsum dolor sit amet consectetur " * 20


def shown(pieces: list[Piece]) -> str:
    """As it is read."""
    return "".join(piece.text for piece in pieces)


def matches(pieces: list[Piece]) -> list[str]:
    """What is marked."""
    return [piece.text for piece in pieces if piece.match]


@given(st.text())
def test_units_are_the_same_with_and_without_their_places(text: str) -> None:
    assert [unit.text for unit in located(text)] == units(text)


@given(st.text(max_size=60), st.text(max_size=20))
def test_marking_changes_no_letter(text: str, question: str) -> None:
    assert shown(marked(text, read(question))) == text


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("Créative INDUSTRIES", "creat indus", ["Créative", "INDUSTRIES"]),
        ("cultural heritage, heritage of culture", '"cultural heritage"', ["cultural heritage"]),
        ("加强文化合作", "文化", ["文化"]),
        ("cafe\u0301s", "cafe", ["cafe\u0301s"]),
        ("Straße", "strasse", ["Straße"]),
        ("l'œuvre", "oeuvre", ["œuvre"]),
    ],
)
def test_the_whole_word_is_marked(text: str, question: str, found: list[str]) -> None:
    assert matches(marked(text, read(question))) == found


@pytest.mark.parametrize("place", [0, 100, 400, 700])
def test_an_excerpt_is_short_and_shows_the_word_wherever_it_stands(place: int) -> None:
    text = f"{FILLING[:place]} heritage {FILLING[place:]}"
    pieces = excerpt([text], read("herit"))
    assert matches(pieces) == ["heritage"]
    assert len(shown(pieces)) <= LONGEST + len("… ") + len(" …")


def test_an_excerpt_of_a_text_without_spaces_is_short_too() -> None:
    pieces = excerpt(["加强" * 300 + "文化" + "合作" * 300], read("文化"))
    assert matches(pieces) == ["文化"]
    assert len(shown(pieces)) <= LONGEST + 4


def test_of_several_texts_the_one_that_holds_most_is_shown() -> None:
    assert shown(excerpt(["culture", "fund for culture"], read("culture fund"))) == "fund for culture"
    assert shown(excerpt(["first", "second"], read("nowhere"))) == "first"
    assert excerpt([], read("word")) == []
