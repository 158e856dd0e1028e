"""What the feeds hold: news out of the log, days ahead, and how streams stand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from tracker.eventstore.registry import name_of
from tracker.eventstore.store import all_events, from_rows
from tracker.eventstore.tables import events
from tracker.feeds.news import SAYS, News, told
from tracker.followups import queries as followups
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

A_PAGE = 50
TYPES = sorted(name_of(each)[0] for each in SAYS)


class Page(NamedTuple):
    """News, the newest first; `before`: the log position before which the older ones are, None if there are none."""

    news: Sequence[News]
    before: int | None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a calendar, on whole days. `version` grows by each change of it, at the latest `changed_at`."""

    key: str
    title: str
    text: str
    place: str
    path: tuple[str, ...]
    starts_on: date
    ends_on: date
    cancelled: bool
    busy: bool
    demonstration: bool
    version: int
    changed_at: datetime


class Stand(NamedTuple):
    """How often a stream changed, and when it did last."""

    version: int
    changed_at: datetime


def of_everything(conn: Connection, before: int | None = None) -> Page:
    """News of all bodies."""
    return _page(conn, _about(meetings.meetings(conn)), before)


def of_body(conn: Connection, body: str, before: int | None = None) -> Page:
    """News of one body."""
    return _page(conn, _about(meetings.meetings(conn, body)), before)


def of_recommendation(conn: Connection, code: str, before: int | None = None) -> Page:
    """News of one recommendation and its follow-ups."""
    return _page(conn, _about_element(conn, code), before)


def since(conn: Connection, code: str, after: int, *, whole_body: bool) -> Page:
    """News of a body or of a recommendation after a log position."""
    about = _about(meetings.meetings(conn, code)) if whole_body else _about_element(conn, code)
    return _page(conn, about & (events.c.position > after), None)


def streams_since(conn: Connection, after: int) -> Sequence[str]:
    """The streams of which there are news after a log position."""
    new = select(events.c.stream_id).where(events.c.position > after, events.c.event_type.in_(TYPES))
    return conn.execute(new.distinct()).scalars().all()


def ahead_of_body(conn: Connection, body: str, since: date) -> list[Day]:
    """A body's meetings, and the due dates of its recommendations from a day on."""
    found = [each for each in recommendations.search(conn, body=body) if each.superseded_by is None]
    due = [each for each in found if each.due_on is not None and each.due_on >= since]
    return _meetings(conn, body) + _due(
        conn,
        [(each.code, "", each.text, each.due_on, each.due_demonstration) for each in due if each.due_on],
    )


def ahead_of_partner(conn: Connection, partner: str, today: date, since: date) -> list[Day]:
    """The meetings of a partner's bodies, and what it should have finished by when, from a day on."""
    memberships = people.memberships_of(conn, partner)
    bodies = sorted({each.body for each in memberships if each.until is None or each.until > today})
    views = [each for each in followups.of_partner(conn, partner, today) if not each.finished]
    due = [
        (each.recommendation, partner, each.text, each.due_on, each.due_demonstration)
        for each in views
        if each.due_on is not None and each.due_on >= since
    ]
    met = [day for body in bodies for day in _meetings(conn, body)]
    return met + _due(conn, due)


def stands(conn: Connection, streams: Iterable[str]) -> dict[str, Stand]:
    """Where these streams stand, those that there are; one statement for a few thousand of them."""
    found: dict[str, Stand] = {}
    wanted = sorted(set(streams))
    for first in range(0, len(wanted), 5_000):
        some = events.c.stream_id.in_(wanted[first : first + 5_000])
        query = select(events.c.stream_id, func.max(events.c.stream_version), func.max(events.c.recorded_at))
        for stream, version, at in conn.execute(query.where(some).group_by(events.c.stream_id)):
            found[stream] = Stand(version, at)
    return found


def _about(those: Iterable[meetings.Meeting]) -> ColumnElement[bool]:
    """The events of these meetings, of what they adopted and of what became of it. A code begins with its meeting's."""
    stream, wanted = events.c.stream_id, list[ColumnElement[bool]]()
    for meeting in those:
        wanted.append(stream == f"meeting-{meeting.code}")
        wanted += [
            stream.startswith(f"{kind}-{meeting.code}-", autoescape=True)
            for kind in ("recommendation", "followup")
        ]
    return or_(events.c.position < 0, *wanted)


def _about_element(conn: Connection, code: str) -> ColumnElement[bool]:
    addressed = [f"followup-{code}:{each.partner}" for each in recommendations.addressees(conn, code)]
    return events.c.stream_id.in_([f"recommendation-{code}", *addressed])


def _page(conn: Connection, about: ColumnElement[bool], before: int | None) -> Page:
    query = all_events().where(events.c.event_type.in_(TYPES), about, recommendations.events_shown(conn))
    if before is not None:
        query = query.where(events.c.position < before)
    found = from_rows(conn.execute(query.order_by(events.c.position.desc()).limit(A_PAGE + 1)))
    names = {each.code: each.name for each in people.all_partners(conn)}
    shown = [told(each, names) for each in found[:A_PAGE]]
    return Page(shown, shown[-1].position if found[A_PAGE:] else None)


def _meetings(conn: Connection, body: str) -> list[Day]:
    dated = [each for each in meetings.meetings(conn, body) if each.starts_on is not None]
    at = stands(conn, [f"meeting-{each.code}" for each in dated])
    return [
        Day(
            key=f"meeting-{each.code}",
            title=f"{each.code} {each.title}".strip(),
            text=each.announced,
            place=each.place,
            path=("meetings", each.code),
            starts_on=each.starts_on,
            ends_on=each.ends_on or each.starts_on,
            cancelled=each.state == "cancelled",
            busy=True,
            demonstration=each.demonstration,
            **_stand(at, f"meeting-{each.code}"),
        )
        for each in dated
        if each.starts_on is not None
    ]


def _due(conn: Connection, due: Sequence[tuple[str, str, str, date, bool]]) -> list[Day]:
    """Due dates of (recommendation, partner or nobody, text, day, whether demonstration data set it)."""
    streams = {
        (code, partner): [f"recommendation-{code}", *([f"followup-{code}:{partner}"] if partner else [])]
        for code, partner, *_ in due
    }
    at = stands(conn, [stream for both in streams.values() for stream in both])
    return [
        Day(
            key=f"due-{code}-{partner}" if partner else f"due-{code}",
            title=f"{code} is due",
            text=text,
            place="",
            path=("follow-ups", code, partner) if partner else ("recommendations", code),
            starts_on=on,
            ends_on=on,
            cancelled=False,
            busy=False,
            demonstration=demonstration,
            **_stand(at, *streams[code, partner]),
        )
        for code, partner, text, on, demonstration in due
    ]


def _stand(at: dict[str, Stand], *streams: str) -> dict[str, Any]:
    there = [at[stream] for stream in streams if stream in at]
    return {
        "version": sum(each.version for each in there),
        "changed_at": max(each.changed_at for each in there),
    }
