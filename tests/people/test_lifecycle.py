"""An account disabled and enabled again; another name, and the one that was shown then."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, event, select

from tests.builders import BODY, TODAY, context, put_body, put_focal_point, put_partner, put_person
from tracker.eventstore.store import load
from tracker.eventstore.tables import events
from tracker.identity import links, security_log, sessions
from tracker.identity.came import Came
from tracker.kit.clock import local_date
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Gone, NotAllowed, NotFound, RuleBroken
from tracker.people import called, door, lifecycle, queries
from tracker.people.commands import DisablePerson, EnablePerson, RetireFocalPoint
from tracker.people.policy import OPERATOR, PUBLIC, Actor
from tracker.people.service import handle_focal_points
from tracker.people.tables import person_details

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CAME = Came("192.0.2.1", "Firefox", NOW)
OFF, ON = DisablePerson(reason="Left the ministry."), EnablePerson(reason="Came back.")


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, "focal@example.org", name="Focal point, Indonesia"))


def disable(db: Database, person: str, actor: Actor = OPERATOR) -> None:
    db.run(lambda tx: lifecycle.disable(tx, actor, person, OFF, context(), CAME))


def test_whoever_is_disabled_is_out_at_once_and_by_no_link_comes_in_again(db: Database, person: str) -> None:
    with db.write() as tx:
        session = links.redeem(tx, links.issue(tx, person, NOW), NOW)
        link = links.issue(tx, person, NOW)
    disable(db, person)
    with db.write() as tx:
        late = links.issue(tx, person, NOW)
    with db.read() as conn:
        assert sessions.find(conn, session, NOW) is None
        assert links.peek(conn, link, NOW) is None
        with pytest.raises(NotFound, match="account is disabled"):
            queries.actor(conn, person, TODAY)
        assert [each.what for each in security_log.entries(conn)] == ["disabled"]
    with pytest.raises(Gone):
        db.run(lambda tx: door.come_in(tx, late, CAME))


def test_whoever_is_enabled_again_comes_in_again(db: Database, person: str) -> None:
    disable(db, person)
    db.run(lambda tx: lifecycle.enable(tx, OPERATOR, person, ON, context(), CAME))
    with db.write() as tx:
        assert door.come_in(tx, links.issue(tx, person, NOW), CAME)
        assert queries.actor(tx, person, TODAY).person_id == person
        said = [(each.event_type, getattr(each.event, "reason", "")) for each in load(tx, f"person-{person}")]
    assert said[1:] == [("person.disabled", OFF.reason), ("person.enabled", ON.reason)]


def test_disabling_twice_is_one_event(db: Database, person: str) -> None:
    disable(db, person)
    disable(db, person)
    with db.read() as conn:
        assert len(load(conn, f"person-{person}")) == 2


def test_only_administrators_disable_and_nobody_themselves(db: Database, person: str) -> None:
    for actor in (PUBLIC, Actor("s", "Secretariat", frozenset({("secretariat", "*")}))):
        with pytest.raises(NotAllowed):
            disable(db, person, actor)
    with pytest.raises(RuleBroken, match="your own account"):
        disable(db, person, Actor(person, "Administrator", frozenset({("admin", "*")})))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Jakarta", "UTC", "Pacific/Pago_Pago"])
def test_access_ends_on_the_day_on_which_the_appointment_ends_where_the_person_is(
    db: Database, zone: str
) -> None:
    last, first_without = date(2026, 11, 24), date(2026, 11, 25)
    with db.write() as tx:
        put_body(tx)
        put_partner(tx, "IDN")
        person = put_person(tx, "there@example.org", time_zone=zone)
        put_focal_point(tx, "IDN", person)
        retire = RetireFocalPoint(person_id=person, on=first_without)
        handle_focal_points(tx, OPERATOR, BODY, "IDN", retire, context())
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    seen = []
    with db.read() as conn:
        while moment < datetime(2026, 11, 27, tzinfo=UTC):
            today = local_date(moment, zone)
            represents = queries.actor(conn, person, today).represents
            assert bool(represents) is (today <= last)
            seen.append(bool(represents))
            moment += timedelta(minutes=30)
    assert {True, False} == set(seen)


def rename(db: Database, person: str, name: str, actor: Actor = OPERATOR, **given: object) -> None:
    asked = given.pop("asked", None) or context()
    db.run(lambda tx: lifecycle.rename(tx, actor, person, name, asked))  # type: ignore[arg-type]


def test_another_name_is_shown_from_now_on_and_the_one_before_for_what_was_before(
    db: Database, person: str
) -> None:
    rename(db, person, "  Focal point for\nculture ")
    rename(db, person, "Retired official")
    with db.read() as conn:
        _, first, second = load(conn, f"person-{person}")
        at = [first.recorded_at, second.recorded_at]
        shown = [
            called.names(conn, [person], moment)[person]
            for moment in (at[0] - timedelta(days=9), at[0], at[1] - timedelta(microseconds=1), at[1])
        ]
        assert shown == [
            "Focal point, Indonesia",
            "Focal point for culture",
            "Focal point for culture",
            "Retired official",
        ]
        assert called.names(conn, [person])[person] == "Retired official"
        assert queries.person(conn, person).name == "Retired official"


def test_a_name_is_in_no_event(db: Database, person: str) -> None:
    rename(db, person, "Somebody Else")
    with db.read() as conn:
        assert "Somebody" not in str(conn.execute(select(events)).all())


def test_a_form_sent_twice_renames_once_and_the_same_name_is_no_change(db: Database, person: str) -> None:
    asked = context()
    rename(db, person, "Other", asked=asked)
    rename(db, person, "Other", asked=asked)
    with db.read() as conn:
        assert len(load(conn, f"person-{person}")) == 2
    with pytest.raises(BadInput, match="is Other already"):
        rename(db, person, "Other")


def test_one_renames_oneself_and_nobody_else(db: Database, person: str) -> None:
    rename(db, person, "I myself", Actor(person, "Focal point"))
    for actor in (Actor("another", "Focal point"), PUBLIC):
        with pytest.raises(NotAllowed):
            rename(db, person, "Fool", actor)


def test_an_erased_person_has_no_former_name_either(db: Database, person: str) -> None:
    rename(db, person, "Other")
    with db.write() as tx:
        tx.execute(delete(person_details).where(person_details.c.person_id == person))
        assert called.names(tx, [person], NOW - timedelta(days=999))[person] == called.ERASED


def test_a_history_of_names_is_two_statements(db: Database, person: str) -> None:
    statements: list[str] = []
    listen: Callable[..., None] = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    with db.read() as conn:
        statements.clear()
        called.names_then(conn, [(person, NOW + timedelta(minutes=n)) for n in range(50)])
    assert len([each for each in statements if each.startswith("SELECT")]) == 2
