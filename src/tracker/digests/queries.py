"""Questions about digests: what is due, what went to whom, what needs an operator."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, func, select

from tracker.digests.tables import digests
from tracker.eventstore.leases import free
from tracker.kit.errors import NotFound

TROUBLED = ("unknown", "refused", "parked")
"""States that wait for an operator to send again or drop."""
TOLD = ("sent", "empty", "unknown")
"""States in which the period's news was told, may have been, or there was none."""


class Digest(msgspec.Struct, frozen=True):
    """One digest and what became of it, without its text; states as in `tables`."""

    id: str
    recipient: str
    kind: str
    period: str
    state: str
    due_at: datetime
    email: str | None
    message_id: str | None
    subject: str | None
    log_position: int | None
    lines: int | None
    sent_at: datetime | None
    smtp_response: str | None
    last_error: str | None
    attempts: int


COLUMNS = [digests.c[name] for name in Digest.__struct_fields__]


def digest(conn: Connection, digest_id: str) -> Digest:
    """One digest; raises `NotFound`."""
    row = conn.execute(select(*COLUMNS).where(digests.c.id == digest_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no digest {digest_id}.", field="digest")
    return Digest(**row)


def due_ids(conn: Connection, now: datetime, *, limit: int = 500) -> Sequence[str]:
    """What is due at `now` and held by nobody, the longest due first."""
    query = select(digests.c.id).where(digests.c.state == "due", digests.c.due_at <= now, free(digests, now))
    return list(conn.execute(query.order_by(digests.c.due_at, digests.c.id).limit(limit)).scalars())


def troubled(conn: Connection, *, limit: int = 200) -> Sequence[Digest]:
    """What the tracker does not send again by itself, the newest first."""
    query = select(*COLUMNS).where(digests.c.state.in_(TROUBLED))
    newest = query.order_by(digests.c.due_at.desc(), digests.c.id).limit(limit)
    return [Digest(**row) for row in conn.execute(newest).mappings()]


def of_person(conn: Connection, person_id: str, *, limit: int = 60) -> Sequence[Digest]:
    """A person's digests, the newest first."""
    query = select(*COLUMNS).where(digests.c.recipient == person_id)
    newest = query.order_by(digests.c.period.desc(), digests.c.id).limit(limit)
    return [Digest(**row) for row in conn.execute(newest).mappings()]


def counts(conn: Connection) -> dict[str, int]:
    """How many digests there are of each state."""
    found = conn.execute(select(digests.c.state, func.count().label("n")).group_by(digests.c.state))
    return {row.state: row.n for row in found}


def told_position(conn: Connection, recipient: str) -> int:
    """The log position up to which the recipient was told what is new, 0 if never."""
    told = digests.c.recipient == recipient, digests.c.state.in_(TOLD)
    return conn.execute(select(func.max(digests.c.log_position)).where(*told)).scalar() or 0


def last_told(conn: Connection, person_id: str) -> date | None:
    """The newest period of which the person was told what is new; None if there is none."""
    told = select(func.max(digests.c.period)).where(
        digests.c.recipient == person_id, digests.c.state.in_(TOLD)
    )
    newest = conn.execute(told).scalar()
    return None if newest is None else date.fromisoformat(newest)
