"""Sessions ended from elsewhere: one's own by whoever has just shown who they are, so that a stranger at the desk does not
shut the owner out; those of a person or of everybody by an administrator."""

from sqlalchemy import Connection

from tracker.identity import links, security_log, sessions
from tracker.identity.came import Came
from tracker.identity.sessions import Session
from tracker.people import door, factors, queries
from tracker.people.policy import Actor, require


def own(tx: Connection, session: Session, session_id: str, came: Came) -> bool:
    """Ends one session of a person from another one; False if they have no such open session. Raises `NotAllowed`
    where they must show first who they are."""
    factors.check_shown(tx, session, came.now)
    ended = sessions.end(tx, session_id, came.now, person_id=session.person_id)
    if ended:
        security_log.note(tx, "session_ended", came.now, person_id=session.person_id, client=came.client)
    return ended


def own_others(tx: Connection, session: Session, came: Came) -> int:
    """Ends every session of a person but the one in which they ask for it; how many. Raises `NotAllowed` as `own`."""
    factors.check_shown(tx, session, came.now)
    ended = sessions.end_all(tx, session.person_id, came.now, but=session.id)
    if ended:
        _note(tx, came, ended, person_id=session.person_id)
    return ended


def of_person(tx: Connection, actor: Actor, person_id: str, came: Came, *, but: str | None = None) -> int:
    """Ends every session of a person, but for that of whoever asks, and lets none of their links work; how many."""
    require(actor, "session.end")
    queries.person(tx, person_id)
    ended = door.shut(tx, person_id, came.now, but=but)
    _note(tx, came, ended, person_id=person_id, by=actor.person_id)
    return ended


def of_everybody(tx: Connection, actor: Actor, came: Came, *, but: str | None = None) -> int:
    """The same for all people."""
    require(actor, "session.end")
    links.withdraw_everybodys(tx)
    ended = sessions.end_everybodys(tx, came.now, but=but)
    _note(tx, came, ended, whose="everybody", by=actor.person_id)
    return ended


def _note(tx: Connection, came: Came, ended: int, *, person_id: str | None = None, **facts: str) -> None:
    security_log.note(
        tx, "sessions_ended", came.now, client=came.client, person_id=person_id, sessions_ended=ended, **facts
    )
