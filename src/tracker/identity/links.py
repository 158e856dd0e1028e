"""Single-use links that are mailed to a person: to sign in without a password, or to confirm something."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from tracker.identity import sessions
from tracker.identity.bearer import hashed, new_bearer
from tracker.identity.tables import sign_in_links
from tracker.kit.errors import Gone

LINK_LIFE = timedelta(minutes=10)
SIGN_IN, INVITATION = "sign_in", "invitation"
LIVES = {INVITATION: timedelta(days=7)}
"""How long links of a purpose work, where it is not `LINK_LIFE`; a feature that adds a purpose adds its life."""
OPENING = (SIGN_IN, INVITATION)
"""The purposes whose links begin a session."""


class Link(msgspec.Struct, frozen=True):
    """What a link is good for, and for whom."""

    person_id: str
    purpose: str
    about: str
    next_path: str
    strong: bool


def issue(
    tx: Connection,
    person_id: str,
    now: datetime,
    *,
    purpose: str = SIGN_IN,
    about: str = "",
    next_path: str = "",
    strong: bool = False,
) -> str:
    """A new token, good once and for the life of its purpose; the person's dead links are swept away.

    `strong`: whoever gets it stands at the server's own terminal, so that its session needs no second factor.
    """
    dead = or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
    tx.execute(delete(sign_in_links).where(sign_in_links.c.person_id == person_id, dead))
    token = new_bearer()
    row = {
        "token_hash": hashed(token),
        "person_id": person_id,
        "purpose": purpose,
        "about": about,
        "next_path": next_path,
        "strong": strong,
        "expires_at": now + life_of(purpose),
    }
    tx.execute(insert(sign_in_links).values(row))
    return token


def life_of(purpose: str) -> timedelta:
    """How long a link of this purpose works."""
    return LIVES.get(purpose, LINK_LIFE)


def peek(conn: Connection, token: str, now: datetime, *purposes: str) -> Link | None:
    """What the link is good for, None if it is used, too old, unknown or of another purpose (else: it signs in).

    For the page with the button: mail scanners open links too, so opening one must not spend it.
    """
    links = sign_in_links.c
    columns = (links.person_id, links.purpose, links.about, links.next_path, links.strong)
    found = conn.execute(select(*columns).where(_usable(token, now, purposes))).mappings().one_or_none()
    return None if found is None else Link(**found)


def spend(tx: Connection, token: str, now: datetime, *purposes: str) -> Link:
    """Spends the link. However many try at once, one gets it; the others get `Gone`."""
    links = sign_in_links.c
    spent = update(sign_in_links).where(_usable(token, now, purposes)).values(used_at=now)
    found = (
        tx.execute(
            spent.returning(links.person_id, links.purpose, links.about, links.next_path, links.strong)
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise Gone("This link was used already, or is too old. Please ask for a new one.")
    return Link(**found)


def redeem(tx: Connection, token: str, now: datetime, *, agent: str = "") -> str:
    """Spends a link that signs in, and returns the token of a new session; raises `Gone`."""
    link = spend(tx, token, now)
    return begin(tx, link, now, agent=agent)


def begin(tx: Connection, link: Link, now: datetime, *, agent: str = "") -> str:
    """The token of the session that a spent link begins."""
    means = "console" if link.strong else "link"
    return sessions.begin(tx, link.person_id, now, means=means, strong=link.strong, agent=agent)


def withdraw(tx: Connection, person_id: str) -> None:
    """Lets no link of a person work any longer."""
    tx.execute(delete(sign_in_links).where(sign_in_links.c.person_id == person_id))


def withdraw_everybodys(tx: Connection) -> None:
    """Lets no link of anybody work any longer."""
    tx.execute(delete(sign_in_links))


def withdraw_about(tx: Connection, about: str) -> None:
    """Lets no link about this thing work any longer."""
    tx.execute(delete(sign_in_links).where(sign_in_links.c.about == about))


def sweep(tx: Connection, now: datetime) -> int:
    """Removes links that are used or too old; how many."""
    dead = or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
    return tx.execute(delete(sign_in_links).where(dead)).rowcount


def _usable(token: str, now: datetime, purposes: tuple[str, ...]) -> ColumnElement[bool]:
    links = sign_in_links.c
    return and_(
        links.token_hash == hashed(token),
        links.purpose.in_(purposes or OPENING),
        links.used_at.is_(None),
        links.expires_at > now,
    )
