"""Sign-in links and sessions: single use, short-lived, stored as hashes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, func, select

from tracker.identity import links, sessions, tables
from tracker.identity.bearer import hashed
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PERSON = "a-person"
GOOD = links.Link(PERSON, "sign_in", "", "", strong=False)


def whose(conn: Connection, token: str, now: datetime) -> str | None:
    """The person of a session."""
    found = sessions.find(conn, token, now)
    return None if found is None else found.person_id


@pytest.fixture
def link(db: Database) -> str:
    with db.write() as tx:
        return links.issue(tx, PERSON, NOW)


def test_opening_a_link_does_not_spend_it(db: Database, link: str) -> None:
    with db.read() as conn:
        assert links.peek(conn, link, NOW) == links.peek(conn, link, NOW) == GOOD


def test_a_link_signs_in_once(db: Database, link: str) -> None:
    with db.write() as tx:
        session = links.redeem(tx, link, NOW)
    with db.read() as conn:
        assert whose(conn, session, NOW) == PERSON
        assert links.peek(conn, link, NOW) is None
    with pytest.raises(NotAllowed, match="used already"), db.write() as tx:
        links.redeem(tx, link, NOW)


def test_a_link_lives_for_ten_minutes(db: Database, link: str) -> None:
    end = NOW + timedelta(minutes=10)
    with db.read() as conn:
        assert links.peek(conn, link, end - SECOND) == GOOD
        assert links.peek(conn, link, end) is None
    with pytest.raises(NotAllowed, match="too old"), db.write() as tx:
        links.redeem(tx, link, end)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "\x00", "é" * 10_000])
def test_a_made_up_token_opens_nothing(db: Database, link: str, token: str) -> None:
    with db.read() as conn:
        assert links.peek(conn, token, NOW) is None
        assert whose(conn, token, NOW) is None
    with pytest.raises(NotAllowed), db.write() as tx:
        links.redeem(tx, token, NOW)


def test_of_twenty_at_once_one_signs_in(db: Database, link: str) -> None:
    start = Barrier(20)

    def try_it(_: int) -> str | None:
        start.wait()
        try:
            return db.run(lambda tx: links.redeem(tx, link, NOW))
        except NotAllowed:
            return None

    with ThreadPoolExecutor(20) as pool:
        signed_in = [token for token in pool.map(try_it, range(20)) if token]
    with db.read() as conn:
        assert (
            len(signed_in)
            == conn.execute(select(func.count()).select_from(tables.sessions)).scalar_one()
            == 1
        )


def test_tokens_are_not_stored(db: Database, link: str) -> None:
    with db.write() as tx:
        session = links.redeem(tx, link, NOW)
        stored = str(tx.execute(select(tables.sign_in_links)).all()) + str(
            tx.execute(select(tables.sessions)).all()
        )
    assert link not in stored
    assert session not in stored
    assert min(len(link), len(session)) >= 43  # 256 bits in base 64


def test_a_session_ends_after_twelve_hours_however_busy(db: Database, link: str) -> None:
    with db.write() as tx:
        session = links.redeem(tx, link, NOW)
    end = NOW + timedelta(hours=12)
    with db.write() as tx:
        found = sessions.find(tx, session, NOW)
        assert found is not None
        sessions.touch(tx, found, end - SECOND)
    with db.read() as conn:
        assert whose(conn, session, end - SECOND) == PERSON
        assert whose(conn, session, end) is None


def test_signing_out_ends_the_session_and_no_other(db: Database, link: str) -> None:
    with db.write() as tx:
        first = links.redeem(tx, link, NOW)
        second = links.redeem(tx, links.issue(tx, PERSON, NOW), NOW)
        sessions.end(tx, hashed(first), NOW)
        assert whose(tx, first, NOW) is None
        assert whose(tx, second, NOW) == PERSON


def test_dead_links_and_sessions_are_swept_away(db: Database, link: str) -> None:
    later = NOW + timedelta(days=1)
    with db.write() as tx:
        links.redeem(tx, link, NOW)
        links.redeem(tx, links.issue(tx, PERSON, later), later)
        assert tx.execute(select(func.count()).select_from(tables.sign_in_links)).scalar_one() == 1
        assert tx.execute(select(func.count()).select_from(tables.sessions)).scalar_one() == 1


def test_a_session_that_nobody_used_for_two_hours_is_over(db: Database, link: str) -> None:
    with db.write() as tx:
        token = links.redeem(tx, link, NOW)
        assert whose(tx, token, NOW + sessions.IDLE_LIFE - SECOND) == PERSON
        assert whose(tx, token, NOW + sessions.IDLE_LIFE) is None


def test_a_link_of_the_servers_own_terminal_needs_no_second_factor_and_a_mailed_one_does(
    db: Database,
) -> None:
    with db.write() as tx:
        for strong in (True, False):
            found = sessions.find(tx, links.redeem(tx, links.issue(tx, PERSON, NOW, strong=strong), NOW), NOW)
            assert found is not None
            assert found.strong is strong


def test_a_session_made_strong_gets_a_new_token_and_the_old_one_opens_nothing(
    db: Database, link: str
) -> None:
    with db.write() as tx:
        weak = links.redeem(tx, link, NOW)
        strong = sessions.strengthen(tx, hashed(weak), NOW, means="passkey")
        found = sessions.find(tx, strong, NOW)
        assert found is not None
        assert found.strong
        assert sessions.find(tx, weak, NOW) is None


def test_a_person_sees_and_ends_their_own_sessions_and_nobody_elses(db: Database) -> None:
    with db.write() as tx:
        mine = [sessions.begin(tx, PERSON, NOW + n * SECOND, means="link", agent="Firefox") for n in range(3)]
        other = sessions.begin(tx, "another", NOW, means="link")
        assert [each.id for each in sessions.of_person(tx, PERSON, NOW)] == [
            hashed(t) for t in reversed(mine)
        ]
        assert not sessions.end(tx, hashed(other), NOW, person_id=PERSON)
        assert sessions.end_all(tx, PERSON, NOW, but=hashed(mine[0])) == 2
        assert [whose(tx, token, NOW) for token in (*mine, other)] == [PERSON, None, None, "another"]
