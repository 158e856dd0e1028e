"""What holds the words that were asked for: counted by what it can be narrowed to, and a page of it.

The index answers with a narrow row for each find, at most `MOST`; counting and ordering is done here, so that both
databases do it alike; the texts of one page alone are read and marked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, or_, select

from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations
from tracker.search.asking import Asked, read
from tracker.search.excerpts import Piece, excerpt, marked
from tracker.search.fulltext import holds
from tracker.search.kinds import KINDS, Kind
from tracker.search.tables import entries

MOST = 10_000
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


class Count(msgspec.Struct, frozen=True):
    """How many of the finds have a value; `label` is its name for people."""

    value: str
    label: str
    count: int


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


class _Names(msgspec.Struct, frozen=True):
    """What codes stand for, for labels and for what follows from them."""

    bodies: dict[str, str]
    meetings: dict[str, str]
    themes: dict[str, str]
    partners: dict[str, str]
    body_of: dict[str, str]
    themes_of: dict[str, list[str]]


def find(conn: Connection, words: str, filters: Filters = ALL, page: int = 1, size: int = A_PAGE) -> Found:
    """Everything that holds all the words and fits the filters: what has just this code first, then kind by kind, the
    newest first. Raises `BadInput` for too many words."""
    asked = read(words)
    if not asked:
        return NOTHING
    names = _names(conn)
    narrow = [holds(asked, conn.dialect), *_narrowed(filters, names)]
    rows = conn.execute(select(*_NARROW).where(*narrow).order_by(entries.c.id).limit(MOST + 1)).all()
    counted = rows[:MOST]
    pages = max(1, -(-len(counted) // size))
    page = min(max(page, 1), pages)
    shown = _in_order(counted, words)[(page - 1) * size : page * size]
    return Found(
        asked=True,
        total=len(counted),
        more=len(rows) > MOST,
        counts=_counts(counted, names),
        hits=_hits(conn, [row.id for row in shown], asked, names),
        page=page,
        pages=pages,
    )


_NARROW = [
    entries.c[name]
    for name in ("id", "kind", "body", "meeting", "recommendation", "partner", "status", "dated", "code")
]
_SHOWN = [column for column in entries.c if column.name not in ("terms", "body")]


def _narrowed(filters: Filters, names: _Names) -> Iterable[ColumnElement[bool]]:
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


def _in_order(rows: Sequence[Row[Any]], words: str) -> list[Row[Any]]:
    code = words.strip(' "').upper()
    place = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(
        rows,
        # By length first, CMM9 comes before CMM10.
        key=lambda row: (
            row.code != code, place[row.kind], -row.dated.toordinal(), len(row.code), row.code, row.id
        ),
    )  # fmt: skip


def _counts(rows: Sequence[Row[Any]], names: _Names) -> dict[str, list[Count]]:
    by_recommendation = Counter(row.recommendation for row in rows)
    by_theme: Counter[str] = Counter()
    for code, count in by_recommendation.items():
        for theme in names.themes_of.get(code, ()):
            by_theme[theme] += count
    same: dict[str, str] = {}
    return {
        "kind": _listed(Counter(row.kind for row in rows), same, KINDS.index),
        "body": _listed(Counter(row.body or names.body_of.get(row.meeting) for row in rows), names.bodies),
        "meeting": _listed(Counter(row.meeting for row in rows), names.meetings),
        "theme": _listed(by_theme, names.themes),
        "partner": _listed(Counter(row.partner for row in rows), names.partners),
        "status": _listed(Counter(row.status for row in rows), same),
    }


def _listed(
    counter: Counter[Any], labels: dict[str, str], first: Callable[[Any], int] | None = None
) -> list[Count]:
    """The commonest first, unless there is an order; what has no value is left out."""
    found = [Count(value, labels.get(value, value), count) for value, count in counter.items() if value]
    return sorted(found, key=lambda each: (first(each.value) if first else -each.count, each.label))


def _hits(conn: Connection, ids: Sequence[int], asked: Sequence[Asked], names: _Names) -> list[Hit]:
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
            excerpt=excerpt(_by_weight(row.texts), asked),
        )
        for row in map(rows.__getitem__, ids)
    ]


def _by_weight(texts: dict[str, str]) -> list[str]:
    """What a thing says first, then what is said about it."""
    return [texts[part] for part in sorted(texts, key=lambda part: part not in ("text", "narrative"))]


def _names(conn: Connection) -> _Names:
    bodies = meetings.bodies(conn)
    held = meetings.meetings(conn)
    themes_of: dict[str, list[str]] = {}
    for code, theme in conn.execute(select(recommendations.themed())):
        themes_of.setdefault(code, []).append(theme)
    return _Names(
        bodies={body.code: body.name for body in bodies},
        meetings={each.code: f"{each.code} {each.place}".strip() for each in held},
        themes={theme.code: theme.title for body in bodies for theme in meetings.themes(conn, body.code)},
        partners={each.code: each.name for each in people.all_partners(conn)},
        body_of={each.code: each.body for each in held},
        themes_of=themes_of,
    )
