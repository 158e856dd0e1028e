"""A change of address: both mails within a day, or the operator; nobody takes another's account by it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.builders import context, put_person
from tracker.eventstore.store import load
from tracker.eventstore.tables import events
from tracker.identity import links, security_log, sessions
from tracker.identity.came import Came
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Gone, NotAllowed, RuleBroken, TooMany
from tracker.kit.mail import Letter
from tracker.kit.settings import Settings
from tracker.people import address_change, letters, queries
from tracker.people.address_change import NEW, OLD
from tracker.people.policy import OPERATOR, Actor
from tracker.people.tables import letters as rows

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BEFORE, AFTER = "old@example.org", "new@example.org"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def came(now: datetime = NOW) -> Came:
    return Came("192.0.2.1", "Firefox", now)


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, BEFORE, name="Focal point"))


def ask(db: Database, person: str, email: str = AFTER, now: datetime = NOW) -> None:
    me = Actor(person, "Focal point")
    db.run(lambda tx: address_change.ask(tx, me, person, email, came(now)))


def mails(db: Database, now: datetime = NOW) -> dict[str, Letter]:
    """What the worker would send, by purpose and recipient; each once."""
    with db.write() as tx:
        waiting = tx.execute(select(rows.c.id, rows.c.purpose).order_by(rows.c.asked_at, rows.c.id)).all()
        found = {}
        for row in waiting:
            letter = letters.written(tx, row.id, now, Settings(base_url="https://tracker.example.org"))
            if letter is not None:
                found[f"{row.purpose} {letter.to}"] = letter
            letters.remove(tx, row.id)
    return found


def token(letter: Letter) -> str:
    return next(line for line in letter.text.splitlines() if "/account/address/" in line).rpartition("/")[2]


def tokens(db: Database, now: datetime = NOW) -> tuple[str, str]:
    """Those of the mail to the old and of the mail to the new address."""
    sent = mails(db, now)
    return token(sent[f"{OLD} {BEFORE}"]), token(sent[f"{NEW} {AFTER}"])


def confirm(db: Database, link: str, now: datetime = NOW) -> bool:
    return db.run(lambda tx: address_change.confirm(tx, link, came(now)))


def email_of(db: Database, person: str) -> str:
    with db.read() as conn:
        return queries.person(conn, person).email


@pytest.mark.parametrize("first", [0, 1])
def test_the_address_changes_when_both_mails_are_answered(db: Database, person: str, first: int) -> None:
    ask(db, person)
    both = tokens(db)
    assert not confirm(db, both[first])
    assert email_of(db, person) == BEFORE
    assert confirm(db, both[1 - first], NOW + DAY - SECOND)
    assert email_of(db, person) == AFTER
    assert set(mails(db)) == {f"address_changed {BEFORE}", f"address_changed {AFTER}"}
    with db.read() as conn:
        assert queries.person_by_email(conn, BEFORE) is None
        event = load(conn, f"person-{person}")[-1]
        assert (event.event_type, event.actor_id) == ("person.address_changed", person)
        assert "example.org" not in str(conn.execute(select(events)).all())
        assert "example.org" not in str(security_log.entries(conn))


def test_one_mail_answered_twice_is_not_both(db: Database, person: str) -> None:
    ask(db, person)
    old, _ = tokens(db)
    assert not confirm(db, old)
    with pytest.raises(Gone):
        confirm(db, old)
    assert email_of(db, person) == BEFORE


def test_after_a_day_it_is_over(db: Database, person: str) -> None:
    ask(db, person)
    old, new = tokens(db)
    confirm(db, old)
    with pytest.raises(Gone):
        confirm(db, new, NOW + DAY)
    assert email_of(db, person) == BEFORE


def test_a_link_that_was_mailed_late_does_not_outlive_the_change(db: Database, person: str) -> None:
    ask(db, person)
    old, new = tokens(db, NOW + timedelta(hours=20))
    confirm(db, old, NOW + timedelta(hours=21))
    with pytest.raises(Gone, match="is over"):
        confirm(db, new, NOW + timedelta(hours=25))


def test_the_old_address_stops_it(db: Database, person: str) -> None:
    ask(db, person)
    old, new = tokens(db)
    confirm(db, new)
    db.run(lambda tx: address_change.cancel(tx, old, came()))
    assert email_of(db, person) == BEFORE
    for link in (old, new):
        with pytest.raises(Gone):
            confirm(db, link)


def test_the_new_address_cannot_stop_it(db: Database, person: str) -> None:
    ask(db, person)
    _, new = tokens(db)
    with pytest.raises(Gone):
        db.run(lambda tx: address_change.cancel(tx, new, came()))


def test_asking_again_makes_the_links_of_before_useless(db: Database, person: str) -> None:
    ask(db, person)
    old, new = tokens(db)
    ask(db, person)
    for link in (old, new):
        with pytest.raises(Gone):
            confirm(db, link)
    assert not confirm(db, tokens(db)[0])


def test_an_address_that_has_an_account_is_told_so_and_nobody_else_is(db: Database, person: str) -> None:
    other = db.run(lambda tx: put_person(tx, AFTER, name="Somebody else"))
    ask(db, person, f" {AFTER.upper()} ")
    sent = mails(db)
    told = sent[f"{NEW} {AFTER}"]
    assert "has an account already" in told.text
    assert "/account/address/" not in told.text
    assert "Focal point" not in told.text
    confirm(db, token(sent[f"{OLD} {BEFORE}"]))
    assert (email_of(db, person), email_of(db, other)) == (BEFORE, AFTER)


def test_an_address_that_was_taken_meanwhile_stays_with_whoever_took_it(db: Database, person: str) -> None:
    ask(db, person)
    old, new = tokens(db)
    confirm(db, old)
    other = db.run(lambda tx: put_person(tx, AFTER))
    with pytest.raises(RuleBroken, match="Somebody has an account"):
        confirm(db, new)
    assert (email_of(db, person), email_of(db, other)) == (BEFORE, AFTER)


@pytest.mark.parametrize("email", [BEFORE, "focаl@example.org", "nowhere", "", "a@b@example.org"])
def test_what_is_no_new_address_is_refused(db: Database, person: str, email: str) -> None:
    with pytest.raises(BadInput):
        ask(db, person, email)
    assert mails(db) == {}


def test_nobody_moves_somebody_else(db: Database, person: str) -> None:
    for actor in (Actor("another", "Focal point"), Actor("a", "Admin", frozenset({("admin", "*")}))):
        with pytest.raises(NotAllowed):
            db.run(lambda tx, actor=actor: address_change.ask(tx, actor, person, AFTER, came()))  # type: ignore[misc]


def test_at_most_five_strangers_a_day_are_written_to(db: Database, person: str) -> None:
    for number in range(5):
        ask(db, person, f"stranger{number}@example.org")
    with pytest.raises(TooMany):
        ask(db, person, "stranger5@example.org")
    ask(db, person, "stranger5@example.org", NOW + DAY)


def test_the_operator_replaces_a_lost_address_and_the_old_one_is_warned(db: Database, person: str) -> None:
    with db.write() as tx:
        session = links.redeem(tx, links.issue(tx, person, NOW), NOW)
        link = links.issue(tx, person, NOW)
    asked = context()
    for _ in range(2):
        db.run(
            lambda tx: address_change.replace(tx, OPERATOR, person, AFTER, "Mailbox closed.", asked, came())
        )
    assert email_of(db, person) == AFTER
    sent = mails(db)
    assert set(sent) == {f"address_changed {BEFORE}", f"address_changed {AFTER}"}
    assert "The operator of the follow-up tracker replaced" in " ".join(
        sent[f"address_changed {BEFORE}"].text.split()
    )
    with db.read() as conn:
        assert sessions.find(conn, session, NOW) is None
        assert links.peek(conn, link, NOW) is None
        assert len(load(conn, f"person-{person}")) == 2


def test_an_administrator_replaces_no_address(db: Database, person: str) -> None:
    admin = Actor("a", "Administrator", frozenset({("admin", "*")}))
    with pytest.raises(NotAllowed):
        db.run(lambda tx: address_change.replace(tx, admin, person, AFTER, "", context(), came()))


def test_what_is_long_over_is_forgotten(db: Database, person: str) -> None:
    ask(db, person)
    with db.write() as tx:
        assert address_change.sweep(tx, NOW + timedelta(days=30)) == 0
        assert address_change.sweep(tx, NOW + timedelta(days=30, seconds=1)) == 1
