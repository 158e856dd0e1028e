"""Ask to follow, confirm, stop. Whether an address follows something shows nowhere but in its own mailbox."""

from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection, delete, exists, insert, select, update

from tracker.digests import service as digests
from tracker.eventstore.store import head
from tracker.followers import queries
from tracker.followers.queries import LINK_LIFE, Follow
from tracker.followers.tables import followers, follows
from tracker.identity import limits, security_log
from tracker.identity.bearer import hashed, new_bearer
from tracker.identity.came import Came
from tracker.identity.limits import Limit
from tracker.kit.errors import Gone
from tracker.kit.ids import new_id
from tracker.people import letters

LETTER = "follow"
ASKED_BY_A_CLIENT = Limit("follow-by", 30, timedelta(minutes=10))
# A mail that nobody asked for is a nuisance: less often than a link to sign in, which somebody waits for.
ASKED_FOR_AN_ADDRESS = Limit("follow-to", 3, timedelta(hours=1))
PREFIX = "follower:"
"""Before a follower's id where the recipients of digests are named."""


def ask(tx: Connection, kind: str, code: str, email: str, came: Came, secret: str) -> timedelta | None:
    """Lets a link be mailed that confirms; or how long to wait, when that was asked for too often. The same is written
    down for every address. Commit in both cases; raises `NotFound`."""
    queries.named(tx, kind, code)
    typed = security_log.address_hash(secret, email)
    for limit, who in ((ASKED_BY_A_CLIENT, came.client), (ASKED_FOR_AN_ADDRESS, typed)):
        refusal = limits.hit(tx, limit, who, came.now)
        if refusal is not None:
            if refusal.first:
                security_log.note(
                    tx, "limited", came.now, client=came.client, address_hash=typed, limit=limit.name
                )
            return refusal.wait
    letters.put(tx, LETTER, came.now, email=email, facts={"kind": kind, "code": code})
    return None


def prepare(tx: Connection, kind: str, code: str, email: str, now: datetime) -> str | None:
    """The token of a link that confirms, of which the hash is kept; None if the address follows it already."""
    follower = tx.execute(select(followers.c.id).where(followers.c.email == email)).scalar()
    if follower is None:
        follower = new_id()
        tx.execute(insert(followers).values(id=follower, email=email, asked_at=now))
    this = (follows.c.follower == follower, follows.c.kind == kind, follows.c.code == code)
    known = tx.execute(select(follows.c.confirmed_at).where(*this)).one_or_none()
    if known is not None and known.confirmed_at is not None:
        return None
    token = new_bearer()
    fresh = {"token_hash": hashed(token), "asked_at": now}
    if known is None:
        tx.execute(insert(follows).values(follower=follower, kind=kind, code=code, **fresh))
    else:
        tx.execute(update(follows).where(*this).values(**fresh))
    return token


def confirm(tx: Connection, token: str, now: datetime) -> Follow:
    """Spends the link: from now on the address follows. However many try at once, one confirms; the others get `Gone`."""
    done = {"confirmed_at": now, "token_hash": None, "position": head(tx)}
    columns = follows.c.follower, follows.c.kind, follows.c.code, follows.c.position
    confirmed = update(follows).where(queries.usable(token, now)).values(**done)
    found = tx.execute(confirmed.returning(*columns)).one_or_none()
    if found is None:
        raise Gone("This link was used already, or is too old. Please ask for a new one.")
    return Follow(*found)


def stop(tx: Connection, follower: str, kind: str | None = None, code: str | None = None) -> None:
    """The follower wants no more mail about one thing, or about anything. Whoever follows nothing is forgotten."""
    gone = delete(follows).where(follows.c.follower == follower)
    if kind is not None:
        gone = gone.where(follows.c.kind == kind, follows.c.code == code)
    tx.execute(gone)
    if not tx.execute(select(exists().where(follows.c.follower == follower))).scalar():
        tx.execute(delete(followers).where(followers.c.id == follower))
        digests.forget(tx, PREFIX + follower)


def sweep(tx: Connection, now: datetime) -> int:
    """Forgets what was asked for and never confirmed; how many."""
    old = delete(follows).where(follows.c.confirmed_at.is_(None), follows.c.asked_at <= now - LINK_LIFE)
    removed = tx.execute(old).rowcount
    nothing = ~exists().where(follows.c.follower == followers.c.id)
    return removed + tx.execute(delete(followers).where(nothing)).rowcount


def key_of(secret: str, follower: str) -> str:
    """What stands in the address by which a follower stops: good for nothing else, as long as they follow anything."""
    return str(_signer(secret).dumps(follower))


def follower_of(secret: str, key: str) -> str:
    """Whose key it is; raises `Gone` for none of ours."""
    try:
        return str(_signer(secret).loads(key))
    except BadData:
        raise Gone("This link is not whole. Please copy it from the mail again.") from None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="tracker.follow")
