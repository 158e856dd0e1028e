"""What works by itself: projections, the timetable, work and digests that wait for somebody."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tracker.digests import queries as digests
from tracker.doctor.check import Check, bad, ok, warn
from tracker.eventstore.tables import projections
from tracker.eventstore.work import parked as stopped
from tracker.eventstore.work import work
from tracker.kit.running import running
from tracker.kit.settings import Settings
from tracker.migrate import behind

LONGEST_QUIET = timedelta(minutes=65)
"""The timetable has something every hour."""
SHOWN = 3
MEND_DIGESTS = "`tracker digest list` shows them; `tracker digest resend` and `tracker digest drop` decide."


def projections_behind(connection: Connection) -> Iterator[Check]:
    """What is shown was made by this release."""
    old = behind(connection)
    if old:
        names = " ".join(old)
        yield bad(
            "projections", f"An older release made what is shown: {names}.", f"Run `tracker rebuild {names}`."
        )
    begun = connection.execute(
        select(projections.c.name).where(projections.c.shadow_position.is_not(None))
    ).scalars()
    if half := sorted(begun):
        names = " ".join(half)
        yield warn(
            "projections",
            f"A rebuild was interrupted: {names}.",
            f"Run `tracker rebuild {names}`; it goes on.",
        )
    if not old and not half:
        yield ok("projections", "All are of this release.")


def timetable(connection: Connection, settings: Settings, now: datetime) -> Check:
    """Beat and a worker made due what the hour asks for."""
    newest = connection.execute(select(func.max(work.c.due_at))).scalar()
    mend = "See that beat and a worker run (`tracker up` runs both)."
    if not settings.broker_url and running(settings.data_dir) is None:
        last = "" if newest is None else f"; last at {newest:%Y-%m-%d %H:%M} UTC"
        return warn(
            "timetable",
            f"The tracker does not run on the folder {settings.data_dir}, so nothing is made due{last}.",
            "Run `tracker up`.",
        )
    if newest is None:
        return warn("timetable", "Nothing was ever made due.", mend)
    if now - newest > LONGEST_QUIET:
        return warn("timetable", f"Nothing was made due since {newest:%Y-%m-%d %H:%M} UTC.", mend)
    return ok("timetable", f"Beat and a worker were at work at {newest:%H:%M} UTC.")


def parked(connection: Connection) -> Iterator[Check]:
    """Nothing waits for an operator."""
    if left := stopped(connection):
        each = ", ".join(f"{row.kind} {row.key} ({row.last_error})" for row in left[-SHOWN:])
        more = f"{len(left)} in all, the last are " if len(left) > SHOWN else ""
        mend = "Mend the cause; then `tracker replay` tries it again."
        yield warn("work", f"Work that kept failing is parked: {more}{each}.", mend)
    else:
        yield ok("work", "Nothing is parked.")
    counts = digests.counts(connection)
    waiting = ", ".join(f"{counts[state]} {state}" for state in digests.TROUBLED if counts.get(state))
    if waiting:
        yield warn("digests", f"Not delivered, or nobody knows: {waiting}.", MEND_DIGESTS)
    else:
        yield ok("digests", "None waits for a decision.")
