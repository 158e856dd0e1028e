"""Who could do what on which day, held against a fold by hand of the same events."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from tests.builders import BODY, TODAY, context, put_focal_point, put_partner, put_person, recorded
from tests.folding import projected
from tracker.eventstore.projector import projection as known
from tracker.eventstore.rebuild import check
from tracker.eventstore.store import Recorded
from tracker.kit.clock import utc_now
from tracker.kit.db import Database, metadata
from tracker.kit.errors import RuleBroken
from tracker.people import access, called
from tracker.people import commands as c
from tracker.people.decider import FOCAL_POINTS, PERSON
from tracker.people.events import FocalPointAppointed, FocalPointHandedOver, FocalPointRetired, RoleGranted
from tracker.people.policy import OPERATOR
from tracker.people.projection_access import projection
from tracker.people.service import handle_focal_points, handle_person
from tracker.people.tables import former_names, person_details

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = {"a": "UTC", "b": "Asia/Jakarta", "c": "America/New_York"}
KEY = f"{BODY}:IDN"
person_commands = (
    st.builds(
        c.GrantRole,
        role=st.sampled_from(["secretariat", "validating_authority", "auditor", "reader"]),
        scope=st.sampled_from(["*", BODY, "UNESCO-2005", "IDN", "FRA"]),
    )
    | st.builds(
        c.WithdrawRole,
        role=st.sampled_from(["secretariat", "validating_authority", "auditor", "reader"]),
        scope=st.sampled_from(["*", BODY, "UNESCO-2005", "IDN", "FRA"]),
    )
    | st.sampled_from([c.DisablePerson(), c.EnablePerson()])
)
days = st.integers(-3, 6).map(lambda day: FIRST.date() + timedelta(days=day))
persons = st.sampled_from(sorted(PEOPLE))
focal_point_commands = (
    st.builds(
        c.AppointFocalPoint,
        person_id=persons,
        standing=st.sampled_from(["main", "alternate"]),
        since=days,
        until=st.none() | days,
    )
    | st.builds(c.HandOver, from_person_id=persons, to_person_id=persons, on=days)
    | st.builds(c.RetireFocalPoint, person_id=persons, on=days, reason=st.just("Earlier."))
)
lives = st.lists(
    st.tuples(
        st.integers(0, 96), st.tuples(st.just(""), focal_point_commands) | st.tuples(persons, person_commands)
    ),
    max_size=14,
)


def lived(life: list[tuple[int, tuple[str, Any]]]) -> list[Recorded]:
    """What is recorded when these commands are given, each so many hours after the first moment."""
    past: dict[str, list[Recorded]] = {}
    for person_id in PEOPLE:
        stream = PERSON.stream(person_id)
        past[stream] = [
            _at(recorded(stream, 1, event), FIRST - timedelta(days=9))
            for event in PERSON.decide(c.RegisterPerson(), PERSON.initial)
        ]
    for hours, (person_id, command) in sorted(life, key=lambda each: each[0]):
        decider: Any = PERSON if person_id else FOCAL_POINTS
        stream = decider.stream(person_id or KEY)
        own = past.setdefault(stream, [])
        try:
            events = decider.decide(command, decider.fold(own))
        except RuleBroken:
            continue
        for event in events:
            own.append(_at(recorded(stream, len(own) + 1, event), FIRST + timedelta(hours=hours)))
    return sorted((each for own in past.values() for each in own), key=lambda each: each.recorded_at)


def _at(item: Recorded, moment: datetime) -> Recorded:
    return msgspec.structs.replace(item, recorded_at=moment, effective_at=moment)


def by_hand(past: list[Recorded], day: date) -> set[str]:
    """Who could see what is restricted about Indonesia in the body: every quarter of an hour of each person's own day
    is looked at, with plain sets and the words of the issue."""
    found = set()
    for person_id, zone in PEOPLE.items():
        start = datetime.combine(day, time.min, access.ZoneInfo(zone))
        for moment in (start + timedelta(minutes=15) * step for step in range(96)):
            known = [each for each in past if each.recorded_at <= moment]
            roles, disabled = _roles(known, person_id)
            seen = {("auditor", "*"), ("secretariat", "*"), ("secretariat", BODY)}
            seen |= {("validating_authority", "IDN")}
            if not disabled and (roles & seen or _appointed(known, person_id, day)):
                found.add(person_id)
    return found


def _roles(known: list[Recorded], person_id: str) -> tuple[set[tuple[str, str]], bool]:
    state = PERSON.fold([each for each in known if each.stream_id == PERSON.stream(person_id)])
    return set(state.roles), state.disabled


def _appointed(known: list[Recorded], person_id: str, day: date) -> bool:
    ends: dict[tuple[str, date], date | None] = {}
    for event in (each.event for each in known):
        if isinstance(event, FocalPointAppointed):
            ends[event.person_id, event.since] = event.until
        if isinstance(event, FocalPointHandedOver):
            ends[event.from_person_id, event.since] = event.on
            ends[event.to_person_id, event.on] = None
        if isinstance(event, FocalPointRetired):
            ends[event.person_id, event.since] = event.on
    mine = [(since, until) for (who, since), until in ends.items() if who == person_id]
    return any(since <= day and (until is None or day < until) for since, until in mine)


@given(lives)
def test_who_could_see_on_a_day_is_what_the_events_say_folded_by_hand(life: Any) -> None:
    past = lived(life)
    with projected(projection, past) as conn:
        metadata.create_all(conn, [person_details, former_names])
        for person_id, zone in PEOPLE.items():
            row = {"person_id": person_id, "name": person_id, "email": person_id, "time_zone": zone}
            conn.execute(insert(person_details).values(row))
        for day in (FIRST.date() + timedelta(days=n) for n in range(-1, 5)):
            could = access.who_could(conn, "read.restricted", on=day, body=BODY, partner="IDN")
            assert {each.person_id for each in could} == by_hand(past, day)
            assert all(each.by for each in could)


def test_who_lost_access_during_the_day_could_see_on_that_day_and_not_on_the_next(db: Database) -> None:
    with db.write() as tx:
        put_partner(tx, "IDN")
        person_id = put_person(tx, "auditor@example.org", name="Auditor")
        for command in (c.GrantRole(role="auditor", scope="*"), c.WithdrawRole(role="auditor", scope="*")):
            handle_person(tx, OPERATOR, person_id, command, context())
    now = utc_now().date()  # the log's own clock says when something was recorded
    with db.read() as conn:
        for day, found in ((now - timedelta(days=1), []), (now, [person_id]), (now + timedelta(days=1), [])):
            could = access.who_could(conn, "security.read", on=day)
            assert [each.person_id for each in could] == found


def test_an_account_alone_suffices_where_no_role_is_needed(db: Database) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "a@example.org")
        handle_person(tx, OPERATOR, person_id, c.GrantRole(role="reader", scope="*"), context())
    with db.read() as conn:
        (could,) = access.who_could(conn, "account.own", on=utc_now().date())
    assert [each.held for each in could.by] == ["account"]
    assert access.anybody_could("read.public")
    assert not access.anybody_could("account.own")


def test_what_a_person_held_is_told_with_what_it_opened_also_after_the_name_was_erased(db: Database) -> None:
    with db.write() as tx:
        put_partner(tx, "IDN")
        person_id = put_person(tx, "focal@example.org")
        put_focal_point(tx, "IDN", person_id)
        retire = c.RetireFocalPoint(person_id=person_id, on=TODAY)
        handle_focal_points(tx, OPERATOR, BODY, "IDN", retire, context())
        tx.execute(delete(person_details).where(person_details.c.person_id == person_id))
    with db.read() as conn:
        account, before, after = access.of_person(conn, person_id)
        on = utc_now().date()  # on which both were recorded
        (could,) = access.who_could(conn, "followup.report", on=on, body=BODY, partner="IDN")
    assert (account.held.held, account.actions) == ("account", [])
    assert (before.held.until, after.held.until) == (None, TODAY)
    assert before.held.known_until == after.held.known_from
    assert "followup.report" in after.actions
    assert "followup.verify" not in after.actions
    assert (could.name, could.by) == (called.ERASED, [before.held])


def test_a_role_given_as_of_an_earlier_day_opened_nothing_before_it_was_recorded() -> None:
    granted = recorded("person-a", 2, RoleGranted(role="auditor", scope="*"))
    early = msgspec.structs.replace(granted, effective_at=granted.recorded_at - timedelta(days=30))
    with projected(projection, [early]) as conn:
        (power,) = access.of_person(conn, "a")
    assert power.held.since < power.held.known_from.date()
    assert not power.held.counts(granted.recorded_at - timedelta(days=1), TODAY)


def test_live_periods_are_rebuilt_periods(db: Database) -> None:
    with db.write() as tx:
        put_partner(tx, "IDN")
        person_id = put_person(tx, "a@example.org")
        put_focal_point(tx, "IDN", person_id)
        handle_person(tx, OPERATOR, person_id, c.GrantRole(role="auditor", scope="*"), context())
    assert check(db, known("access")) == []
