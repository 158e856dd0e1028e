"""From due to sent under a fence: who comes late changes nothing, and silence is never sent again."""

import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from tests.digests.world import NOW, Hand, World
from tests.kit.mailserver import DROP, mail_server
from tracker.digests import delivery, service
from tracker.digests.tables import digests
from tracker.kit.mail import Outcome, Smtp
from tracker.people.policy import OPERATOR
from tracker.people.tables import person_details

AFTER_LEASE = NOW + delivery.LEASE + timedelta(seconds=1)


def recover(world: World) -> tuple[int, int]:
    with world.db.write() as tx:
        return service.recover(tx, AFTER_LEASE)


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("data", "250 taken", "sent"),
        ("rcpt", "550 no such user", "refused"),
        ("data", "554 spam", "refused"),
        ("rcpt", "450 busy", "due"),
        ("mail", "421 closing", "due"),
        ("rcpt", DROP, "due"),
        ("data", "451 later", "due"),
        ("data", DROP, "unknown"),
    ],
)
def test_a_real_mail_server_decides(world: World, step: str, answer: str, state: str) -> None:
    digest_id = world.schedule()
    with mail_server() as (url, answers):
        setattr(answers, step, answer)
        transport = Smtp(url)
        assert world.deliver(digest_id, transport) == state
        transport.close()
    row = world.row(digest_id)
    assert (row.state, row.lease_until) == (state, None)
    assert answer in (DROP, row.smtp_response, row.last_error)
    assert (row.sent_at is not None) == (state == "sent")
    assert row.message_id == f"<digest-{digest_id}-2026-11-23@example.org>"


def test_sending_is_committed_before_the_mail_server_is_spoken_to(world: World) -> None:
    seen: list[str] = []

    class Looking(Hand):
        def send(self, message: EmailMessage) -> Outcome:
            seen.append(world.row(digest_id).state)
            return super().send(message)

    digest_id = world.schedule()
    world.deliver(digest_id, Looking())
    assert seen == ["sending"]


def test_what_died_while_it_was_sent_is_unknown_and_stays_so(world: World) -> None:
    class Killed(Hand):
        def send(self, message: EmailMessage) -> Outcome:
            raise KeyboardInterrupt

    digest_id, hand = world.schedule(), Hand()
    with pytest.raises(KeyboardInterrupt):
        world.deliver(digest_id, Killed())
    assert world.deliver(digest_id, hand, AFTER_LEASE) == "taken"
    assert recover(world) == (1, 0)
    assert world.row(digest_id).state == "unknown"
    assert world.deliver(digest_id, hand, AFTER_LEASE) == "taken"
    assert hand.sent == []


def test_what_died_before_it_was_sent_is_due_again(world: World) -> None:
    digest_id = world.schedule()
    with world.db.write() as tx:
        delivery.take(tx, digest_id, NOW)
    assert recover(world) == (0, 1)
    assert world.deliver(digest_id, now=AFTER_LEASE) == "sent"


def test_a_living_lease_is_not_touched(world: World) -> None:
    digest_id = world.schedule()
    with world.db.write() as tx:
        delivery.take(tx, digest_id, NOW)
        assert service.recover(tx, NOW + timedelta(minutes=14)) == (0, 0)


def test_a_claimant_that_slept_past_its_lease_changes_nothing(world: World) -> None:
    digest_id = world.schedule()
    with world.db.write() as tx:
        sleeper = delivery.take(tx, digest_id, NOW)
    recover(world)
    with world.db.write() as tx:
        successor = delivery.take(tx, digest_id, AFTER_LEASE)
        assert delivery.start_sending(tx, successor, AFTER_LEASE)
    before = world.row(digest_id)
    with world.db.write() as tx:
        assert not delivery.start_sending(tx, sleeper, AFTER_LEASE)
        assert not delivery.end_unsent(tx, sleeper, "empty")
        assert delivery.record(tx, sleeper, Outcome("sent", "250 OK"), AFTER_LEASE) is None
        assert delivery.put_back(tx, sleeper, "sending", "late", AFTER_LEASE) is None
    assert world.row(digest_id) == before


