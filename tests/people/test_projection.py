"""Whatever is decided, the rows say what the folded state says."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.builders import RECORDED_AT, recorded
from tests.folding import lived, projected
from tracker.people.commands import (
    AppointFocalPoint,
    ChangeAddress,
    CorrectMembership,
    DisablePerson,
    EnablePerson,
    GrantRole,
    HandOver,
    JoinBody,
    LeaveBody,
    LinkPerson,
    RegisterPartner,
    RegisterPerson,
    RenamePartner,
    RenamePerson,
    RetireFocalPoint,
    UnlinkPerson,
    WithdrawRole,
)
from tracker.people.decider import FOCAL_POINTS, PARTNER, PERSON
from tracker.people.events import FocalPointAppointed, FocalPointRetired
from tracker.people.projection import projection
from tracker.people.tables import appointments, memberships, partners, people, roles

FIRST = date(2018, 1, 1)
days = st.integers(0, 12).map(lambda months: FIRST + timedelta(days=30 * months))
persons = st.sampled_from("abc")
standings = st.sampled_from(["main", "alternate"])
focal_point_commands = st.lists(
    st.builds(AppointFocalPoint, person_id=persons, standing=standings, since=days, until=st.none() | days)
    | st.builds(HandOver, from_person_id=persons, to_person_id=persons, on=days)
    | st.builds(RetireFocalPoint, person_id=persons, on=days, reason=st.sampled_from(["", "Earlier."])),
    max_size=14,
)
bodies = st.sampled_from(["ASEM-CMM", "UNESCO-2005"])
partner_commands = st.lists(
    st.builds(RenamePartner, name=st.sampled_from(["Indonesia", "Republic of Indonesia"]))
    | st.builds(JoinBody, body=bodies, grouping=st.sampled_from(["Asia", "Europe"]), since=days)
    | st.builds(
        CorrectMembership,
        body=bodies,
        since=days,
        grouping=st.sampled_from(["Asia", "Europe"]),
        joined=days,
        until=st.none() | days,
        reason=st.sampled_from(["", "A slip."]),
    )
    | st.builds(LeaveBody, body=bodies, until=days),
    max_size=12,
)
scopes = st.sampled_from(["*", "ASEM-CMM", "IDN"])
granted = st.sampled_from(["secretariat", "validating_authority", "auditor"])
ISSUER = "https://login.example.org"
person_commands = st.lists(
    st.builds(GrantRole, role=granted, scope=scopes)
    | st.builds(WithdrawRole, role=granted, scope=scopes)
    | st.sampled_from([DisablePerson(), EnablePerson(), RenamePerson(), ChangeAddress(by="person")])
    | st.sampled_from([LinkPerson(issuer=ISSUER), UnlinkPerson(issuer=ISSUER)]),
    max_size=12,
)


@given(focal_point_commands)
def test_appointments_stand_as_folded(commands: list[Any]) -> None:
    past = lived(FOCAL_POINTS, "ASEM-CMM:IDN", commands)
    columns = appointments.c
    query = select(
        columns.body, columns.partner, columns.person_id, columns.standing, columns.since, columns.until
    )
    with projected(projection, past) as connection:
        rows = set(connection.execute(query).all())
    state = FOCAL_POINTS.fold(past).appointments.values()
    assert rows == {("ASEM-CMM", "IDN", a.person_id, a.standing, a.since, a.until) for a in state}


@given(focal_point_commands)
def test_no_day_has_two_main_focal_points_or_one_person_twice(commands: list[Any]) -> None:
    state = FOCAL_POINTS.fold(lived(FOCAL_POINTS, "ASEM-CMM:IDN", commands))
    for day in (FIRST + timedelta(days=30 * month) for month in range(14)):
        holding = [each for each in state.appointments.values() if each.holds(day)]
        assert sum(each.standing == "main" for each in holding) <= 1
        assert len({each.person_id for each in holding}) == len(holding)


@given(partner_commands)
def test_a_partner_and_its_memberships_stand_as_folded(commands: list[Any]) -> None:
    register = RegisterPartner(code="IDN", name="Indonesia", kind="country", source="A list")
    past = lived(PARTNER, "IDN", [register, *commands])
    state = PARTNER.fold(past)
    with projected(projection, past) as connection:
        row = connection.execute(select(partners)).one()
        found = connection.execute(select(memberships).order_by(memberships.c.since)).all()
    assert tuple(row) == (state.code, state.name, state.kind, state.source, False)
    rows = {(m.body, m.since, m.grouping, m.until) for m in found}
    assert rows == {(body, m.since, m.grouping, m.until) for (body, _), m in state.memberships.items()}


@given(partner_commands)
def test_a_partner_belongs_to_a_body_once_a_day(commands: list[Any]) -> None:
    register = RegisterPartner(code="IDN", name="Indonesia", kind="country")
    with projected(projection, lived(PARTNER, "IDN", [register, *commands])) as connection:
        found = connection.execute(
            select(memberships).order_by(memberships.c.body, memberships.c.since)
        ).all()
    for earlier, later in pairwise(found):
        assert earlier.body != later.body or earlier.until <= later.since


@given(person_commands)
def test_roles_and_whether_a_person_is_disabled_stand_as_folded(commands: list[Any]) -> None:
    past = lived(PERSON, "p", [RegisterPerson(), *commands])
    with projected(projection, past) as connection:
        row = tuple(connection.execute(select(people)).one())
        rows = set(connection.execute(select(roles.c.role, roles.c.scope)).all())
    state = PERSON.fold(past)
    assert row == ("p", RECORDED_AT, False, state.disabled)
    assert rows == state.roles


def test_one_event_of_demonstration_marks_the_row() -> None:
    stream = "focal_points-ASEM-CMM:IDN"
    appointed = FocalPointAppointed(person_id="a", standing="main", since=FIRST)
    retired = FocalPointRetired(person_id="a", since=FIRST, on=FIRST + timedelta(days=30))
    past = [recorded(stream, 1, appointed, {"demonstration": True}), recorded(stream, 2, retired)]
    with projected(projection, past) as connection:
        assert connection.execute(select(appointments.c.demonstration)).scalar_one() is True
