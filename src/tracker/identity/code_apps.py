"""One-time codes of an app on a person's telephone (TOTP, RFC 6238): a new one every half minute, each good once."""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from tracker.identity.sealing import seal, unseal
from tracker.identity.sessions import FRESH
from tracker.identity.tables import code_apps
from tracker.kit.errors import RuleBroken

STEPS = (0, -1, 1)
"""A telephone's clock may be half a minute off, either way."""
ISSUER = "Follow-up tracker"


def begin(tx: Connection, person_id: str, secret: str, now: datetime) -> str:
    """A new secret for the app, in base32. It counts once a code of it was shown; one that never was is replaced.

    Raises `RuleBroken` while another app counts.
    """
    if enrolled(tx, person_id):
        raise RuleBroken("You have set up an app for codes already. Remove it first to set up another.")
    mine = code_apps.c.person_id == person_id
    tx.execute(delete(code_apps).where(mine))
    fresh = pyotp.random_base32()
    row = {"person_id": person_id, "sealed": seal(secret, fresh, person_id), "begun_at": now}
    tx.execute(insert(code_apps).values(last_counter=0, **row))
    return fresh


def address_of(key: str, email: str) -> str:
    """What the app reads from the picture (`otpauth://…`)."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm(tx: Connection, person_id: str, code: str, secret: str, now: datetime) -> bool:
    """Lets the app count, if the code is one of it and it was begun a short while ago."""
    begun = code_apps.c.confirmed_at.is_(None), code_apps.c.begun_at > now - FRESH
    mine = code_apps.c.person_id == person_id, *begun
    sealed = tx.execute(select(code_apps.c.sealed).where(*mine)).scalar()
    counter = None if sealed is None else _counter(unseal(secret, sealed, person_id), code, now)
    if counter is None:
        return False
    confirmed = update(code_apps).where(*mine).values(confirmed_at=now, last_counter=counter)
    return tx.execute(confirmed).rowcount == 1


def check(tx: Connection, person_id: str, code: str, secret: str, now: datetime) -> bool:
    """Whether the code is good; then neither it nor an older one is again, however many try at once."""
    mine = code_apps.c.person_id == person_id, code_apps.c.confirmed_at.is_not(None)
    sealed = tx.execute(select(code_apps.c.sealed).where(*mine)).scalar()
    counter = None if sealed is None else _counter(unseal(secret, sealed, person_id), code, now)
    if counter is None:
        return False
    spent = update(code_apps).where(*mine, code_apps.c.last_counter < counter).values(last_counter=counter)
    return tx.execute(spent).rowcount == 1


def enrolled(conn: Connection, person_id: str) -> bool:
    """Whether the person has an app that counts."""
    mine = code_apps.c.person_id == person_id, code_apps.c.confirmed_at.is_not(None)
    return conn.execute(select(code_apps.c.person_id).where(*mine)).scalar() is not None


def remove(tx: Connection, person_id: str) -> bool:
    """Forgets the app; False if there was none that counts."""
    counted = enrolled(tx, person_id)
    tx.execute(delete(code_apps).where(code_apps.c.person_id == person_id))
    return counted


def sweep(tx: Connection, now: datetime) -> int:
    """Forgets apps that were begun and never confirmed; how many."""
    left = code_apps.c.confirmed_at.is_(None), code_apps.c.begun_at <= now - FRESH
    return tx.execute(delete(code_apps).where(*left)).rowcount


def _counter(key: str, code: str, now: datetime) -> int | None:
    """Of which half minute the code is; None if of none that may be shown now."""
    app = pyotp.TOTP(key)
    shown = "".join(code.split()).encode(errors="replace")
    counters = [app.timecode(now) + step for step in STEPS]
    # All are compared, so that the time taken tells nothing.
    fits = [c for c in counters if hmac.compare_digest(app.generate_otp(c).encode(), shown)]
    return fits[0] if fits else None
