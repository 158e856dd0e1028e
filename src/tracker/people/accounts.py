"""Signing in without a password: a single-use link, then a session. Only hashes of tokens are stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from tracker.eventstore.store import Context
from tracker.kit.errors import NotAllowed
from tracker.kit.ids import new_id
from tracker.people import queries, service
from tracker.people.commands import GrantRole
from tracker.people.events import Role
from tracker.people.policy import OPERATOR
from tracker.people.tables import sessions, sign_in_links

LINK_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=12)


def issue_link(tx: Connection, person_id: str, now: datetime) -> str:
    """A new token by which this person may sign in once, within `LINK_LIFE`; their dead links are swept away.

    Raises `NotFound` when there is no such person.
    """
    queries.person(tx, person_id)
    dead = or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
    tx.execute(delete(sign_in_links).where(sign_in_links.c.person_id == person_id, dead))
    token, expires_at = _new_token(), now + LINK_LIFE
    row = {"token_hash": _hash(token), "person_id": person_id, "expires_at": expires_at}
    tx.execute(insert(sign_in_links).values(row))
    return token


def peek(conn: Connection, token: str, now: datetime) -> str | None:
    """Whom the link would sign in, None if it is used, too old or unknown. For the page with the button: mail
    scanners open links too, so opening one must not spend it."""
    return conn.execute(select(sign_in_links.c.person_id).where(_usable(token, now))).scalar()


def redeem(tx: Connection, token: str, now: datetime) -> str:
    """Spends the link and returns the token of a new session. However many try at once, one gets it; the others get
    `NotAllowed`."""
    spent = (
        update(sign_in_links)
        .where(_usable(token, now))
        .values(used_at=now)
        .returning(sign_in_links.c.person_id)
    )
    person_id = tx.execute(spent).scalar()
    if person_id is None:
        raise NotAllowed(
            "This sign-in link was used already, or is older than ten minutes. Please ask for a new one."
        )
    tx.execute(delete(sessions).where(sessions.c.person_id == person_id, sessions.c.expires_at <= now))
    session = _new_token()
    row = {
        "token_hash": _hash(session),
        "person_id": person_id,
        "created_at": now,
        "expires_at": now + SESSION_LIFE,
    }
    tx.execute(insert(sessions).values(row))
    return session


def session_person(conn: Connection, token: str, now: datetime) -> str | None:
    """Whose session this is, None if it ended, is over or never was."""
    alive = and_(
        sessions.c.token_hash == _hash(token), sessions.c.ended_at.is_(None), sessions.c.expires_at > now
    )
    return conn.execute(select(sessions.c.person_id).where(alive)).scalar()


def end_session(tx: Connection, token: str, now: datetime) -> None:
    """Signs out; a session that is over stays as it is."""
    mine = and_(sessions.c.token_hash == _hash(token), sessions.c.ended_at.is_(None))
    tx.execute(update(sessions).where(mine).values(ended_at=now))


def ensure_admin(tx: Connection, context: Context, email: str, name: str) -> str:
    """The id of the person with this address, invited if need be, as administrator and secretariat of every body.

    For the operator of the server; a second call changes nothing.
    """
    known = queries.person_by_email(tx, email)
    person_id = known.person_id if known is not None else _invite(tx, context, email, name)
    held = set(queries.roles_of(tx, person_id))
    wanted: tuple[Role, ...] = ("admin", "secretariat")
    for role in wanted:
        if (role, "*") not in held:
            service.handle_person(tx, OPERATOR, person_id, GrantRole(role=role, scope="*"), _next(context))
    return person_id


def _invite(tx: Connection, context: Context, email: str, name: str) -> str:
    return service.invite(tx, OPERATOR, name=name, email=email, locale="en", time_zone="UTC", context=context)


def _next(context: Context) -> Context:
    """The context of a further command of the same request, which needs a command id of its own."""
    request = context.correlation_id or context.command_id
    return msgspec.structs.replace(context, command_id=new_id(), correlation_id=request)


def _usable(token: str, now: datetime) -> ColumnElement[bool]:
    links = sign_in_links.c
    return and_(links.token_hash == _hash(token), links.used_at.is_(None), links.expires_at > now)


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    # What a browser sends may hold anything; a broken character only makes it another token.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
