"""From due to sent: every change of a digest's state, each under the fence of the claim that makes it.

Who comes back after the lease was given to another, or after `recover` looked at the row, changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, update

from tracker.digests.tables import digests
from tracker.eventstore.leases import claim, holds
from tracker.kit.mail import Outcome

MOST_ATTEMPTS = 8
# Longer than the hardest limit of the task that sends, so that a lease ends only when its holder is dead.
LEASE = timedelta(minutes=15)
# Eight tries, each three times as late as the one before: a day and a half.
FIRST_DELAY, FACTOR = timedelta(minutes=2), 3

CUT_OFF = "The process that sent it died, or did not come back, while it spoke to the mail server."


def take(tx: Connection, digest_id: str, now: datetime) -> Any | None:
    """Claims a due digest; None if it is not due, or held by another."""
    mine = and_(digests.c.id == digest_id, digests.c.state == "due", digests.c.due_at <= now)
    return claim(tx, digests, mine, now, LEASE, state="claimed")


def start_sending(tx: Connection, claimed: Any, now: datetime, **frozen: object) -> bool:
    """claimed → sending, with the frozen message. False if the claim is no longer ours: then nothing may be sent."""
    values = {"state": "sending", "lease_until": now + LEASE, "last_error": None, **frozen}
    return _change(tx, claimed, "claimed", values)


def end_unsent(tx: Connection, claimed: Any, state: str, reason: str | None = None) -> bool:
    """claimed → empty, cancelled or refused, without having spoken to a mail server."""
    return _change(tx, claimed, "claimed", {"state": state, "lease_until": None, "last_error": reason})


def record(tx: Connection, claimed: Any, outcome: Outcome, now: datetime) -> str | None:
    """sending → what the mail server's answer makes of it: the new state, None if the row is no longer ours."""
    if outcome.state == "later":
        return put_back(tx, claimed, "sending", outcome.answer, now)
    values: dict[str, object] = {"state": outcome.state, "lease_until": None}
    if outcome.state == "sent":
        values |= {"sent_at": now, "smtp_response": outcome.answer}
    else:
        values |= {"last_error": outcome.answer}
    return outcome.state if _change(tx, claimed, "sending", values) else None


def put_back(tx: Connection, claimed: Any, held: str, reason: str, now: datetime) -> str | None:
    """`held` → due again later, or parked after the last attempt: the new state, None if it is no longer ours."""
    state = "parked" if claimed.attempts >= MOST_ATTEMPTS else "due"
    again = now + FIRST_DELAY * FACTOR ** (claimed.attempts - 1)
    values = {"state": state, "due_at": again, "lease_until": None, "last_error": reason[:2000]}
    return state if _change(tx, claimed, held, values) else None


def recover(tx: Connection, now: datetime) -> tuple[int, int]:
    """Takes up what died in somebody's hands: how many are now unknown, and how many due again or parked."""
    over = digests.c.lease_until <= now
    lost = update(digests).where(digests.c.state == "sending", over)
    unknown = tx.execute(lost.values(state="unknown", lease_until=None, last_error=CUT_OFF)).rowcount
    held = and_(digests.c.state == "claimed", over)
    tired = update(digests).where(held, digests.c.attempts >= MOST_ATTEMPTS)
    parked = tx.execute(tired.values(state="parked", lease_until=None, last_error=CUT_OFF)).rowcount
    again = tx.execute(update(digests).where(held).values(state="due", due_at=now, lease_until=None)).rowcount
    return unknown, parked + again


def drop_waiting(tx: Connection, reason: str) -> int:
    """Cancels all that is due or claimed, and fences off whoever holds it; how many."""
    waiting = update(digests).where(digests.c.state.in_(("due", "claimed")))
    dropped = waiting.values(
        state="cancelled", fence=digests.c.fence + 1, lease_until=None, last_error=reason
    )
    return tx.execute(dropped).rowcount


def set_state(tx: Connection, digest_id: str, allowed: tuple[str, ...], **values: object) -> bool:
    """An operator's decision about a digest in one of the allowed states; no claim of before holds any longer."""
    one = update(digests).where(digests.c.id == digest_id, digests.c.state.in_(allowed))
    fenced = one.values(fence=digests.c.fence + 1, lease_until=None, **values)
    return tx.execute(fenced).rowcount == 1


def _change(tx: Connection, claimed: Any, held: str, values: dict[str, Any]) -> bool:
    mine = update(digests).where(holds(digests, claimed), digests.c.state == held)
    return tx.execute(mine.values(**values)).rowcount == 1