def test_an_answer_that_comes_after_recovery_changes_nothing(world: World) -> None:
    class Slow(Hand):
        def send(self, message: EmailMessage) -> Outcome:
            recover(world)
            return super().send(message)

    digest_id = world.schedule()
    assert world.deliver(digest_id, Slow()) == "taken"
    assert world.row(digest_id).state == "unknown"


def test_an_answer_that_comes_after_an_operators_decision_changes_nothing(world: World) -> None:
    class Slower(Hand):
        def send(self, message: EmailMessage) -> Outcome:
            recover(world)
            with world.db.write() as tx:
                service.resend(tx, OPERATOR, digest_id, AFTER_LEASE)
                delivery.start_sending(tx, delivery.take(tx, digest_id, AFTER_LEASE), AFTER_LEASE)
            return Outcome("refused", "550 late")

    digest_id = world.schedule()
    assert world.deliver(digest_id, Slower()) == "taken"
    assert world.row(digest_id).state == "sending"


def test_two_deliverers_at_once_send_one_mail(world: World) -> None:
    digest_id, hand, barrier = world.schedule(), Hand(), threading.Barrier(6)
    states: list[str] = []

    def go() -> None:
        barrier.wait()
        states.append(world.deliver(digest_id, hand))

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["sent", *["taken"] * 5]
    assert len(hand.sent) == 1


def test_eight_tries_a_day_and_a_half_and_then_parked(world: World) -> None:
    digest_id, hand, now, tries = world.schedule(), Hand(Outcome("later", "450 busy")), NOW, []
    while (state := world.deliver(digest_id, hand, now)) == "due":
        tries.append(now)
        row = world.row(digest_id)
        assert world.deliver(digest_id, hand, row.due_at - timedelta(seconds=1)) == "taken"
        now = row.due_at
    assert state == "parked"
    assert len(hand.sent) == 8
    assert timedelta(hours=30) < now - NOW < timedelta(hours=48)
    assert len({bytes(message) for message in hand.sent}) == 1


def test_a_process_that_dies_each_time_is_parked_too(world: World) -> None:
    digest_id, now = world.schedule(), NOW
    while world.row(digest_id).state == "due":
        with world.db.write() as tx:
            assert delivery.take(tx, digest_id, now) is not None
            now += delivery.LEASE
            service.recover(tx, now)
    assert (world.row(digest_id).state, world.row(digest_id).attempts) == ("parked", 8)


def test_an_address_that_is_none_is_refused_unsent(world: World) -> None:
    digest_id, hand = world.schedule(), Hand()
    with world.db.write() as tx:
        tx.execute(update(person_details).values(email="nobody at home\r\nRCPT TO:<x@example.org>"))
    assert world.deliver(digest_id, hand) == "refused"
    assert hand.sent == []
    assert "not a mail address" in world.row(digest_id).last_error


def test_a_digest_that_cannot_be_written_comes_back_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest_id = world.schedule()
    with monkeypatch.context() as broken:
        broken.setattr("tracker.digests.reminders.written", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.deliver(digest_id)
    row = world.row(digest_id)
    assert (row.state, row.attempts) == ("due", 1)
    assert "could not be written" in row.last_error
    assert world.deliver(digest_id, now=row.due_at) == "sent"


def test_one_poison_address_holds_up_nobody(world: World) -> None:
    with world.db.write() as tx:
        rows = [
            {
                "id": f"row-{number}",
                "recipient": world.person,
                "kind": "reminder",
                "period": f"2026-10-{number + 1:02}",
                "due_at": NOW,
            }
            for number in range(30)
        ]
        tx.execute(digests.insert(), rows)
    with mail_server() as (url, answers):
        transport = Smtp(url)
        states = []
        for number in range(30):
            answers.rcpt = "550 poison" if number == 7 else "250 OK"
            states.append(world.deliver(f"row-{number}", transport))
        transport.close()
    assert states.count("sent") == 29
    assert len(answers.received) == 29
