"""A small tracked body, and browsers for the people around it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders import (
    RECORDED_AT,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.web.browser import Browser
from tracker.eventstore.work import due_ids
from tracker.kit.db import Database
from tracker.kit.settings import settings
from tracker.people import commands as c
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person
from workers import jobs


class World(NamedTuple):
    """A body with two meetings and three partners; the ids of the people around it."""

    db: Database
    focal_point: str
    secretariat: str
    auditor: str
    admin: str


class Post:
    """The worker that sends letters, and the mailbox into which they go."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder

    def deliver(self, now: datetime = RECORDED_AT) -> list[tuple[str, str]]:
        """Does all that is due: (to, text) of each new mail."""
        before = set(self.folder.glob("*.eml"))
        with self.db.read() as conn:
            due = due_ids(conn, now)
        for work_id in due:
            jobs.run(self.db, work_id, lambda: now)
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(set(self.folder.glob("*.eml")) - before)
        ]
        return [(str(mail["To"]), mail.get_body(("plain",)).get_content()) for mail in mails]  # type: ignore[union-attr]


@pytest.fixture
def world(db: Database) -> World:
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2), title="The road forward", place="Sofia")
        put_meeting(tx, "CMM9", None, held=False, announced="in 2020, to be hosted by an Asian country")
        for code, grouping in (("IDN", "Asia"), ("JPN", "Asia"), ("FRA", "Europe")):
            put_partner(tx, code, grouping=grouping)
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA", text="Foster the creative industries.")
        put_recommendation(tx, "CMM8-R02", "IDN", "JPN", parent="CMM8-R01")
        put_report(tx, "CMM8-R01", "FRA", "implemented", demonstration=True)
        people = [
            put_person(tx, f"{who}@example.org", name=who.title())
            for who in ("focal", "office", "auditor", "admin")
        ]
        put_focal_point(tx, "IDN", people[0])
        for person_id, role, scope in (
            (people[1], "secretariat", "ASEM-CMM"),
            (people[2], "auditor", "*"),
            (people[3], "admin", "*"),
        ):
            handle_person(tx, OPERATOR, person_id, c.GrantRole(role=role, scope=scope), context())
    return World(db, *people)


@pytest.fixture
def visitor(db: Database, tmp_path: Path) -> Browser:
    """Someone of the public."""
    return Browser(db, tmp_path, lambda: RECORDED_AT)


@pytest.fixture
def as_person(db: Database, tmp_path: Path) -> Callable[[str], Browser]:
    """A browser in which this person is signed in."""
    return lambda person_id: Browser(db, tmp_path, lambda: RECORDED_AT).sign_in(person_id)


@pytest.fixture
def focal(world: World, as_person: Callable[[str], Browser]) -> Browser:
    """The focal point's browser."""
    return as_person(world.focal_point)


@pytest.fixture
def reported(world: World) -> World:
    """A report of Indonesia, so that every form is open."""
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", date(2026, 11, 1), narrative="A beginning.")
    return world


@pytest.fixture
def person(reported: World, as_person: Callable[[str], Browser]) -> Callable[[str], Browser]:
    """A browser of the focal point, the secretariat, the auditor or the administrator."""
    return lambda who: as_person(getattr(reported, who))


@pytest.fixture
def post(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield Post(world.db, tmp_path / "mailbox")
    settings.cache_clear()
