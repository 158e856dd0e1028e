"""The seal: the log is sealed soon after it moves, so that nobody can rewrite it unseen."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tracker.doctor.check import Check, bad, ok, warn
from tracker.eventstore.seal import kept
from tracker.eventstore.seal.keys import MEND, private_keys
from tracker.eventstore.tables import events
from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings

LONGEST = timedelta(minutes=10)
"""The sweep seals within a minute; a worker may be stopped for an upgrade."""


def sealed(connection: Connection, settings: Settings, now: datetime) -> Check:
    """There is a key, and what it should have sealed by now is sealed."""
    size = kept.sealed(connection)
    if not settings.seals:
        # On a server only the worker holds the key.
        return (
            ok("seal", f"{size} events are sealed.") if size else warn("seal", "The log is not sealed.", MEND)
        )
    try:
        private_keys(settings)
    except SetupError as error:
        return bad("seal", error.message, MEND)
    waiting = connection.execute(
        select(func.min(events.c.recorded_at)).where(events.c.position == size + 1)
    ).scalar()
    if waiting is not None and now - waiting > LONGEST:
        return warn(
            "seal",
            f"Events since {waiting:%Y-%m-%d %H:%M} UTC are not sealed yet.",
            "See that a worker runs; `tracker seal` does it now and says what stands in its way.",
        )
    return ok("seal", f"{size} events are sealed.")
