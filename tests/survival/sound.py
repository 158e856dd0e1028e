"""What must hold after whatever happened."""

from sqlalchemy import select

from tests.survival.postoffice import PostOffice
from tracker.digests.tables import digests
from tracker.eventstore import rebuild
from tracker.eventstore.projector import all_projections
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.verify import verify
from tracker.kit.db import Database
from tracker.metrics import queries as metrics
from tracker.metrics.service import compute


def assert_sound(db: Database) -> None:
    """The log is whole, and every projection equals its rebuild."""
    with db.read() as connection:
        assert verify(connection).findings == []
    for projection in all_projections().values():
        assert rebuild.check(db, projection) == [], projection.name


def assert_counted_right(db: Database, meeting: str) -> None:
    """Every snapshot of the meeting's metrics is what a clean computation at its position gives."""
    with db.read() as connection:
        kept = metrics.snapshots(connection, meeting)
        newest = metrics.latest(connection, meeting)
        assert kept
        assert newest is not None
        for snapshot in kept:
            with as_known_at(connection, snapshot.position) as then:
                clean = compute(then, meeting, snapshot.figures.as_of)
            assert snapshot.figures.waterfall == clean.waterfall
            assert all(figure in clean.figures for figure in snapshot.figures.figures)
            assert snapshot.id != newest.id or newest.figures == clean


def assert_mailed_once(db: Database, office: PostOffice, recipients: set[str]) -> set[str]:
    """Everybody has a digest, each is sent or unknown, none arrived twice; the ids of the unknown ones."""
    with db.read() as connection:
        rows = connection.execute(select(digests).where(digests.c.recipient.in_(recipients))).all()
    assert sorted(row.recipient for row in rows) == sorted(recipients)
    assert {row.state for row in rows} <= {"sent", "unknown"}
    delivered = office.delivered()
    assert set(delivered.values()) == {1}
    assert sum(delivered.values()) == len(office.received)
    assert {row.message_id for row in rows if row.state == "sent"} <= set(delivered)
    assert set(delivered) <= {row.message_id for row in rows}
    return {row.id for row in rows if row.state == "unknown"}
