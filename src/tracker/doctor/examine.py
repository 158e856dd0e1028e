"""All checks, in the order in which one would mend things."""

from collections.abc import Iterator

from tracker.doctor import around, database, seal, sign_in, work
from tracker.doctor.check import Check, bad
from tracker.doctor.roles import roles
from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings


def examine(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Every check that can be made; those that need the database are left out while it cannot be used."""
    folder = around.folder(settings)
    yield folder
    yield around.disk(settings)
    yield around.files(settings)
    if folder.state != "bad":
        yield around.secret(settings)
    yield around.broker(settings)
    yield around.mail(settings)
    yield sign_in.single_sign_on(settings, clock())
    try:
        db = Database(settings.database, pooled=False)
    except SetupError as error:
        yield bad("database", error.message, "Mend the data folder first.")
        return
    try:
        usable = database.usable(db)
        yield usable
        if usable.state != "ok":
            return
        with db.read() as connection:
            yield database.engine(connection)
            yield from database.guards(connection)
            yield from roles(connection)
            yield database.clock(connection, clock())
            yield from work.projections_behind(connection)
            yield work.timetable(connection, settings, clock())
            yield seal.sealed(connection, settings, clock())
            yield from work.parked(connection)
    finally:
        db.dispose()
