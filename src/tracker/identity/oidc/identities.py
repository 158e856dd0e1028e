"""Who a provider's subject is here."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tracker.identity.tables import oidc_identities

row = oidc_identities.c


def find(conn: Connection, issuer: str, subject: str) -> str | None:
    """The id of the person; None: nobody yet."""
    mine = row.issuer == issuer, row.subject == subject
    return conn.execute(select(row.person_id).where(*mine)).scalar()


def linked_at(conn: Connection, issuer: str, person_id: str) -> datetime | None:
    """Since when the person may sign in through this provider; None: they may not."""
    mine = row.issuer == issuer, row.person_id == person_id
    return conn.execute(select(row.linked_at).where(*mine)).scalar()


def link(tx: Connection, issuer: str, subject: str, person_id: str, now: datetime) -> None:
    """From now on the subject is this person. Raises `IntegrityError` if either is linked already."""
    values = {"issuer": issuer, "subject": subject, "person_id": person_id, "linked_at": now}
    tx.execute(insert(oidc_identities).values(values))


def unlink(tx: Connection, issuer: str, person_id: str) -> None:
    """The person's subject is nobody again."""
    tx.execute(delete(oidc_identities).where(row.issuer == issuer, row.person_id == person_id))
