"""Letters through the worker's own code and a real mail server: sent, refused, sent again after a crash."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from tests.builders import RECORDED_AT, context, put_person
from tests.kit.mailserver import DROP, Answers, mail_server
from tracker.eventstore import work
from tracker.identity import links
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Unavailable
from tracker.kit.settings import settings
from tracker.people import letters, lifecycle, service
from tracker.people.commands import DisablePerson
from tracker.people.letters_in import INVITATION, SIGN_IN
from tracker.people.policy import OPERATOR
from tracker.people.tables import letters as rows
from workers import jobs

NOW = RECORDED_AT
EMAIL = "focal.point@example.org"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    with mail_server() as (url, answers):
        monkeypatch.setenv("TRACKER_SMTP_URL", url)
        monkeypatch.setenv("TRACKER_BASE_URL", "https://tracker.example.org")
        settings.cache_clear()
        yield answers
    settings.cache_clear()


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, EMAIL, name="Focal point, <b>Indonesia</b>"))


def put(db: Database, purpose: str = SIGN_IN, **given: Any) -> int:
    """A letter that is due; the id of the work."""
    given = given or {"email": EMAIL, "facts": {"client": "192.0.2.1", "typed": "hash", "next": "/my"}}
    db.run(lambda tx: letters.put(tx, purpose, NOW, **given))
    with db.read() as conn:
        (work_id,) = work.due_ids(conn, NOW, kind=letters.WORK)
    return work_id


def state(db: Database, work_id: int) -> Any:
    with db.read() as conn:
        return conn.execute(select(work.work).where(work.work.c.id == work_id)).one()


def message(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def texts(raw: bytes) -> tuple[str, str]:
    """Its text and its HTML."""
    found = message(raw)
    return tuple(found.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr, return-value]


def token_in(text: str) -> str:
    return next(line for line in text.splitlines() if "/sign-in/" in line).rpartition("/")[2].strip()


def test_a_letter_is_sent_and_forgotten_and_its_link_works(
    db: Database, server: Answers, person: str
) -> None:
    work_id = put(db)
    assert jobs.run(db, work_id, lambda: NOW)
    (raw,) = server.received
    text, html = texts(raw)
    with db.read() as conn:
        link = links.peek(conn, token_in(text), NOW)
        assert conn.execute(select(func.count()).select_from(rows)).scalar_one() == 0
    assert link == links.Link(person, SIGN_IN, "", "/my", strong=False)
    assert message(raw)["To"] == EMAIL
    assert "https://tracker.example.org/sign-in/" in text
    assert f"/sign-in/{token_in(text)}" in html
    assert "&lt;b&gt;Indonesia" in html
    assert "<b>" not in html
    assert state(db, work_id).state == "done"
    assert not jobs.run(db, work_id, lambda: NOW)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", "550 no such user"),
        ("rcpt", "450 busy"),
        ("data", "451 later"),
        ("data", DROP),
        ("mail", DROP),
    ],
)
def test_what_the_server_does_not_take_is_tried_again_and_parked_in_the_end(
    db: Database, server: Answers, person: str, step: str, answer: str
) -> None:
    setattr(server, step, answer)
    work_id, now = put(db, INVITATION, person_id=person), NOW
    for _ in range(work.MOST_ATTEMPTS):
        with pytest.raises(Unavailable, match="was not sent"):
            jobs.run(db, work_id, lambda now=now: now)  # type: ignore[misc]
        now = state(db, work_id).due_at
    found = state(db, work_id)
    assert (found.state, found.attempts) == ("parked", work.MOST_ATTEMPTS)
    assert "was not sent" in found.last_error
    setattr(server, step, "250 OK")
    assert db.run(lambda tx: work.replay(tx, work_id, now))
    assert jobs.run(db, work_id, lambda: now)
    assert len(server.received) == 1


def test_a_second_letter_after_a_crash_holds_another_link_and_both_work_once(
    db: Database, server: Answers, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_id = put(db)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("workers.jobs._do", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(db, work_id, lambda: NOW)
    assert not jobs.run(db, work_id, lambda: NOW)
    later = NOW + work.LEASE + timedelta(seconds=1)
    assert jobs.run(db, work_id, lambda: later)
    first, second = (token_in(texts(raw)[0]) for raw in server.received)
    assert first != second
    assert len({message(raw)["Message-ID"] for raw in server.received}) == 2
    for token in (first, second):
        db.run(lambda tx, token=token: links.redeem(tx, token, later))  # type: ignore[misc]


def test_a_token_is_in_no_row_before_or_after_it_was_sent(
    db: Database, server: Answers, person: str, database_url: str
) -> None:
    work_id = put(db)
    jobs.run(db, work_id, lambda: NOW)
    token = token_in(texts(server.received[0])[0])
    tables = MetaData()
    with db.read() as conn:
        tables.reflect(conn)
        everything = "".join(str(conn.execute(select(table)).all()) for table in tables.tables.values())
    assert token not in everything


def not_sent(db: Database, server: Answers, work_id: int, now: Any = NOW) -> None:
    assert jobs.run(db, work_id, lambda: now)
    assert server.seen == []
    with db.read() as conn:
        assert conn.execute(select(func.count()).select_from(rows)).scalar_one() == 0


def test_nobody_without_an_account_is_written_to(db: Database, server: Answers) -> None:
    not_sent(db, server, put(db))


def test_whoever_was_disabled_since_is_not_written_to(db: Database, server: Answers, person: str) -> None:
    work_id = put(db)
    command = DisablePerson(reason="Left.")
    db.run(lambda tx: lifecycle.disable(tx, OPERATOR, person, command, context(), from_console(NOW)))
    not_sent(db, server, work_id)


def test_a_link_that_was_asked_for_an_hour_ago_is_wanted_by_nobody(
    db: Database, server: Answers, person: str
) -> None:
    not_sent(db, server, put(db), NOW + timedelta(hours=1, seconds=1))


def test_an_invitation_is_sent_with_the_account_and_once_for_a_repeated_command(
    db: Database, server: Answers
) -> None:
    asked = context()
    invite: Callable[[Any], str] = lambda tx: service.invite(  # noqa: E731
        tx,
        OPERATOR,
        name="Focal point, Indonesia",
        email=EMAIL,
        locale="en",
        time_zone="UTC",
        context=asked,
        mail=True,
    )
    assert db.run(invite) == db.run(invite)
    with db.read() as conn:
        now = conn.execute(select(rows.c.asked_at)).scalar_one()
        (work_id,) = work.due_ids(conn, now, kind=letters.WORK)
    jobs.run(db, work_id, lambda: now)
    (raw,) = server.received
    text, _ = texts(raw)
    assert message(raw)["Subject"] == "You are invited to the follow-up tracker"
    with db.read() as conn:
        link = links.peek(conn, token_in(text), now + timedelta(days=7) - timedelta(seconds=1))
        assert link is not None
        assert links.peek(conn, token_in(text), now + timedelta(days=7)) is None


def test_a_letter_to_a_made_up_account_says_so(db: Database, server: Answers) -> None:
    given = {"name": "Focal point", "email": EMAIL, "locale": "en", "time_zone": "UTC"}
    asked = context(demonstration=True)
    db.run(lambda tx: service.invite(tx, OPERATOR, **given, context=asked))
    jobs.run(db, put(db), lambda: NOW)
    (raw,) = server.received
    assert str(message(raw)["Subject"]).startswith("[Demonstration] ")
    assert all("emonstration" in text for text in texts(raw))


def test_a_letter_of_a_newer_release_is_kept_for_it(db: Database, server: Answers, person: str) -> None:
    work_id = put(db, "from_the_future", person_id=person)
    with pytest.raises(BadInput, match="a newer one may"):
        jobs.run(db, work_id, lambda: NOW)
    assert state(db, work_id).state == "due"


def test_two_composers_for_one_purpose_are_a_mistake_that_shows_at_once() -> None:
    with pytest.raises(BadInput, match="Two composers"):
        letters.letter(SIGN_IN)(lambda writing: None)
