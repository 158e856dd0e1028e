"""Second factors shown: in a session that a mailed link began, or a passkey alone to sign in. A session behind which a
factor stands from now on gets another token."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.identity import code_apps, limits, passkeys, recovery_codes, refusals, security_log, sessions
from tracker.identity.came import Came
from tracker.identity.passkeys import Place
from tracker.identity.sessions import Session
from tracker.people import door, letters

CODE_USED = "recovery_code_used"


class Shown(NamedTuple):
    """What came of a try: the session's new token if it was good; how long to wait if there were too many."""

    token: str | None = None
    wait: timedelta | None = None


def show_code(tx: Connection, session: Session, code: str, secret: str, came: Came) -> Shown:
    """A code of the app, or a recovery code. Only the former are counted: nobody guesses one of the others, and so nobody
    can lock the person out."""
    person_id, spare = session.person_id, recovery_codes.looks_like_one(code)
    wait = None if spare else count(tx, person_id, came)
    if wait is not None:
        return Shown(wait=wait)
    good = (
        recovery_codes.spend(tx, person_id, code)
        if spare
        else code_apps.check(tx, person_id, code, secret, came.now)
    )
    if not good:
        refused(tx, person_id, "recovery code" if spare else "code", came)
        return Shown()
    limits.forget(tx, limits.CODES_OF_A_PERSON, person_id)
    if spare:
        left = recovery_codes.left(tx, person_id)
        letters.put(tx, CODE_USED, came.now, person_id=person_id, facts={"left": left})
    return _strengthened(tx, session, "recovery_code" if spare else "code", came)


def show_passkey(tx: Connection, session: Session, at: Place, answer: str, came: Came) -> Shown:
    """A passkey of the person whose session it is."""
    whose = passkeys.show(tx, at, answer, came.now, passkeys.SHOW, session_id=session.id)
    if whose != session.person_id:
        refused(tx, session.person_id, "passkey", came)
        return Shown()
    return _strengthened(tx, session, "passkey", came)


def ask_passkey(tx: Connection, at: Place, came: Came) -> str | None:
    """What the browser is asked to sign in by a passkey, as JSON; None if it was asked too often from there."""
    if limits.hit(tx, limits.PASSKEYS_BY_A_CLIENT, came.client, came.now) is not None:
        return None
    return passkeys.options_to_show(tx, at, came.now)


def come_in(
    tx: Connection, at: Place, answer: str, came: Came, *, instead_of: Session | None = None
) -> str | None:
    """The token of a session that begins by a passkey alone, and is strong; None if it is none that opens anything. A
    session that the browser had before ends."""
    person_id = passkeys.show(tx, at, answer, came.now, passkeys.SIGN_IN)
    if person_id is None or not door.may_come_in(tx, person_id):
        return None
    if instead_of is not None:
        door.leave(tx, instead_of, came)
    security_log.note(tx, "signed_in", came.now, person_id=person_id, client=came.client, means="passkey")
    return sessions.begin(tx, person_id, came.now, means="passkey", strong=True, agent=came.agent)


def _strengthened(tx: Connection, session: Session, means: str, came: Came) -> Shown:
    security_log.note(
        tx, "second_factor_shown", came.now, person_id=session.person_id, client=came.client, means=means
    )
    return Shown(sessions.strengthen(tx, session.id, came.now, means=means))


def count(tx: Connection, person_id: str, came: Came) -> timedelta | None:
    """Counts one try of a person's codes: None if it may go on, else how long to wait."""
    for limit in (limits.CODES_OF_A_PERSON, limits.CODES_OF_A_DAY):
        refusal = limits.hit(tx, limit, person_id, came.now)
        if refusal is not None:
            if refusal.first:
                about = {"person_id": person_id, "client": came.client}
                security_log.note(tx, "limited", came.now, **about, limit=limit.name)
            return refusal.wait
    return None


def refused(tx: Connection, person_id: str, thing: str, came: Came) -> None:
    """Notes that a person showed something that is no factor of theirs."""
    refusals.note(tx, came, thing, person_id=person_id)
