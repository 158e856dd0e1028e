"""Searching 100,000 things, with counts and excerpts, beside the same words asked of the full-text index alone.

The words of the texts are as common as words are (the n-th word n times rarer than the first), so that the first ones
stand nearly everywhere and most stand hardly anywhere.
"""

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select, text

from benchmarks.append import postgresql, sqlite
from benchmarks.rounds import heading, measured, ratio, row
from tests.builders import BODY, put_body, put_meeting, put_partner
from tracker.eventstore.rows import Row, Rows
from tracker.kit.db import Database
from tracker.recommendations.tables import recommendation_themes
from tracker.search.asking import joined, read
from tracker.search.fulltext import holds
from tracker.search.kinds import KINDS
from tracker.search.projection import EMPTY
from tracker.search.queries import MOST, Filters, find
from tracker.search.tables import entries

COUNT = 100_000
WORDS, LETTERS = 20_000, "abcdefghijklmnopqrstuvwxyz"
HAN = "中国文化合作加强发展交流促进保护遗产教育青年城市政策创意产业部长会议建议活动报告国家国际亚洲欧洲伙伴"
MEETINGS = [f"CMM{number}" for number in range(1, 21)]
PARTNERS = [f"{first}{second}X" for first in "ABCDEFGH" for second in "ABCDEFG"][:53]
RECOMMENDATIONS = [f"{meeting}-R{number:03}" for meeting in MEETINGS for number in range(1, 251)]
THEMES = [f"theme-{number}" for number in range(16)]
STATUSES = ("not_started", "under_implementation", "partially_implemented", "implemented", "not_implemented")
ASKED = 30
"""Questions of each kind in a round."""
ROUNDS = 5
Question = tuple[str, Filters]
Ask = Callable[[Connection, str, Filters], None]


def measure(quick: bool) -> None:
    """Both databases; in each round all kinds of questions, ours and the bare ones in turn."""
    heading("Search", "database", "question", "found (median)", "search p50, ms", "search p95, ms",
            "bare index p50, ms", "bare index p95, ms", "search / bare")  # fmt: skip
    count = COUNT // 20 if quick else COUNT
    with postgresql() as one, sqlite() as two:
        for name, new in (("PostgreSQL", one), ("SQLite", two)):
            db = Database(new("search"))
            for kind, questions in _filled(db, count).items():
                _beside(db, name, kind, questions)
            db.dispose()


def _beside(db: Database, name: str, kind: str, questions: Sequence[Question]) -> None:
    ours, bare = list[float](), list[float]()
    found = measured(
        {
            "ours": partial(_timed, db, _ask, questions, ours),
            "bare": partial(_timed, db, _bare, questions, bare),
        },
        ROUNDS,
    )
    with db.read() as conn:
        totals = [find(conn, words, filters).total for words, filters in questions]
    cells = [f"{value * 1000:.1f}" for times in (ours, bare) for value in _percentiles(times)]
    row(name, kind, f"{statistics.median(totals):,.0f}", *cells, ratio(found["ours"], found["bare"]))


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    ordered = statistics.quantiles(times, n=20)
    return statistics.median(times), ordered[-1]


def _timed(db: Database, once: Ask, questions: Sequence[Question], times: list[float]) -> float:
    """Asks each once, in a transaction of its own; the seconds of the whole."""
    begun = len(times)
    for words, filters in questions:
        with db.read() as conn:
            start = time.perf_counter()
            once(conn, words, filters)
            times.append(time.perf_counter() - start)
    return sum(times[begun:])


def _ask(conn: Connection, words: str, filters: Filters) -> None:
    find(conn, words, filters)


def _bare(conn: Connection, words: str, filters: Filters) -> None:
    """The ids alone, as many as are counted."""
    conn.execute(select(entries.c.id).where(holds(read(words), conn.dialect)).limit(MOST + 1)).all()


