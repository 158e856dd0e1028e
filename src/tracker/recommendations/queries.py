"""Answers about elements and to whom they are directed; one statement each. Activities: `queries_activity`, re-exported.

What is under embargo is missing for those who may not see it. Missing things raise `NotFound`. Lists are in the order of the codes, `CMM9` before `CMM10`.
"""

import re
from datetime import date

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Subquery,
    case,
    exists,
    func,
    or_,
    select,
)

from tracker.kit.errors import NotFound
from tracker.kit.text import plain
from tracker.recommendations import released
from tracker.recommendations.events import Basis, Kind, Nature, Relation
from tracker.recommendations.queries_activity import (
    Activity,
    ImplementedBy,
    Implements,
    Mention,
    activities,
    activities_for,
    activity,
    implements,
    mention,
    mentions,
    mentions_of,
)
from tracker.recommendations.released import events_shown, of_element, only_shown, unreleased_mentions
from tracker.recommendations.tables import (
    activity_links,
    recommendation_links,
    recommendation_themes,
    recommendations,
)
from tracker.recommendations.tables import addressees as addressee_rows

__all__ = [
    "Activity",
    "Addressee",
    "ImplementedBy",
    "Implements",
    "Link",
    "Mention",
    "Recommendation",
    "Repeat",
    "Wording",
    "activities",
    "activities_for",
    "activity",
    "addressees",
    "directed",
    "elements",
    "events_shown",
    "implements",
    "in_order",
    "links",
    "mention",
    "mentions",
    "mentions_of",
    "of_element",
    "only_shown",
    "recommendation",
    "search",
    "themed",
    "unreleased_mentions",
    "wordings",
]


class Wording(msgspec.Struct, frozen=True):
    """What an element says, and its themes."""

    text: str
    themes: list[str]


class Repeat(msgspec.Struct, frozen=True):
    """Where the source prints the element again."""

    source: str
    lines: list[str]
    note: str


class Recommendation(msgspec.Struct, frozen=True):
    """An adopted element as it stands. The last four fields count its addressees, its links in both directions, the
    activities that implement it and its sub-elements."""

    code: str
    meeting: str
    body: str
    kind: Kind
    text: str
    parent: str | None
    nature: Nature
    themes: list[str]
    source: str
    lines: list[str]
    repeats: list[Repeat]
    note: str
    original_due_on: date | None
    due_on: date | None
    superseded_by: str | None
    superseded_on: date | None
    demonstration: bool
    due_demonstration: bool
    addressees: int
    links: int
    activities: int
    parts: int


class Addressee(msgspec.Struct, frozen=True):
    """A partner that an element is directed to, since when and by which rule it was chosen."""

    partner: str
    since: date
    rule: str
    demonstration: bool


class Link(msgspec.Struct, frozen=True):
    """A link seen from one of its ends: `code`, `meeting` and `text` are those of the other element. `outgoing`: the
    element asked about says it of the other one."""

    code: str
    meeting: str
    text: str
    relation: Relation
    basis: Basis
    note: str
    outgoing: bool


def recommendation(connection: Connection, code: str) -> Recommendation:
    """One element; raises `NotFound`."""
    found = connection.execute(_ELEMENTS.where(recommendations.c.code == code)).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no recommendation {code}; codes look like CMM8-R03 or CMM2-R04-01.")
    return _answer(found)


def elements(connection: Connection, meeting: str) -> list[Recommendation]:
    """What a meeting adopted: action plan, then recommendations, sub-elements after their parents."""
    return search(connection, meeting=meeting)


def search(
    connection: Connection,
    body: str | None = None,
    meeting: str | None = None,
    theme: str | None = None,
    partner: str | None = None,
    text: str | None = None,
    kind: str | None = None,
) -> list[Recommendation]:
    """Elements for which everything that is given holds. `partner` is an addressee; `text` holds words, all of which
    stand in the code or text, in any order, whatever their case and accents."""
    rows, wanted = recommendations.c, list[ColumnElement[bool]]()
    if body is not None:
        wanted.append(rows.body == body)
    if meeting is not None:
        wanted.append(rows.meeting == meeting)
    if kind is not None:
        wanted.append(rows.kind == kind)
    if theme is not None:
        themed = recommendation_themes.c
        wanted.append(exists().where(themed.recommendation == rows.code, themed.theme == theme))
    if partner is not None:
        directed = addressee_rows.c
        wanted.append(exists().where(directed.recommendation == rows.code, directed.partner == partner))
    wanted += [rows.searchable.contains(word, autoescape=True) for word in plain(text or "").split()]
    found = connection.execute(_ELEMENTS.where(*wanted)).mappings()
    return sorted(map(_answer, found), key=lambda answer: in_order(answer.code))


