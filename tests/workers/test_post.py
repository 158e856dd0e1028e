"""Some digests over one line: one that fails holds up nobody, and there is an end to the time."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from click.testing import CliRunner
from sqlalchemy import insert, select

from tests.digests.world import NOW, Hand, World
from tests.kit.mailserver import mail_server
from tracker.cli import main
from tracker.digests import queries, reminders, sending, service
from tracker.digests.compose import written
from tracker.digests.tables import digests
from tracker.kit.clock import utc_now
from tracker.kit.mail import Outcome, Smtp
from tracker.people.policy import OPERATOR
from workers import post as posting
from workers.post import AT_ONCE, FAILED, chunks, post

NUMBER = 6


def put(world: World, number: int = NUMBER) -> list[str]:
    """Digests that are due, of periods of their own."""
    rows = [
        {
            "id": f"row-{n}",
            "recipient": world.person,
            "kind": "reminder",
            "period": f"2026-10-{n + 1:02}",
            "due_at": NOW,
        }
        for n in range(number)
    ]
    with world.db.write() as tx:
        tx.execute(insert(digests), rows)
    return [str(row["id"]) for row in rows]


def test_all_go_over_one_line(world: World) -> None:
    ids = put(world)
    with mail_server() as (url, answers):
        states = post(world.db, ids, lambda: NOW, Smtp(url))
    assert states == dict.fromkeys(ids, "sent")
    assert (len(answers.received), answers.conversations) == (NUMBER, 1)


def test_poison_digests_stop_nobody_and_keep_their_reason(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids, hand = put(world), Hand()
    calls: list[int] = []

    def poisoned(*given: object) -> object:
        calls.append(1)
        if len(calls) in (1, 4):
            raise ValueError("poison")
        return written(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "written", poisoned)
    states = post(world.db, ids, lambda: NOW, hand)
    assert list(states.values()) == [FAILED, "sent", "sent", FAILED, "sent", "sent"]
    assert len(hand.sent) == NUMBER - 2
    assert "poison" in world.row("row-0").last_error
    assert world.row("row-0").due_at > NOW
    assert "Digest row-0 could not be delivered" in caplog.text


def test_when_its_time_is_over_it_ends_at_once(world: World) -> None:
    class Late(Hand):
        def send(self, message: EmailMessage) -> Outcome:
            raise SoftTimeLimitExceeded

    ids = put(world)
    with pytest.raises(SoftTimeLimitExceeded):
        post(world.db, ids, lambda: NOW, Late())
    with world.db.read() as conn:
        assert queries.due_ids(conn, NOW) == ids[1:]


def test_no_mail_is_begun_when_the_time_to_begin_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, hand = put(world), Hand()
    moments = iter([0.0, 1.0, 24.0, 26.0])
    monkeypatch.setattr(posting, "monotonic", lambda: next(moments))
    assert list(post(world.db, ids, lambda: NOW, hand)) == ids[:2]
    with world.db.read() as conn:
        assert queries.due_ids(conn, NOW) == ids[2:]


def test_ids_travel_twenty_at_once() -> None:
    ids = [str(number) for number in range(45)]
    assert [len(each) for each in chunks(ids)] == [AT_ONCE, AT_ONCE, 5]
    assert [each for chunk in chunks(ids) for each in chunk] == ids


@pytest.mark.parametrize(("verb", "state"), [("resend", "due"), ("drop", "cancelled")])
def test_an_operator_decides_about_an_unknown_digest_by_command(
    world: World, at_the_desk: CliRunner, verb: str, state: str
) -> None:
    digest_id = world.schedule()
    world.deliver(digest_id, Hand(Outcome("unknown", "the line broke")))
    told = at_the_desk.invoke(main, ["digest", verb, digest_id])
    assert told.output.strip() == f"The digest of 2026-11-23 is {state}."
    assert world.row(digest_id).state == state
    refused = at_the_desk.invoke(main, ["digest", verb, "nobody"])
    assert (refused.exit_code, "There is no digest nobody." in refused.output) == (3, True)


def test_skipping_after_a_restore_drops_what_waits_what_is_held_and_what_would_fall_due(world: World) -> None:
    ids = put(world, 3)
    sleeper = world.db.run(lambda tx: sending.delivery.take(tx, ids[0], NOW))
    dropped = world.db.run(lambda tx: service.skip(tx, OPERATOR, NOW))
    assert dropped == 2  # the older ones had been overtaken by the newest, which the held one survives
    with world.db.write() as tx:
        assert service.schedule(tx, NOW) == 0
        assert not sending.delivery.start_sending(tx, sleeper, NOW)
        assert set(tx.execute(select(digests.c.state)).scalars()) == {"cancelled"}
        week = NOW + timedelta(days=7)
        assert service.schedule(tx, week) == 1


def test_skip_tells_how_many(world: World, at_the_desk: CliRunner) -> None:
    put(world, 1)
    shown = at_the_desk.invoke(main, ["digest", "skip", "--json"])
    assert shown.exit_code == 0
    with world.db.read() as conn:
        assert queries.due_ids(conn, utc_now()) == []
