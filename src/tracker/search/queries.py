"""What holds the words that were asked for: counted by what it can be narrowed to, and a page of it.

The index answers with a narrow row for each find, at most `MOST`; counting and ordering is done here, so that both
databases do it alike; the texts of one page alone are read and marked.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from tracker.recommendations import queries as recommendations
from tracker.search.asking import Asked, read
from tracker.search.counts import Count, Names, counts, names_of
from tracker.search.excerpts import Piece, excerpt, marked
from tracker.search.fulltext import holds
from tracker.search.kinds import KIND_BITS, Kind
from tracker.search.tables import entries
from tracker.search.unreleased import SHOWN, Unsaid, found_otherwise, said

MOST = 5_000
"""Finds that are counted and shown; who finds more needs another word."""
A_PAGE = 20


class Filters(msgspec.Struct, frozen=True):
    """Codes to which the search is narrowed. `theme`: that of the recommendation, also for reports on it; `status`: that
    which the report says."""

    kind: Kind | None = None
    body: str | None = None
    meeting: str | None = None
    theme: str | None = None
    partner: str | None = None
    status: str | None = None


class Hit(msgspec.Struct, frozen=True):
    """Something found. `code`: of a report that of its follow-up. `dated`: since when it is so. `title` and `excerpt`
    are pieces, of which those that match are what was asked for."""

    kind: Kind
    code: str
    meeting: str | None
    recommendation: str | None
    partner: str | None
    partner_name: str | None
    status: str | None
    dated: date
    demonstration: bool
    title: list[Piece]
    excerpt: list[Piece]


class Found(msgspec.Struct, frozen=True):
    """The finds: how many (`more`: and others, that are not counted), by what they can be narrowed to, and a page of
    them. `asked` is False when there was no word to look for."""

    asked: bool
    total: int
    more: bool
    counts: dict[str, list[Count]]
    hits: list[Hit]
    page: int
    pages: int


ALL = Filters()
NOTHING = Found(False, 0, False, {}, [], 1, 1)


def find(conn: Connection, words: str, filters: Filters = ALL, page: int = 1, size: int = A_PAGE) -> Found:
    """Everything that holds all the words and fits the filters: what has just this code first, then kind by kind, the
    newest first. Raises `BadInput` for too many words."""
    asked = read(words)
    if not asked:
        return NOTHING
    names = names_of(conn)
    narrow = [holds(asked, conn.dialect), SHOWN, *_narrowed(filters, names)]
    found = conn.execute(select(*_NARROW).where(*narrow).order_by(entries.c.id).limit(MOST + 1)).all()
    rows, unsaid = found_otherwise(conn, found, asked)
    counted = rows[:MOST]
    columns = {column.name: [row[at] for row in counted] for at, column in enumerate(_NARROW)}
    pages = max(1, -(-len(counted) // size))
    page = min(max(page, 1), pages)
    return Found(
        asked=True,
        total=len(counted),
        more=len(rows) > MOST,
        counts=counts(conn, columns, names),
        hits=_hits(conn, _in_order(columns, words)[(page - 1) * size : page * size], asked, names, unsaid),
        page=page,
        pages=pages,
    )


_NARROW = [
    entries.c[name]
    for name in ("id", "kind", "body", "meeting", "recommendation", "partner", "status", "dated", "code")
]
_SHOWN = [column for column in entries.c if column.name not in ("terms", "body")]


def _narrowed(filters: Filters, names: Names) -> Iterable[ColumnElement[bool]]:
    for name in ("kind", "meeting", "partner", "status"):
        wanted = getattr(filters, name)
        if wanted is not None:
            yield entries.c[name] == wanted
    if filters.body is not None:
        own = [code for code, body in names.body_of.items() if body == filters.body]
        yield or_(entries.c.body == filters.body, entries.c.meeting.in_(own))
    if filters.theme is not None:
        themed = recommendations.themed().c
        yield entries.c.recommendation.in_(select(themed.recommendation).where(themed.theme == filters.theme))


def _in_order(columns: Mapping[str, Sequence[Any]], words: str) -> list[int]:
    """The ids as they are shown; an id begins with the kind. By length first, CMM9 comes before CMM10."""
    exact = words.strip(' "').upper()
    found = [
        (code != exact, entry >> KIND_BITS, dated, len(code), code, entry)
        for entry, code, dated in zip(columns["id"], columns["code"], columns["dated"], strict=True)
    ]
    found.sort(key=itemgetter(3, 4, 5))
    found.sort(key=itemgetter(2), reverse=True)
    found.sort(key=itemgetter(0, 1))
    return [each[-1] for each in found]


def _hits(
    conn: Connection, ids: Sequence[int], asked: Sequence[Asked], names: Names, unsaid: Unsaid
) -> list[Hit]:
    rows = {row.id: row for row in conn.execute(select(*_SHOWN).where(entries.c.id.in_(ids)))}
    return [
        Hit(
            kind=row.kind,
            code=row.code,
            meeting=row.meeting,
            recommendation=row.recommendation,
            partner=row.partner,
            partner_name=names.partners.get(row.partner),
            status=row.status,
            dated=row.dated,
            demonstration=row.demonstration,
            title=marked(row.title, asked),
            excerpt=excerpt(_by_weight(said(row.code, row.texts, unsaid)), asked),
        )
        for row in map(rows.__getitem__, ids)
    ]


def _by_weight(texts: dict[str, str]) -> list[str]:
    """What a thing says first, then what is said about it."""
    return [texts[part] for part in sorted(texts, key=lambda part: part not in ("text", "narrative"))]