def wordings(connection: Connection, body: str, meeting: str | None = None) -> dict[str, Wording]:
    """Text and themes of each element of a body, or of one meeting of it, by code."""
    rows = recommendations.c
    query = select(rows.code, rows.text, rows.themes).where(rows.body == body)
    if meeting is not None:
        query = query.where(rows.meeting == meeting)
    return {code: Wording(text, themes) for code, text, themes in connection.execute(query)}


def addressees(connection: Connection, code: str) -> list[Addressee]:
    """Who the element is directed to now, by partner code."""
    rows = addressee_rows.c
    mine = rows.recommendation == code, released.of_element(rows.recommendation)
    query = select(rows.partner, rows.since, rows.rule, rows.demonstration).where(*mine)
    return [Addressee(*row) for row in connection.execute(query.order_by(rows.partner))]


def links(connection: Connection, about: str) -> list[Link]:
    """Links from and to the element."""
    link, other = recommendation_links.c, recommendations.c
    outgoing = link.recommendation == about
    query = (
        select(
            other.code,
            other.meeting,
            other.text,
            link.relation,
            link.basis,
            link.note,
            outgoing.label("outgoing"),
        )
        .join_from(
            recommendation_links,
            recommendations,
            other.code == case((outgoing, link.to), else_=link.recommendation),
        )
        .where(or_(outgoing, link.to == about), released.ELEMENT)
    )
    found = [
        Link(code, meeting, text, relation, basis, note, bool(mine))
        for code, meeting, text, relation, basis, note, mine in connection.execute(query)
    ]
    return sorted(found, key=lambda each: (not each.outgoing, in_order(each.code)))


def directed() -> Subquery:
    """Every (element, addressee) pair, for other features to join their own rows to: `recommendation`, `partner`,
    `since`, `rule`, and of the element `meeting`, `body`, `kind`, `text`, `parent`, `nature`, `themes`, `due_on`,
    `original_due_on`, `due_demonstration`, `superseded_by`, `superseded_on`."""
    pair, element = addressee_rows.c, recommendations.c
    query = select(
        pair.recommendation,
        pair.partner,
        pair.since,
        pair.rule,
        element.meeting,
        element.body,
        element.kind,
        element.text,
        element.parent,
        element.nature,
        element.themes,
        element.due_on,
        element.original_due_on,
        element.superseded_by,
        element.superseded_on,
        element.due_demonstration,
    )
    pairs = query.join_from(addressee_rows, recommendations, element.code == pair.recommendation)
    return pairs.where(released.ELEMENT).subquery("directed")


def themed() -> Subquery:
    """Every (element, theme) pair, for other features to join: `recommendation`, `theme`."""
    return select(recommendation_themes.c.recommendation, recommendation_themes.c.theme).subquery("themed")


def in_order(code: str) -> list[tuple[str, int]]:
    """A key that sorts codes as people count: `CMM9-R02` before `CMM9-R10` before `CMM10-A01`."""
    return [(letters, int(digits or 0)) for letters, digits in re.findall(r"(\D*)(\d*)", code)]


def _answer(row: RowMapping) -> Recommendation:
    repeats = [Repeat(**repeat) for repeat in row["repeats"]]
    return Recommendation(**(dict(row) | {"repeats": repeats}))


def _number(where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(where).scalar_subquery()


_part, _link = recommendations.alias("part").c, recommendation_links.c
_ELEMENTS = select(
    *(column for column in recommendations.c if column.name != "searchable"),
    _number(addressee_rows.c.recommendation == recommendations.c.code).label("addressees"),
    _number(
        or_(_link.recommendation == recommendations.c.code, _link.to == recommendations.c.code)
        & released.of_element(_link.recommendation)
        & released.of_element(_link.to)
    ).label("links"),
    _number(activity_links.c.recommendation == recommendations.c.code).label("activities"),
    _number(_part.parent == recommendations.c.code).label("parts"),
).where(released.ELEMENT)
