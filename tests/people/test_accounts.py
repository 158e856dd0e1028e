"""Sign-in links and sessions: single use, short-lived, stored as hashes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.builders import context, put_person
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed, NotFound
from tracker.people import accounts, queries
from tracker.people.tables import sessions, sign_in_links

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def person_id(db: Database) -> str:
    with db.write() as tx:
        return put_person(tx, "a@example.org")


@pytest.fixture
def link(db: Database, person_id: str) -> str:
    with db.write() as tx:
        return accounts.issue_link(tx, person_id, NOW)


def test_opening_a_link_does_not_spend_it(db: Database, person_id: str, link: str) -> None:
    with db.read() as conn:
        assert accounts.peek(conn, link, NOW) == accounts.peek(conn, link, NOW) == person_id


def test_a_link_signs_in_once(db: Database, person_id: str, link: str) -> None:
    with db.write() as tx:
        session = accounts.redeem(tx, link, NOW)
    with db.read() as conn:
        assert accounts.session_person(conn, session, NOW) == person_id
        assert accounts.peek(conn, link, NOW) is None
    with pytest.raises(NotAllowed, match="used already"), db.write() as tx:
        accounts.redeem(tx, link, NOW)


def test_a_link_lives_for_ten_minutes(db: Database, person_id: str, link: str) -> None:
    end = NOW + timedelta(minutes=10)
    with db.read() as conn:
        assert accounts.peek(conn, link, end - SECOND) == person_id
        assert accounts.peek(conn, link, end) is None
    with pytest.raises(NotAllowed, match="older than ten minutes"), db.write() as tx:
        accounts.redeem(tx, link, end)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "\x00", "é" * 10_000])
def test_a_made_up_token_opens_nothing(db: Database, link: str, token: str) -> None:
    with db.read() as conn:
        assert accounts.peek(conn, token, NOW) is None
        assert accounts.session_person(conn, token, NOW) is None
    with pytest.raises(NotAllowed), db.write() as tx:
        accounts.redeem(tx, token, NOW)


def test_of_twenty_at_once_one_signs_in(db: Database, link: str) -> None:
    start = Barrier(20)

    def try_it(_: int) -> str | None:
        start.wait()
        try:
            return db.run(lambda tx: accounts.redeem(tx, link, NOW))
        except NotAllowed:
            return None

    with ThreadPoolExecutor(20) as pool:
        signed_in = [token for token in pool.map(try_it, range(20)) if token]
    with db.read() as conn:
        assert len(signed_in) == conn.execute(select(func.count()).select_from(sessions)).scalar_one() == 1


def test_tokens_are_not_stored(db: Database, link: str) -> None:
    with db.write() as tx:
        session = accounts.redeem(tx, link, NOW)
        stored = str(tx.execute(select(sign_in_links)).all()) + str(tx.execute(select(sessions)).all())
    assert link not in stored
    assert session not in stored
    assert min(len(link), len(session)) >= 43  # 256 bits in base 64


def test_a_session_ends_after_twelve_hours_however_busy(db: Database, person_id: str, link: str) -> None:
    with db.write() as tx:
        session = accounts.redeem(tx, link, NOW)
    end = NOW + timedelta(hours=12)
    with db.read() as conn:
        assert accounts.session_person(conn, session, end - SECOND) == person_id
        assert accounts.session_person(conn, session, end) is None


def test_signing_out_ends_the_session_and_no_other(db: Database, person_id: str, link: str) -> None:
    with db.write() as tx:
        first = accounts.redeem(tx, link, NOW)
        second = accounts.redeem(tx, accounts.issue_link(tx, person_id, NOW), NOW)
        accounts.end_session(tx, first, NOW)
        assert accounts.session_person(tx, first, NOW) is None
        assert accounts.session_person(tx, second, NOW) == person_id


def test_dead_links_and_sessions_are_swept_away(db: Database, person_id: str, link: str) -> None:
    later = NOW + timedelta(days=1)
    with db.write() as tx:
        accounts.redeem(tx, link, NOW)
        accounts.redeem(tx, accounts.issue_link(tx, person_id, later), later)
        assert tx.execute(select(func.count()).select_from(sign_in_links)).scalar_one() == 1
        assert tx.execute(select(func.count()).select_from(sessions)).scalar_one() == 1


def test_no_link_for_nobody(db: Database) -> None:
    with pytest.raises(NotFound), db.write() as tx:
        accounts.issue_link(tx, "nobody", NOW)


def test_the_first_administrator_is_made_once(db: Database) -> None:
    with db.write() as tx:
        first = accounts.ensure_admin(tx, context(), "Secretariat@example.org", "Secretariat")
        position = head(tx)
        assert accounts.ensure_admin(tx, context(), "secretariat@example.org", "Secretariat") == first
        assert head(tx) == position
        assert queries.roles_of(tx, first) == [("admin", "*"), ("secretariat", "*")]


def test_a_person_who_is_known_becomes_administrator(db: Database, person_id: str) -> None:
    with db.write() as tx:
        assert accounts.ensure_admin(tx, context(), "a@example.org", "Other") == person_id
        assert ("admin", "*") in queries.roles_of(tx, person_id)
        assert queries.person(tx, person_id).name == "Official"
