"""Sessions of signed-in people: begun, found by their token, seen, made strong, listed, ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from tracker.identity.bearer import hashed, new_bearer
from tracker.identity.tables import sessions

SESSION_LIFE = timedelta(hours=12)
"""The longest session, however busy (a working day)."""
IDLE_LIFE = timedelta(hours=2)
"""A session that nobody used for so long is over: long enough to write a report, short enough for a shared desk."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly `last_seen_at` is kept: reading a page need not write to the database each time."""
FRESH = timedelta(minutes=10)
"""As long as a mailed link works: so long ago, whoever acts now has shown who they are."""
LONGEST_AGENT = 200


class Session(msgspec.Struct, frozen=True):
    """`id` is the hash of its token: it names the session without opening it. `means`: link, console, passkey, code,
    recovery_code or oidc. `strong_at`: when a second factor was last shown; None: never."""

    id: str
    person_id: str
    means: str
    strong_at: datetime | None
    agent: str
    created_at: datetime
    seen_at: datetime

    @property
    def strong(self) -> bool:
        """Whether a second factor stands behind it."""
        return self.strong_at is not None

    def fresh(self, now: datetime) -> bool:
        """Whether it began, or a second factor was shown in it, so lately that nobody else sits at the desk yet."""
        return now - (self.strong_at or self.created_at) < FRESH


def begin(
    tx: Connection, person_id: str, now: datetime, *, means: str, strong: bool = False, agent: str = ""
) -> str:
    """Starts a session and returns its token; the person's sessions that are over are swept away."""
    tx.execute(delete(sessions).where(sessions.c.person_id == person_id, sessions.c.expires_at <= now))
    token = new_bearer()
    row = {
        "token_hash": hashed(token),
        "person_id": person_id,
        "means": means,
        "agent": agent[:LONGEST_AGENT],
        "created_at": now,
        "strong_at": now if strong else None,
        "last_seen_at": now,
        "expires_at": now + SESSION_LIFE,
    }
    tx.execute(insert(sessions).values(row))
    return token


def find(conn: Connection, token: str, now: datetime) -> Session | None:
    """The session of this token; None if it ended, is over, idled too long or never was."""
    return next(iter(_alive(conn, now, sessions.c.token_hash == hashed(token))), None)


def whose(conn: Connection, session_id: str) -> str | None:
    """The person whose session it is or was; None if it is forgotten already."""
    query = select(sessions.c.person_id).where(sessions.c.token_hash == session_id)
    return conn.execute(query).scalar_one_or_none()


def of_person(conn: Connection, person_id: str, now: datetime) -> Sequence[Session]:
    """Every session that a person has open, the newest first."""
    return _alive(conn, now, sessions.c.person_id == person_id)


def needs_a_touch(session: Session, now: datetime) -> bool:
    """Whether `touch` has something to note."""
    return now - session.seen_at >= SEEN_EVERY


def touch(tx: Connection, session: Session, now: datetime) -> None:
    """Notes that the session is in use."""
    tx.execute(update(sessions).where(sessions.c.token_hash == session.id).values(last_seen_at=now))


def strengthen(tx: Connection, session_id: str, now: datetime, *, means: str) -> str:
    """Notes that a second factor was shown; returns the session's new token, since one that was seen while it was weak
    must not open it now that it is strong."""
    token = new_bearer()
    values = {"token_hash": hashed(token), "strong_at": now, "means": means}
    tx.execute(update(sessions).where(sessions.c.token_hash == session_id).values(values))
    return token


def end(tx: Connection, session_id: str, now: datetime, *, person_id: str | None = None) -> bool:
    """Ends one session, if it is this person's where one is named; False if there is no such open session."""
    mine = and_(sessions.c.token_hash == session_id, sessions.c.ended_at.is_(None))
    if person_id is not None:
        mine = and_(mine, sessions.c.person_id == person_id)
    return tx.execute(update(sessions).where(mine).values(ended_at=now)).rowcount == 1


def end_all(
    tx: Connection, person_id: str, now: datetime, *, but: str | None = None, means: str | None = None
) -> int:
    """Ends every session of a person, but for one, or those begun by one means; how many."""
    mine = and_(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    if means is not None:
        mine = and_(mine, sessions.c.means == means)
    if but is not None:
        mine = and_(mine, sessions.c.token_hash != but)
    return tx.execute(update(sessions).where(mine).values(ended_at=now)).rowcount


def end_everybodys(tx: Connection, now: datetime, *, but: str | None = None) -> int:
    """Ends every session of every person, but for one; how many."""
    others = sessions.c.ended_at.is_(None), sessions.c.token_hash != (but or "")
    return tx.execute(update(sessions).where(*others).values(ended_at=now)).rowcount


def sweep(tx: Connection, now: datetime) -> int:
    """Removes sessions that ended or are over; how many."""
    dead = or_(sessions.c.expires_at <= now, sessions.c.ended_at.is_not(None))
    return tx.execute(delete(sessions).where(dead)).rowcount


def _alive(conn: Connection, now: datetime, *where: ColumnElement[bool]) -> list[Session]:
    column = sessions.c
    lately = or_(column.last_seen_at.is_(None), column.last_seen_at > now - IDLE_LIFE)
    query = select(sessions).where(*where, column.ended_at.is_(None), column.expires_at > now, lately)
    return [
        Session(
            id=row.token_hash,
            person_id=row.person_id,
            means=row.means,
            strong_at=row.strong_at,
            agent=row.agent,
            created_at=row.created_at,
            seen_at=row.last_seen_at or row.created_at,
        )
        for row in conn.execute(query.order_by(column.created_at.desc()))
    ]
