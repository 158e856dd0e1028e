"""Coming in by a mailed link. Whether an account exists shows nowhere: the same is written down for every address, and
the worker that would send the mail finds out."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from tracker.identity import limits, links, refusals, security_log, sessions
from tracker.identity.came import Came
from tracker.identity.limits import Limit, Refusal
from tracker.identity.sessions import Session
from tracker.kit.errors import Gone, NotFound, TooMany
from tracker.people import letters, queries
from tracker.people.letters_in import SIGN_IN


def ask(tx: Connection, email: str, came: Came, secret: str, *, next_path: str = "") -> timedelta | None:
    """Lets a link be mailed to the address, if somebody has an account with it; or how long to wait, when links were
    asked for too often. Commit in both cases."""
    typed = security_log.address_hash(secret, email)
    for limit, who in ((limits.LINKS_BY_A_CLIENT, came.client), (limits.LINKS_TO_AN_ADDRESS, typed)):
        refusal = limits.hit(tx, limit, who, came.now)
        if refusal is not None:
            _note_limit(tx, refusal, limit, came, typed)
            return refusal.wait
    security_log.note(tx, "link_asked", came.now, client=came.client, address_hash=typed)
    facts = {"next": next_path, "client": came.client, "typed": typed}
    letters.put(tx, SIGN_IN, came.now, email=email, facts=facts)
    return None


def come_in(tx: Connection, token: str, came: Came, *, instead_of: Session | None = None) -> tuple[str, str]:
    """Spends a link that signs in: the token of the session that it begins, and the path on which to go on. A session
    that the browser had before ends.

    Raises `Gone` when it is used, too old or none, or the account is disabled or erased; then call `refuse`.
    """
    link = links.spend(tx, token, came.now)
    if not may_come_in(tx, link.person_id):
        raise Gone("This link works no longer. Please ask for a new one.")
    if instead_of is not None:
        leave(tx, instead_of, came)
    session = links.begin(tx, link, came.now, agent=came.agent)
    means = "console" if link.strong else link.purpose
    security_log.note(tx, "signed_in", came.now, person_id=link.person_id, client=came.client, means=means)
    return session, link.next_path


def leave(tx: Connection, session: Session, came: Came) -> None:
    """Ends a session that somebody ends themselves."""
    if sessions.end(tx, session.id, came.now):
        security_log.note(tx, "signed_out", came.now, person_id=session.person_id, client=came.client)


def shut(tx: Connection, person_id: str, now: datetime, *, but: str | None = None) -> int:
    """Ends every session of a person, but for one, and lets none of their links work any longer; how many ended."""
    links.withdraw(tx, person_id)
    return sessions.end_all(tx, person_id, now, but=but)


def may_come_in(conn: Connection, person_id: str) -> bool:
    """Whether there is such an account, and it is not disabled."""
    try:
        return not queries.person(conn, person_id).disabled
    except NotFound:
        return False


def refuse(tx: Connection, came: Came, what: str) -> timedelta | None:
    """Notes that something was shown that opens nothing (`what`: a link, a code, a token), and counts it: how long to
    wait if that happened too often from there. Call in a transaction of its own, after the refused one."""
    refusal = limits.hit(tx, limits.WRONG_BY_A_CLIENT, came.client, came.now)
    if refusal is None:
        refusals.note(tx, came, what)
        return None
    _note_limit(tx, refusal, limits.WRONG_BY_A_CLIENT, came)
    return refusal.wait


def too_many(wait: timedelta) -> TooMany:
    """What is said to whoever tried too often."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return TooMany(
        f"Too many tries. Please wait {minutes} minute{'' if minutes == 1 else 's'}; a link that was mailed to you "
        "meanwhile works.",
        wait,
    )


def _note_limit(tx: Connection, refusal: Refusal, limit: Limit, came: Came, typed: str | None = None) -> None:
    if refusal.first:
        security_log.note(tx, "limited", came.now, client=came.client, address_hash=typed, limit=limit.name)
