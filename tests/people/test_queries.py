"""Partners, people and appointments on any date, on both databases."""

from datetime import date

import pytest
from sqlalchemy import delete, event

from tests.builders import BODY, TODAY, context, put_focal_point, put_partner, put_person
from tracker.eventstore.projector import projection
from tracker.eventstore.rebuild import check
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.people import called, queries
from tracker.people.commands import GrantRole, HandOver, JoinBody, LeaveBody, RenamePartner, RetireFocalPoint
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_partner, handle_person
from tracker.people.tables import person_details


@pytest.fixture
def members(db: Database) -> Database:
    """Indonesia and Japan in Asia since 1996, Croatia in Europe since 2014; Japan left for 2010 to 2015."""
    with db.write() as tx:
        put_partner(tx, "IDN")
        put_partner(tx, "JPN")
        put_partner(tx, "HRV", grouping="Europe", since=date(2014, 10, 16))
        for command in (
            LeaveBody(body=BODY, until=date(2010, 1, 1)),
            JoinBody(body=BODY, grouping="Asia", since=date(2015, 1, 1)),
        ):
            handle_partner(tx, OPERATOR, "JPN", command, context())
    return db


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(1990, 1, 1), []),
        (date(1996, 3, 1), ["IDN", "JPN"]),
        (date(2009, 12, 31), ["IDN", "JPN"]),
        (date(2010, 1, 1), ["IDN"]),
        (date(2014, 10, 16), ["HRV", "IDN"]),
        (TODAY, ["HRV", "IDN", "JPN"]),
    ],
)
def test_members_are_those_of_the_day(members: Database, on: date, codes: list[str]) -> None:
    with members.read() as conn:
        assert queries.members(conn, BODY, on) == codes
        assert [member.code for member in queries.partners(conn, BODY, on)] == codes
        assert list(queries.groupings_of(conn, BODY, on)) == codes


def test_members_of_one_grouping(members: Database) -> None:
    with members.read() as conn:
        assert queries.members(conn, BODY, TODAY, "Europe") == ["HRV"]
        assert queries.groupings_of(conn, BODY, TODAY) == {"HRV": "Europe", "IDN": "Asia", "JPN": "Asia"}
        assert queries.members(conn, "UNESCO-2005", TODAY) == []


def test_a_partner_has_its_memberships(members: Database) -> None:
    with members.read() as conn:
        found = [(member.since, member.until) for member in queries.memberships_of(conn, "JPN")]
    assert found == [(date(1996, 3, 1), date(2010, 1, 1)), (date(2015, 1, 1), None)]


def test_a_partner_goes_by_its_new_name(members: Database) -> None:
    with members.write() as tx:
        handle_partner(tx, OPERATOR, "IDN", RenamePartner(name="Republic of Indonesia"), context())
    with members.read() as conn:
        assert queries.partner(conn, "IDN").name == "Republic of Indonesia"
        assert [partner.code for partner in queries.all_partners(conn)] == ["HRV", "IDN", "JPN"]
        with pytest.raises(NotFound, match="no partner XXX"):
            queries.partner(conn, "XXX")


def test_focal_points_are_those_of_the_day(members: Database) -> None:
    with members.write() as tx:
        main = put_person(tx, "main@example.org")
        deputy = put_person(tx, "deputy@example.org")
        put_focal_point(tx, "IDN", deputy, standing="alternate")
        put_focal_point(tx, "IDN", main)
        hand_over = HandOver(from_person_id=main, to_person_id=deputy, on=date(2020, 1, 1))
        handle_focal_points(tx, OPERATOR, BODY, "IDN", hand_over, context())
        retire = RetireFocalPoint(person_id=deputy, on=date(2022, 1, 1))
        handle_focal_points(tx, OPERATOR, BODY, "IDN", retire, context())
    expected = {
        date(2018, 3, 1): [],
        date(2018, 3, 2): [(main, "main"), (deputy, "alternate")],
        date(2019, 12, 31): [(main, "main"), (deputy, "alternate")],
        date(2020, 1, 1): [(deputy, "main")],
        date(2022, 1, 1): [],
    }
    with members.read() as conn:
        for on, holding in expected.items():
            found = queries.focal_points(conn, BODY, "IDN", on)
            assert [(each.person_id, each.standing) for each in found] == holding
            assert queries.focal_points_of_body(conn, BODY, on) == found
        assert [each.until for each in queries.appointments_of(conn, deputy, date(2021, 1, 1))] == [
            date(2022, 1, 1)
        ]
        assert len(queries.all_appointments(conn, BODY, "IDN")) == 3


