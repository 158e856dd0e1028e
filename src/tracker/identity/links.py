"""Single-use links by which a person signs in without a password."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from tracker.identity import sessions
from tracker.identity.bearer import hashed, new_bearer
from tracker.identity.tables import sign_in_links
from tracker.kit.errors import NotAllowed

LINK_LIFE = timedelta(minutes=10)


def issue(tx: Connection, person_id: str, now: datetime, *, strong: bool = False) -> str:
    """A new token by which this person may sign in once, within `LINK_LIFE`; their dead links are swept away.

    `strong`: whoever gets it stands at the server's own terminal, so that its session needs no second factor.
    """
    dead = or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
    tx.execute(delete(sign_in_links).where(sign_in_links.c.person_id == person_id, dead))
    token, expires_at = new_bearer(), now + LINK_LIFE
    row = {"token_hash": hashed(token), "person_id": person_id, "strong": strong, "expires_at": expires_at}
    tx.execute(insert(sign_in_links).values(row))
    return token


def peek(conn: Connection, token: str, now: datetime) -> str | None:
    """Whom the link would sign in, None if it is used, too old or unknown. For the page with the button: mail
    scanners open links too, so opening one must not spend it."""
    return conn.execute(select(sign_in_links.c.person_id).where(_usable(token, now))).scalar()


def redeem(tx: Connection, token: str, now: datetime, *, agent: str = "") -> str:
    """Spends the link and returns the token of a new session. However many try at once, one gets it; the others get
    `NotAllowed`."""
    links = sign_in_links.c
    spent = update(sign_in_links).where(_usable(token, now)).values(used_at=now)
    found = tx.execute(spent.returning(links.person_id, links.strong)).one_or_none()
    if found is None:
        raise NotAllowed(
            "This sign-in link was used already, or is older than ten minutes. Please ask for a new one."
        )
    means = "console" if found.strong else "link"
    return sessions.begin(tx, found.person_id, now, means=means, strong=found.strong, agent=agent)


def _usable(token: str, now: datetime) -> ColumnElement[bool]:
    links = sign_in_links.c
    return and_(links.token_hash == hashed(token), links.used_at.is_(None), links.expires_at > now)