def _filled(db: Database, count: int) -> Mapping[str, Sequence[Question]]:
    """The database with so many things; the questions, by kind."""
    chance = random.Random(8018)
    vocabulary = ["".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(WORDS)]
    said = _sentences(chance, vocabulary)
    with db.write() as tx:
        put_body(tx)
        for number, meeting in enumerate(MEETINGS):
            put_meeting(tx, meeting, date(1998 + number, 3, 2), place="Sofia")
        for partner in PARTNERS:
            put_partner(tx, partner)
        pairs = [{"recommendation": r, "theme": t} for r in RECOMMENDATIONS for t in chance.sample(THEMES, 2)]
        tx.execute(insert(recommendation_themes), pairs)
        for batch in _batches(chance, said, count):
            rows = Rows(tx)
            for each in batch:
                rows.put(entries, each)
            rows.flush()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text("VACUUM ANALYZE search_entries" if db.engine.dialect.name == "postgresql" else "ANALYZE")
        )
    return _questions(chance, vocabulary)


def _batches(chance: random.Random, said: Iterator[str], count: int) -> Iterator[list[Row]]:
    things = _things(chance, said, count)
    while batch := list(itertools.islice(things, 5_000)):
        yield batch


def _sentences(chance: random.Random, vocabulary: Sequence[str]) -> Iterator[str]:
    """Sixty words each; of every tenth some more in Chinese."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    for number in itertools.count():
        words = chance.choices(vocabulary, cum_weights=weights, k=60)
        yield " ".join([*words, *(["".join(chance.choices(HAN, k=40))] if number % 10 == 0 else [])])


def _things(chance: random.Random, said: Iterator[str], count: int) -> Iterator[Row]:
    """Recommendations and activities first, reports after them."""
    for number in range(count):
        code, partner = RECOMMENDATIONS[number % len(RECOMMENDATIONS)], chance.choice(PARTNERS)
        kind = (
            "recommendation" if number < len(RECOMMENDATIONS) else "activity" if number < 7_000 else "report"
        )
        about: Row = {"code": code, "body": BODY, "meeting": code.partition("-")[0], "recommendation": code}
        if kind == "activity":
            about = {"code": f"ASEM-ACT-{number}", "body": BODY, "title": next(said)[:60]}
        if kind == "report":
            about |= {
                "code": f"{code}:{partner}",
                "body": None,
                "partner": partner,
                "status": chance.choice(STATUSES),
            }
        texts = {"text": next(said)}
        terms = joined(f"{about['code']} {about.get('title', '')} {texts['text']}")
        place = KINDS.index(kind) << 60 | chance.getrandbits(60)
        dated = date(2003, 6, 5) + timedelta(days=chance.randrange(8_000))
        yield EMPTY | {"id": place, "kind": kind, "dated": dated, "texts": texts, "terms": terms} | about


def _questions(chance: random.Random, vocabulary: Sequence[str]) -> Mapping[str, Sequence[Question]]:
    rare, usual, common = vocabulary[2_000:], vocabulary[100:2_000], vocabulary[:10]

    def some(make: Callable[[], str], **filters: Any) -> list[Question]:
        return [(make(), Filters(**filters)) for _ in range(ASKED)]

    return {
        "a rare word": some(lambda: chance.choice(rare)),
        "two usual words": some(lambda: " ".join(chance.sample(usual, 2))),
        "a usual word": some(lambda: chance.choice(usual)),
        "its first three letters": some(lambda: chance.choice(usual)[:3]),
        "a usual word, reports of a partner": some(
            lambda: chance.choice(usual), kind="report", partner=PARTNERS[0]
        ),
        "a usual word under a theme": some(lambda: chance.choice(usual), theme=THEMES[0]),
        "a phrase": some(lambda: f'"{chance.choice(usual)} {chance.choice(common)}"'),
        "two Chinese characters": some(lambda: "".join(chance.choices(HAN, k=2))),
        "four Chinese characters": some(lambda: "".join(chance.choices(HAN, k=4))),
        "a code": some(lambda: chance.choice(RECOMMENDATIONS)),
        "one letter": some(lambda: chance.choice(LETTERS)),
        "one of the commonest words": some(lambda: chance.choice(common)),
    }
