"""Answers about activities: what was done, where documents speak of it, and what it implements."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select

from tracker.kit.errors import NotFound
from tracker.recommendations import released
from tracker.recommendations.events import Basis
from tracker.recommendations.tables import activities as rows
from tracker.recommendations.tables import activity_links, recommendations
from tracker.recommendations.tables import mentions as mention_rows


class Activity(msgspec.Struct, frozen=True):
    """Something done or under way; `mentions` and `implements` count the documents' entries and the elements."""

    code: str
    body: str
    title: str
    kind: str
    note: str
    demonstration: bool
    mentions: int
    implements: int


class Mention(msgspec.Struct, frozen=True):
    """What a meeting's document says of an activity, in its words; `title` is the activity's."""

    code: str
    activity: str
    title: str
    meeting: str
    text: str
    source: str
    lines: list[str]
    note: str


class ImplementedBy(msgspec.Struct, frozen=True):
    """An activity that implements the element asked about, and how that is known."""

    activity: str
    title: str
    kind: str
    basis: Basis
    note: str


class Implements(msgspec.Struct, frozen=True):
    """An element that the activity asked about implements, and how that is known."""

    recommendation: str
    meeting: str
    text: str
    basis: Basis
    note: str


def activity(connection: Connection, code: str) -> Activity:
    """One activity; raises `NotFound`."""
    found = connection.execute(_activities().where(rows.c.code == code)).one_or_none()
    if found is None:
        raise NotFound(f"There is no activity {code}; codes look like ASEM-ACT-01.")
    return Activity(*found)


def activities(connection: Connection, body: str | None = None) -> list[Activity]:
    """The activities of a body, or all, by code."""
    query = _activities().order_by(rows.c.code)
    if body is not None:
        query = query.where(rows.c.body == body)
    return [Activity(*row) for row in connection.execute(query)]


def activities_for(connection: Connection, code: str) -> list[ImplementedBy]:
    """The activities that implement an element."""
    link = activity_links.c
    query = (
        select(link.activity, rows.c.title, rows.c.kind, link.basis, link.note)
        .join_from(activity_links, rows, rows.c.code == link.activity)
        .where(link.recommendation == code, released.of_element(link.recommendation))
        .order_by(link.activity)
    )
    return [ImplementedBy(*row) for row in connection.execute(query)]


def implements(connection: Connection, code: str) -> list[Implements]:
    """The elements that an activity implements."""
    link, element = activity_links.c, recommendations.c
    query = (
        select(link.recommendation, element.meeting, element.text, link.basis, link.note)
        .join_from(activity_links, recommendations, element.code == link.recommendation)
        .where(link.activity == code, released.ELEMENT)
        .order_by(link.recommendation)
    )
    return [Implements(*row) for row in connection.execute(query)]


def mentions(connection: Connection, meeting: str) -> list[Mention]:
    """What a meeting's document says of activities: its FOLLOW UP column."""
    return _mentions(connection, mention_rows.c.meeting == meeting)


def mention(connection: Connection, code: str) -> Mention | None:
    """One entry of a FOLLOW UP column, None if it was not recorded."""
    found = _mentions(connection, mention_rows.c.code == code)
    return found[0] if found else None


def mentions_of(connection: Connection, code: str) -> list[Mention]:
    """Everything that documents say of one activity."""
    return _mentions(connection, mention_rows.c.activity == code)


def _mentions(connection: Connection, where: ColumnElement[bool]) -> list[Mention]:
    said = mention_rows.c
    query = (
        select(
            said.code,
            said.activity,
            rows.c.title,
            said.meeting,
            said.text,
            said.source,
            said.lines,
            said.note,
        )
        .join_from(mention_rows, rows, rows.c.code == said.activity)
        .where(where, released.MENTION)
        .order_by(said.code)
    )
    found: Sequence[Any] = connection.execute(query).all()
    return [Mention(*row) for row in found]


def _activities() -> Select[Any]:
    own = mention_rows.c.activity == rows.c.code, activity_links.c.activity == rows.c.code
    mentioned = select(func.count()).where(own[0], released.MENTION).scalar_subquery()
    shown = released.of_element(activity_links.c.recommendation)
    linked = select(func.count()).where(own[1], shown).scalar_subquery()
    columns = (rows.c.code, rows.c.body, rows.c.title, rows.c.kind, rows.c.note, rows.c.demonstration)
    return select(*columns, mentioned, linked)