def test_nobody_reports_for_a_partner_from_the_day_on_which_it_left(members: Database) -> None:
    left, day_before = date(2026, 1, 1), date(2025, 12, 31)
    with members.write() as tx:
        person_id = put_person(tx, "a@example.org")
        put_focal_point(tx, "IDN", person_id)
        put_focal_point(tx, "HRV", person_id)
        handle_partner(tx, OPERATOR, "IDN", LeaveBody(body=BODY, until=left), context())
    with members.read() as conn:
        for on, reports_for in ((day_before, ["HRV", "IDN"]), (left, ["HRV"])):
            assert [each.partner for each in queries.appointments_of(conn, person_id, on)] == reports_for
            assert [each.partner for each in queries.focal_points_of_body(conn, BODY, on)] == reports_for
            assert len(queries.focal_points(conn, BODY, "IDN", on)) == len(reports_for) - 1
            assert queries.actor(conn, person_id, on).represents == {(BODY, code) for code in reports_for}
        assert [each.until for each in queries.all_appointments(conn, BODY, "IDN")] == [None]


def test_who_reported_reports_again_once_the_partner_is_back(members: Database) -> None:
    with members.write() as tx:
        person_id = put_person(tx, "a@example.org")
        put_focal_point(tx, "IDN", person_id)
        for command in (
            LeaveBody(body=BODY, until=date(2020, 1, 1)),
            JoinBody(body=BODY, grouping="Asia", since=date(2022, 1, 1)),
        ):
            handle_partner(tx, OPERATOR, "IDN", command, context())
    with members.read() as conn:
        found = {
            year: len(queries.appointments_of(conn, person_id, date(year, 6, 1)))
            for year in (2019, 2021, 2023)
        }
    assert found == {2019: 1, 2021: 0, 2023: 1}


def test_partners_without_a_main_focal_point_show(members: Database) -> None:
    with members.write() as tx:
        put_focal_point(tx, "IDN", put_person(tx, "a@example.org"))
        put_focal_point(tx, "JPN", put_person(tx, "b@example.org"), standing="alternate")
    with members.read() as conn:
        assert queries.without_main(conn, BODY, TODAY) == ["HRV", "JPN"]
        assert queries.without_main(conn, BODY, date(2016, 1, 1)) == ["HRV", "IDN", "JPN"]


def test_an_actor_has_roles_and_represents_whom_the_day_says_in_three_statements(members: Database) -> None:
    with members.write() as tx:
        person_id = put_person(tx, "a@example.org", name="Focal point, Indonesia")
        put_focal_point(tx, "IDN", person_id)
        handle_person(tx, OPERATOR, person_id, GrantRole(role="auditor", scope="*"), context())
    statements: list[str] = []
    event.listen(members.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with members.read() as conn:
        actor = queries.actor(conn, person_id, TODAY)
        selects = [statement for statement in statements if statement.startswith("SELECT")]
        earlier = queries.actor(conn, person_id, date(2018, 3, 1))
    assert (actor.name, actor.roles) == ("Focal point, Indonesia", {("auditor", "*")})
    assert (actor.represents, earlier.represents) == ({(BODY, "IDN")}, frozenset())
    assert len(selects) == 3


def test_people_are_found_by_id_and_by_address(db: Database) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "Focal.Point@Example.org", time_zone="Asia/Jakarta")
    with db.read() as conn:
        person = queries.person(conn, person_id)
        assert (person.email, person.time_zone) == ("focal.point@example.org", "Asia/Jakarta")
        assert queries.person_by_email(conn, " FOCAL.point@example.org") == person
        assert queries.person_by_email(conn, "other@example.org") is None
        assert queries.persons(conn) == queries.persons(conn, [person_id, "nobody"]) == [person]


def test_an_erased_person_keeps_the_log_and_loses_the_name(db: Database) -> None:
    with db.write() as tx:
        kept, erased = put_person(tx, "a@example.org", name="Auditor"), put_person(tx, "b@example.org")
        tx.execute(delete(person_details).where(person_details.c.person_id == erased))
    with db.read() as conn:
        names = called.names(conn, [kept, erased, "operator"])
        assert names == {kept: "Auditor", erased: called.ERASED, "operator": "The operator"}
        with pytest.raises(NotFound, match="was erased"):
            queries.actor(conn, erased, TODAY)


def test_what_was_known_before_is_asked_with_the_same_queries(members: Database) -> None:
    with members.read() as conn:
        before = head(conn)
    with members.write() as tx:
        handle_partner(tx, OPERATOR, "IDN", LeaveBody(body=BODY, until=date(2025, 1, 1)), context())
    with members.read() as conn, as_known_at(conn, before) as scratch:
        assert queries.members(conn, BODY, TODAY) == ["HRV", "JPN"]
        assert queries.members(scratch, BODY, TODAY) == ["HRV", "IDN", "JPN"]


def test_live_rows_are_rebuilt_rows(members: Database) -> None:
    with members.write() as tx:
        put_focal_point(tx, "IDN", put_person(tx, "a@example.org"))
    assert check(members, projection("people")) == []
