"""A person's second factors: set up and given up (`showing` has how they are shown). Each change is an event, a line
of the security log and a mail.

Setting one up needs a session that has just begun, or in which a factor that there is was just shown; giving one up
always needs the latter.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context
from tracker.identity import code_apps, limits, passkeys, recovery_codes, security_log, sessions
from tracker.identity.came import Came
from tracker.identity.passkeys import Passkey, Place
from tracker.identity.sessions import Session
from tracker.kit.errors import NotAllowed, NotFound, RuleBroken
from tracker.kit.text import clean_line
from tracker.people import letters, queries, showing
from tracker.people.commands import EnrolFactor, RemoveFactor
from tracker.people.decider import PERSON
from tracker.people.events import FactorKind
from tracker.people.showing import Shown

ADDED, REMOVED, CODES_MADE, CODE_USED = "factor_added", "factor_removed", "codes_made", "x"
LONGEST_NAME = 60


class Standing(NamedTuple):
    """What a person has set up."""

    code_app: bool
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; recovery codes are none by themselves."""
        return self.code_app or bool(self.passkeys)


def standing(conn: Connection, person_id: str) -> Standing:
    """What the person has set up."""
    own = passkeys.of_person(conn, person_id)
    return Standing(code_apps.enrolled(conn, person_id), own, recovery_codes.left(conn, person_id))


def wanted(conn: Connection, session: Session, today: date) -> bool:
    """Whether this session should show a second factor: its person has one, or a role that counts only with one."""
    if session.strong:
        return False
    withheld = queries.actor(conn, session.person_id, today, strong=False).withheld
    return bool(withheld) or standing(conn, session.person_id).any


def may_set_up(own: Standing, session: Session | None, now: datetime) -> bool:
    """Whether another factor may be set up in this session now."""
    return session is not None and session.fresh(now) and (session.strong or not own.any)


def may_give_up(session: Session | None, now: datetime) -> bool:
    """Whether a factor may be given up, or the recovery codes be made anew, in this session now."""
    return session is not None and session.fresh(now) and session.strong


def check_shown(conn: Connection, session: Session, now: datetime) -> None:
    """Before anything changes by which a person is known or comes in: raises `NotAllowed` unless whoever acts has just shown who
    they are."""
    own = standing(conn, session.person_id)
    if not may_set_up(own, session, now):
        raise NotAllowed(
            "Please show the second factor that you have again first."
            if own.any
            else "This is done within ten minutes of signing in; please sign out, and sign in by a new link first."
        )


def begin_code_app(tx: Connection, session: Session, secret: str, came: Came) -> str:
    """The key of a new app for codes, in base32, to be shown once; `confirm_code_app` lets it count."""
    check_shown(tx, session, came.now)
    return code_apps.begin(tx, session.person_id, secret, came.now)


def confirm_code_app(
    tx: Connection, session: Session, code: str, secret: str, context: Context, came: Came
) -> Shown:
    """Lets the app count, if this is a code of it."""
    check_shown(tx, session, came.now)
    wait = showing.count(tx, session.person_id, came)
    if wait is not None:
        return Shown(wait=wait)
    if not code_apps.confirm(tx, session.person_id, code, secret, came.now):
        return Shown()
    limits.forget(tx, limits.CODES_OF_A_PERSON, session.person_id)
    return _enrolled(tx, session, "code_app", "code", context, came)


def begin_passkey(tx: Connection, session: Session, at: Place, came: Came) -> str:
    """What the browser is asked for a new passkey, as JSON. Raises `RuleBroken` when there are too many."""
    check_shown(tx, session, came.now)
    if len(passkeys.of_person(tx, session.person_id)) >= passkeys.MOST:
        raise RuleBroken(f"You have {passkeys.MOST} passkeys already. Remove one that you no longer use.")
    person = queries.person(tx, session.person_id)
    return passkeys.options_to_add(tx, at, person.person_id, person.email, person.name, came.now, session.id)


def add_passkey(
    tx: Connection, session: Session, at: Place, name: str, answer: str, context: Context, came: Came
) -> Shown:
    """Keeps the passkey that the browser made."""
    check_shown(tx, session, came.now)
    name = clean_line(name, "name", longest=LONGEST_NAME) or "Passkey"
    if not passkeys.add(tx, at, session.person_id, name, answer, came.now, session.id):
        showing.refused(tx, session.person_id, "passkey", came)
        return Shown()
    return _enrolled(tx, session, "passkey", "passkey", context, came)


def make_codes(tx: Connection, session: Session, came: Came) -> list[str]:
    """Ten recovery codes in place of those that there were, to be shown once."""
    _check_give_up(session, came)
    if not standing(tx, session.person_id).any:
        raise RuleBroken("Recovery codes stand in for a second factor; please set one up first.")
    codes = recovery_codes.renew(tx, session.person_id)
    _tell(tx, session.person_id, CODES_MADE, "recovery_codes_made", came)
    return codes


def remove_code_app(tx: Connection, session: Session, context: Context, came: Came) -> None:
    """Forgets the app for codes."""
    _check_give_up(session, came)
    if not code_apps.remove(tx, session.person_id):
        raise NotFound("There is no app for codes any more.")
    _given_up(tx, session, "code_app", context, came)


def remove_passkey(tx: Connection, session: Session, passkey_id: str, context: Context, came: Came) -> None:
    """Forgets one passkey."""
    _check_give_up(session, came)
    if passkeys.remove(tx, session.person_id, passkey_id) is None:
        raise NotFound("There is no such passkey any more.")
    _given_up(tx, session, "passkey", context, came)


def forget_all(tx: Connection, person_id: str) -> None:
    """Leaves a person without any second factor; whoever calls it records why."""
    code_apps.remove(tx, person_id)
    passkeys.remove_all(tx, person_id)
    recovery_codes.remove(tx, person_id)


def _check_give_up(session: Session, came: Came) -> None:
    if not may_give_up(session, came.now):
        raise NotAllowed(
            "Please show your second factor again first: it was last shown over ten minutes ago."
        )


def _enrolled(
    tx: Connection, session: Session, kind: FactorKind, means: str, context: Context, came: Came
) -> Shown:
    execute(tx, PERSON, session.person_id, EnrolFactor(kind=kind), context)
    _tell(tx, session.person_id, ADDED, "factor_enrolled", came, kind=kind)
    return Shown(sessions.strengthen(tx, session.id, came.now, means=means))


def _given_up(tx: Connection, session: Session, kind: FactorKind, context: Context, came: Came) -> None:
    execute(tx, PERSON, session.person_id, RemoveFactor(kind=kind), context)
    if not standing(tx, session.person_id).any:
        recovery_codes.remove(tx, session.person_id)
    _tell(tx, session.person_id, REMOVED, "factor_removed", came, kind=kind)


def _tell(tx: Connection, person_id: str, letter: str, what: str, came: Came, **facts: str) -> None:
    letters.put(tx, letter, came.now, person_id=person_id, facts=facts)
    security_log.note(tx, what, came.now, person_id=person_id, client=came.client, **facts)
