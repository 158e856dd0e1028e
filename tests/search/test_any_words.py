"""Whatever is written and whatever is asked: both databases find what a plain look at every text finds."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.search.corpus import put_texts
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.search.asking import LONGEST
from tracker.search.letters import units
from tracker.search.queries import find

HAN, THAI = "中国文化合作加强", "ไทยวัฒนธรรม"
WORDS = (
    "culture", "Cultures", "cultural", "Créative", "CREATIVE", "fund", "fonds", "Straße", "l'Europe", "œuvre",
    "e-mail", "100%", "CMM8-R03", "under_score", "ひらがな", "العربية", "हिन्दी", "한국어", "ﬁne", "x", "۱۲۳", "½",
)  # fmt: skip
HOSTILE = (
    '"', "'", "*", "\\", ":", "(", ")", "AND", "OR", "NOT", "NEAR(a b)", "terms : x", "^x", "-x", "--", "%", "_", "|",
    "&", "!", "<->", ":*", "'a':*", "\x00", "\ud800", "\u202e", "e\u0301", "\u0345", "𠀀", "🎭\ufe0f", "x" * 70,
)  # fmt: skip
run = st.sampled_from([HAN, THAI]).flatmap(lambda of: st.text(of, min_size=1, max_size=5))
word = st.one_of(st.sampled_from(WORDS), run, st.text(max_size=6))
texts = st.lists(st.lists(word, max_size=8).map(" ".join), min_size=1, max_size=6)


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some texts, and a question of whole words, beginnings, phrases and what is no word at all."""
    of = draw(texts)
    piece = st.sampled_from(of).flatmap(lambda each: _piece(each))
    asked = st.one_of(word, piece, piece.map(lambda each: f'"{each}"'), st.sampled_from(HOSTILE))
    return of, " ".join(draw(st.lists(asked, min_size=1, max_size=3)))[:LONGEST]


def _piece(of: str) -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(0, len(of)), st.integers(1, 8))
    return ends.map(lambda place: of[place[0] : place[0] + place[1]])


def holds(words: list[str], question: str) -> bool:
    """A plain look: every phrase stands there word for word, every word begins one, every run stands there."""
    question = question.translate(str.maketrans(dict.fromkeys("“”„«»", '"')))
    phrases = [units(each) for each in re.findall(r'"([^"]*)"', question)]
    rest = " ".join(re.split(r'"[^"]*"', question)).split()
    return all(_stands(words, each) for each in phrases) and all(_begin(words, units(each)) for each in rest)


def _begin(words: list[str], asked: list[str]) -> bool:
    own: list[str] = []
    for each in [*asked, ""]:
        if _one_letter_a_word(each):
            own.append(each)
            continue
        if not _stands(words, own) or not (any(word.startswith(each) for word in words) if each else True):
            return False
        own = []
    return True


def _stands(words: list[str], asked: list[str]) -> bool:
    return not asked or any(words[at : at + len(asked)] == asked for at in range(len(words)))


def _one_letter_a_word(unit: str) -> bool:
    names = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "IDEOGRAPHIC")
    return len(unit) == 1 and unicodedata.name(unit, "").startswith(names)


@given(corpora())
@example((["加强文化合作", "文化", "化文", "加强 合作"], "加强文化"))
@example((["one two", "two one", "one-two", "one, two three"], '"one two"'))
@example((["ab b", "ab", "b ab"], '"ab b"'))
@example((["x" * 61, "x" * 60, "x" * 59], "x" * 61))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_is_what_a_plain_look_finds(db: Database, corpus: tuple[list[str], str]) -> None:
    of, question = corpus
    with db.write() as tx:
        put_texts(tx, of)
    with db.read() as conn:
        found = find(conn, question, size=50)
    expected = [f"T{at}" for at, each in enumerate(of) if holds(units(each), question)]
    assert sorted(hit.code for hit in found.hits) == (expected if found.asked else [])
    assert found.asked == bool(units(question))
    if db.engine.dialect.name == "sqlite":
        with db.write() as tx:  # the index holds what the rows hold, no more and no less
            tx.execute(text("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)"))


@pytest.mark.parametrize("question", HOSTILE)
def test_nothing_that_is_typed_is_a_command_to_the_database(db: Database, question: str) -> None:
    with db.write() as tx:
        put_texts(tx, ["a text about x"])
    with db.read() as conn:
        assert find(conn, question).total <= 1
        assert find(conn, f'"{question}" {question}').total <= 1


def test_a_question_that_is_too_long_is_refused(db: Database) -> None:
    with db.read() as conn, pytest.raises(BadInput, match="at most 200"):
        find(conn, "word " * 50)
