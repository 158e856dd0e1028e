"""What the tests of digests share: a moment, a database with someone in it, and transports that do as they are told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from tracker.digests import queries, service
from tracker.digests.tables import digests
from tracker.kit.db import Database
from tracker.kit.mail import Outcome

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@dataclass
class Hand:
    """A transport that keeps what it is given and answers as told."""

    outcome: Outcome = field(default_factory=lambda: Outcome("sent", "250 OK"))
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> Outcome:
        self.sent.append(message)
        return self.outcome

    def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class World:
    """A database and the focal point in it."""

    db: Database
    person: str

    def schedule(self, now: datetime = NOW) -> str:
        """The id of the digest that is due."""
        with self.db.write() as tx:
            service.schedule(tx, now)
            return str(queries.due_ids(tx, now)[-1])

    def deliver(self, digest_id: str, hand: Any = None, now: datetime = NOW) -> str:
        """The state after one try."""
        return service.deliver(self.db, digest_id, lambda: now, Hand() if hand is None else hand)

    def row(self, digest_id: str) -> Any:
        """The row as it stands."""
        with self.db.read() as conn:
            return conn.execute(select(digests).where(digests.c.id == digest_id)).one()
