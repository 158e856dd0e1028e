"""Doors to partners, people and focal points: who may, what must exist, what is cleaned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import BODY, TODAY, context, put_partner, put_person
from tracker.eventstore.tables import events
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from tracker.people import queries
from tracker.people.commands import (
    AppointFocalPoint,
    GrantRole,
    HandOver,
    JoinBody,
    RegisterPartner,
    RenamePartner,
)
from tracker.people.policy import OPERATOR, PUBLIC, Actor
from tracker.people.service import handle_focal_points, handle_partner, handle_person, invite

SECRETARIAT = Actor("s", "Secretariat", frozenset({("secretariat", BODY)}))
GIVEN = {
    "name": "Focal point, Indonesia",
    "email": "a@example.org",
    "locale": "en",
    "time_zone": "Asia/Jakarta",
}


def count(db: Database) -> int:
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(events)).scalar_one()


def test_the_secretariat_registers_partners_and_manages_those_of_its_own_body(db: Database) -> None:
    register = RegisterPartner(code="IDN", name="  Indonesia\n", kind="country")
    with db.write() as tx:
        handle_partner(tx, SECRETARIAT, "IDN", register, context())
        join = JoinBody(body=BODY, grouping="Asia", since=date(1996, 3, 1))
        handle_partner(tx, SECRETARIAT, "IDN", join, context())
        assert queries.partner(tx, "IDN").name == "Indonesia"
        other = JoinBody(body="UNESCO-2005", grouping="Asia", since=date(2007, 1, 1))
        with pytest.raises(NotAllowed, match="Only a secretariat"):
            handle_partner(tx, SECRETARIAT, "IDN", other, context())


def test_the_code_asked_for_is_the_code_given(db: Database) -> None:
    register = RegisterPartner(code="IDN", name="Indonesia", kind="country")
    with pytest.raises(BadInput, match="not that of the partner JPN"), db.write() as tx:
        handle_partner(tx, OPERATOR, "JPN", register, context())


def test_an_unknown_partner_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound, match="There is no partner XXX"), db.write() as tx:
        handle_partner(tx, OPERATOR, "XXX", RenamePartner(name="X"), context())


@pytest.mark.parametrize("since", [date(219, 1, 1), date(2118, 3, 2)])
def test_a_day_that_cannot_be_meant_is_refused(db: Database, since: date) -> None:
    with pytest.raises(BadInput, match="cannot be right"), db.write() as tx:
        put_partner(tx, "IDN", since=since)
    assert count(db) == 0


def test_a_form_that_is_out_of_date_is_a_conflict(db: Database) -> None:
    with db.write() as tx:
        put_partner(tx, "IDN")
    with pytest.raises(Conflict, match="since you opened it"), db.write() as tx:
        handle_partner(tx, OPERATOR, "IDN", RenamePartner(name="X"), context(), expected_version=1)


def test_appointing_needs_the_right_a_member_and_a_person(db: Database) -> None:
    with db.write() as tx:
        put_partner(tx, "IDN")
        person_id = put_person(tx, "a@example.org")
    command = AppointFocalPoint(person_id=person_id, standing="main", since=date(2018, 3, 2))
    refused: list[tuple[Actor, str, str, Any, type[Exception], str]] = [
        (PUBLIC, BODY, "IDN", command, NotAllowed, "Please sign in"),
        (SECRETARIAT, "UNESCO-2005", "IDN", command, NotAllowed, "secretariat of UNESCO-2005"),
        (OPERATOR, "UNESCO-2005", "IDN", command, NotFound, "does not belong to a body UNESCO-2005"),
        (OPERATOR, BODY, "XXX", command, NotFound, "There is no partner XXX"),
        (
            OPERATOR,
            BODY,
            "IDN",
            HandOver(from_person_id=person_id, to_person_id="x", on=TODAY),
            NotFound,
            "no such person",
        ),
        (
            OPERATOR,
            BODY,
            "IDN",
            AppointFocalPoint(person_id=person_id, standing="main", since=date(1990, 1, 1)),
            RuleBroken,
            "IDN did not belong to ASEM-CMM on 1990-01-01; it belongs from 1996-03-01 on",
        ),
    ]
    for actor, body, partner, given, error, sentence in refused:
        with pytest.raises(error, match=sentence), db.write() as tx:
            handle_focal_points(tx, actor, body, partner, given, context())
    with db.write() as tx:
        handle_focal_points(tx, SECRETARIAT, BODY, "IDN", command, context())


def test_a_role_needs_an_administrator_a_person_and_for_a_validator_a_partner(db: Database) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "a@example.org")
    validator = GrantRole(role="validating_authority", scope="XXX")
    refused: list[tuple[Actor, str, GrantRole, type[Exception], str]] = [
        (SECRETARIAT, person_id, GrantRole(role="admin", scope="*"), NotAllowed, "Only an administrator"),
        (OPERATOR, "nobody", GrantRole(role="admin", scope="*"), NotFound, "no such person"),
        (OPERATOR, person_id, validator, NotFound, "There is no partner XXX"),
    ]
    for actor, whom, command, error, sentence in refused:
        with pytest.raises(error, match=sentence), db.write() as tx:
            handle_person(tx, actor, whom, command, context())


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "", "give the e-mail address"),
        ("email", "focal point", "is no e-mail address"),
        ("email", "a@localhost", "is no e-mail address"),
        ("email", "a@b@example.org", "is no e-mail address"),
        ("email", "a@example.org\r\nBcc: x@example.org", "is no e-mail address"),
        ("email", "é@example.org", "is no e-mail address"),
        ("email", "a" * 65 + "@example.org", "is no e-mail address"),
        ("name", "  ", "give the name"),
        ("name", "a\x00b", "control characters"),
        ("locale", "English", "is no language"),
        ("locale", "zz", "is no language"),
        ("locale", "pt_BR", "is no language"),
        ("time_zone", "Jakarta", "is no time zone"),
        ("time_zone", "../../etc/passwd", "is no time zone"),
    ],
)
def test_an_invitation_that_cannot_be_sent_is_refused(
    db: Database, field: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as caught, db.write() as tx:
        invite(tx, OPERATOR, context=context(), **(GIVEN | {field: value}))
    assert caught.value.field in (field, "e-mail address")
    assert count(db) == 0


@pytest.mark.parametrize("locale", ["en", "id", "pt-BR", "zh-Hant", "zh-Hant-TW"])
def test_a_language_that_there_is_is_taken(db: Database, locale: str) -> None:
    with db.write() as tx:
        person_id = invite(tx, OPERATOR, context=context(), **(GIVEN | {"locale": locale}))
        assert queries.person(tx, person_id).locale == locale


def test_an_address_has_one_account(db: Database) -> None:
    with db.write() as tx:
        invite(tx, SECRETARIAT, context=context(), **GIVEN)
    with pytest.raises(BadInput, match="has an account already"), db.write() as tx:
        invite(tx, SECRETARIAT, context=context(), **(GIVEN | {"email": "A@Example.ORG"}))
    assert count(db) == 1


def test_the_same_invitation_sent_twice_opens_one_account(db: Database) -> None:
    asked = context()
    with db.write() as tx:
        first = invite(tx, OPERATOR, context=asked, **GIVEN)
    with db.write() as tx:
        assert invite(tx, OPERATOR, context=asked, **GIVEN) == first
    assert count(db) == 1


def test_the_log_holds_no_name_and_no_address(db: Database) -> None:
    with db.write() as tx:
        invite(tx, OPERATOR, context=context(), **GIVEN)
    with db.read() as conn:
        written = str(conn.execute(select(events)).all())
    assert "example.org" not in written
    assert "Focal point, Indonesia" not in written


def test_the_public_invites_nobody(db: Database) -> None:
    with pytest.raises(NotAllowed, match="Please sign in"), db.write() as tx:
        invite(tx, PUBLIC, context=context(), **GIVEN)


def test_of_eight_invitations_to_one_address_at_once_one_opens_an_account(db: Database) -> None:
    start = Barrier(8)

    def try_it(_: int) -> bool:
        start.wait()
        try:
            db.run(lambda tx: invite(tx, OPERATOR, context=context(), **GIVEN))
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
    assert count(db) == 1
