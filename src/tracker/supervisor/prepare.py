"""What must be so before anything starts: the database of this release, the matrix in it, someone who may sign in."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from tracker.eventstore.store import Context, head
from tracker.identity import links
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.private import make_file
from tracker.kit.settings import Settings
from tracker.migrate import HOME, catch_up, migrate
from tracker.people import accounts, queries

SECRETARIAT = ("admin@example.org", "Secretariat")
SEED = HOME / "seed"


@dataclass(frozen=True)
class Link:
    """A single-use address by which someone signs in, good for ten minutes."""

    who: str
    path: str


def prepare(settings: Settings, *, demo: bool, say: Callable[[str], None]) -> None:
    """Migrates the database and loads the matrix, unless that was done before and no file of it has changed since."""
    if applied := migrate(settings.owner_database):
        say(f"{len(applied)} migrations applied")
    catch_up(settings.owner_database)
    db = Database(settings.database)
    try:
        _load(db, settings, demo, say)
        context = Context(actor_id="operator", effective_at=utc_now(), metadata={"door": "cli"})
        db.run(lambda tx: accounts.ensure_admin(tx, context, *SECRETARIAT))
    finally:
        db.dispose()


def sign_in_links(settings: Settings, *, demo: bool) -> list[Link]:
    """Fresh links for the secretariat and, with demonstration data, for one focal point."""
    db, now = Database(settings.database), utc_now()
    try:
        with db.write() as tx:
            secretariat = queries.person_by_email(tx, SECRETARIAT[0])
            wanted = [] if secretariat is None else [secretariat]
            if demo:
                wanted += [person for person in queries.persons(tx) if _reports(tx, person, now.date())][:1]
            return [
                Link(person.name, f"/sign-in/{links.issue(tx, person.person_id, now, strong=True)}")
                for person in wanted
                if not person.disabled
            ]
    finally:
        db.dispose()


def _reports(tx: Connection, person: queries.Person, today: date) -> bool:
    return person.demonstration and bool(queries.appointments_of(tx, person.person_id, today))


def _load(db: Database, settings: Settings, demo: bool, say: Callable[[str], None]) -> None:
    from seed.load import load

    marker, wanted = settings.data_dir / "seed.loaded", _fingerprint(settings.database, demo)
    with db.read() as connection:
        empty = head(connection) == 0
    if not empty and marker.exists() and marker.read_text("utf-8") == wanted:
        return
    say("loading the matrix")
    load(db, SEED)
    if demo:
        from seed.demo import load_demo

        load_demo(db, utc_now())
    # Only a shortcut: without the marker everything is offered again, and what is there already changes nothing.
    make_file(marker)
    marker.write_text(wanted, "utf-8")


def _fingerprint(database: str, demo: bool) -> str:
    found = hashlib.sha256(f"{database} {demo}".encode())
    for file in sorted(SEED.rglob("*.yaml")):
        found.update(file.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()
