"""Who follows what, and whether that is there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, select, tuple_

from tracker.followers.tables import followers, follows
from tracker.identity.bearer import hashed
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.recommendations import queries as recommendations

LINK_LIFE = timedelta(days=7)
"""How long the link works that confirms."""
BODIES, RECOMMENDATIONS = "bodies", "recommendations"


class Follow(msgspec.Struct, frozen=True):
    """One thing that a follower follows; `position`: that of the log when they confirmed it."""

    follower: str
    kind: str
    code: str
    position: int | None


def named(conn: Connection, kind: str, code: str) -> str:
    """What the thing is called; raises `NotFound`."""
    if kind == BODIES:
        return meetings.body(conn, code).name
    if kind == RECOMMENDATIONS:
        return recommendations.recommendation(conn, code).code
    raise NotFound(f"“{kind}” cannot be followed; recommendations and bodies can.")


def email_of(conn: Connection, follower: str) -> str | None:
    """The follower's address; None for whoever follows nothing any more."""
    confirmed = select(follows.c.follower).where(follows.c.confirmed_at.is_not(None))
    mine = followers.c.id == follower, followers.c.id.in_(confirmed)
    return conn.execute(select(followers.c.email).where(*mine)).scalar()


def followed_by(conn: Connection, follower: str) -> list[Follow]:
    """What a follower follows, bodies first."""
    mine = follows.c.follower == follower, follows.c.confirmed_at.is_not(None)
    query = select(follows.c.follower, follows.c.kind, follows.c.code, follows.c.position).where(*mine)
    return [Follow(*row) for row in conn.execute(query.order_by(follows.c.kind, follows.c.code))]


def following(conn: Connection, things: Collection[tuple[str, str]]) -> Sequence[str]:
    """The ids of those who follow any of these (kind, code)."""
    theirs = tuple_(follows.c.kind, follows.c.code).in_(sorted(things)) & follows.c.confirmed_at.is_not(None)
    return conn.execute(select(follows.c.follower).where(theirs).distinct()).scalars().all() if things else []


def waiting(conn: Connection, token: str, now: datetime) -> Follow | None:
    """What the mailed link would confirm; None for one that is used, too old or none."""
    query = select(follows.c.follower, follows.c.kind, follows.c.code, follows.c.position)
    found = conn.execute(query.where(usable(token, now))).one_or_none()
    return None if found is None else Follow(*found)


def usable(token: str, now: datetime) -> ColumnElement[bool]:
    """Of a row of `follows`: this link confirms it."""
    return and_(
        follows.c.token_hash == hashed(token),
        follows.c.confirmed_at.is_(None),
        follows.c.asked_at > now - LINK_LIFE,
    )
