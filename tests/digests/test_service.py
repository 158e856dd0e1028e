"""Who gets a digest, and that it is one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.builders import context, put_focal_point, put_person
from tests.digests.world import NOW, Hand, World
from tracker.digests import queries, service
from tracker.digests.tables import digests
from tracker.identity.came import from_console
from tracker.kit.errors import NotAllowed, NotFound, RuleBroken
from tracker.kit.mail import Outcome
from tracker.people import lifecycle
from tracker.people.commands import DisablePerson, LeaveBody, RetireFocalPoint
from tracker.people.policy import OPERATOR, Actor
from tracker.people.service import handle_focal_points, handle_partner

WEEK = timedelta(days=7)


def states(world: World) -> list[tuple[str, str]]:
    with world.db.read() as conn:
        found = conn.execute(select(digests.c.period, digests.c.state).order_by(digests.c.period))
        return [(row.period, row.state) for row in found]


def test_any_number_of_schedulers_make_one_row(world: World) -> None:
    for minute in (0, 1, 61):
        with world.db.write() as tx:
            service.schedule(tx, NOW + timedelta(minutes=minute))
    assert states(world) == [("2026-11-23", "due")]


def test_each_reader_has_their_own_monday(world: World) -> None:
    with world.db.write() as tx:
        far = put_person(tx, "far@example.org", time_zone="Pacific/Kiritimati")
        late = put_person(tx, "late@example.org", time_zone="America/Santiago")
        put_focal_point(tx, "MYS", far)
        put_focal_point(tx, "MYS", late, standing="alternate")
        service.schedule(tx, NOW)
        periods = {row.recipient: row.period for row in tx.execute(select(digests))}
    assert periods == {world.person: "2026-11-23", far: "2026-11-23", late: "2026-11-16"}


def test_after_three_weeks_without_a_scheduler_there_is_one_mail(world: World) -> None:
    hand = Hand()
    world.deliver(world.schedule(), hand)
    for days in (21, 21.5, 22, 27):
        now = NOW + timedelta(days=days)
        with world.db.write() as tx:
            service.schedule(tx, now)
            due = queries.due_ids(tx, now)
        for digest_id in due:
            world.deliver(digest_id, hand, now)
    assert len(hand.sent) == 2
    assert states(world) == [("2026-11-23", "sent"), ("2026-12-14", "sent")]


def test_a_newer_digest_takes_the_place_of_one_that_waits(world: World) -> None:
    world.schedule()
    world.schedule(NOW + WEEK)
    assert states(world) == [("2026-11-23", "cancelled"), ("2026-11-30", "due")]


def test_nothing_to_say_is_no_mail(empty_world: World) -> None:
    hand = Hand()
    assert empty_world.deliver(empty_world.schedule(), hand) == "empty"
    assert hand.sent == []
    with empty_world.db.read() as conn:
        assert service.preview(conn, OPERATOR, empty_world.person, NOW) is None


def test_someone_who_no_longer_reports_gets_nothing(world: World) -> None:
    digest_id, hand = world.schedule(), Hand()
    with world.db.write() as tx:
        retire = RetireFocalPoint(person_id=world.person, on=date(2026, 11, 22))
        handle_focal_points(tx, OPERATOR, "ASEM-CMM", "IDN", retire, context())
    assert world.deliver(digest_id, hand) == "cancelled"
    assert hand.sent == []


def test_a_focal_point_of_a_partner_that_left_gets_nothing_neither_due_nor_new(world: World) -> None:
    digest_id, hand = world.schedule(), Hand()
    with world.db.write() as tx:
        leave = LeaveBody(body="ASEM-CMM", until=date(2026, 11, 22), reason="It withdrew.")
        handle_partner(tx, OPERATOR, "IDN", leave, context())
        assert service.schedule(tx, NOW + WEEK) == 0
    assert world.deliver(digest_id, hand) == "cancelled"
    assert hand.sent == []


def test_the_preview_is_what_is_sent(world: World) -> None:
    hand = Hand()
    with world.db.read() as conn:
        preview = service.preview(conn, OPERATOR, world.person, NOW)
    world.deliver(world.schedule(), hand)
    assert preview is not None
    assert hand.sent[0]["Subject"] == preview.subject
    assert hand.sent[0]["To"] == "focal-point.idn@example.org"


def test_the_digest_does_not_promise_a_monday(world: World) -> None:
    with world.db.read() as conn:
        preview = service.preview(conn, OPERATOR, world.person, NOW)
    assert preview is not None
    for text in (preview.text, preview.html):
        assert "on Mondays" not in text
        assert "once a week at most" in " ".join(text.split())


def test_others_may_not_look_or_send(world: World) -> None:
    stranger = Actor("someone", "Someone", represents=frozenset({("ASEM-CMM", "MYS")}))
    with world.db.write() as tx:
        with pytest.raises(NotAllowed):
            service.preview(tx, stranger, world.person, NOW)
        with pytest.raises(NotAllowed):
            service.request(tx, stranger, world.person, NOW)
        with pytest.raises(NotFound):
            service.preview(tx, OPERATOR, "nobody", NOW)


def test_a_digest_asked_for_is_due_at_once_and_once_a_day(world: World) -> None:
    wednesday = datetime(2026, 11, 25, 15, tzinfo=UTC)
    with world.db.write() as tx:
        first = service.request(tx, OPERATOR, world.person, wednesday)
        again = service.request(tx, OPERATOR, world.person, wednesday)
        assert first == again
        assert queries.due_ids(tx, wednesday) == [first]


def test_what_is_new_is_told_once_a_month_old(world: World) -> None:
    world.deliver(world.schedule())
    later = NOW + 4 * WEEK
    with world.db.read() as conn:
        composed = service.preview(conn, OPERATOR, world.person, later)
    assert composed is not None
    assert "CMM8-R03" not in composed.text


@pytest.mark.parametrize("answer", [Outcome("unknown", "the line broke"), Outcome("refused", "550 no")])
def test_an_operator_sends_the_same_message_again(world: World, answer: Outcome) -> None:
    digest_id, broken, hand = world.schedule(), Hand(answer), Hand()
    assert world.deliver(digest_id, broken) == answer.state
    with world.db.read() as conn:
        assert queries.due_ids(conn, NOW + WEEK) == []
        assert [each.id for each in queries.troubled(conn)] == [digest_id]
    with world.db.write() as tx:
        service.resend(tx, OPERATOR, digest_id, NOW)
    assert world.deliver(digest_id, hand) == "sent"
    assert bytes(hand.sent[0]) == bytes(broken.sent[0])


def test_an_operator_drops_what_is_not_to_be_sent(world: World) -> None:
    digest_id = world.schedule()
    with world.db.write() as tx:
        service.drop(tx, OPERATOR, digest_id)
    assert world.deliver(digest_id) == "taken"
    with pytest.raises(RuleBroken), world.db.write() as tx:
        service.resend(tx, OPERATOR, digest_id, NOW)


def test_a_disabled_person_gets_none_neither_new_nor_due(world: World) -> None:
    digest_id = world.schedule()
    off, came = DisablePerson(reason="Left."), from_console(NOW)
    with world.db.write() as tx:
        lifecycle.disable(tx, OPERATOR, world.person, off, context(), came)
        assert service.schedule(tx, NOW + WEEK) == 0
    assert world.deliver(digest_id) == "cancelled"
