"""The pages on which a recovery is asked for, stopped and approved."""

import re
from pathlib import Path

import pytest

from tests.builders import context, put_person
from tests.web.browser import Browser
from tests.web.conftest import Post, World
from tests.web.test_second_factor import Person
from tracker.people.commands import GrantRole
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person

ASK, STOP = "/account/factors/recovery", "/account/factors/recovery/stop"
APPROVE = "/recoveries/approve"


@pytest.fixture
def office(world: World, tmp_path: Path) -> Person:
    """The secretariat, which lost its telephone and comes in by mail."""
    person = Person(world, tmp_path, world.secretariat)
    person.come_in_by_mail()
    person.set_up()
    person.come_in_by_mail()
    return person


@pytest.fixture
def admins(world: World, tmp_path: Path, office: Person) -> list[Person]:
    """Two administrators who showed a second factor."""
    with world.db.write() as tx:
        other = put_person(tx, "admin.two@example.org", name="Other admin")
        handle_person(tx, OPERATOR, other, GrantRole(role="admin", scope="*"), context())
    found = [Person(world, tmp_path, person_id) for person_id in (world.admin, other)]
    for each in found:
        each.come_in_by_mail()
        each.set_up()
    return found


def ask(person: Person) -> None:
    page = person.press(person.browser.open("/account/factors"), ASK)
    assert "A recovery was asked for" in page.text


def test_who_lost_the_factor_asks_two_approve_and_another_is_set_up(
    office: Person, admins: list[Person]
) -> None:
    ask(office)
    first = admins[0].press(admins[0].browser.open("/recoveries"), APPROVE)
    assert "Another person must" in first.text
    assert APPROVE not in [action for action, _ in first.forms]
    second = admins[1].press(admins[1].browser.open("/recoveries"), APPROVE)
    assert "It is done" in second.text
    assert "Nobody waits for one" in second.text
    assert office.browser.open("/account/factors").status == 403  # signed out
    office.come_in_by_mail()
    assert "The app for codes is set up" in office.set_up().text


def test_whoever_did_not_ask_stops_it(office: Person, admins: list[Person]) -> None:
    ask(office)
    page = office.press(office.browser.open("/account/factors"), STOP)
    assert "The recovery was stopped" in page.text
    assert "Nobody waits for one" in admins[0].browser.open("/recoveries").text


def test_an_administrator_asks_for_somebody_by_address(office: Person, admins: list[Person]) -> None:
    page = admins[0].browser.open("/recoveries")
    nobody = admins[0].press(page, "/recoveries/ask", email="nobody@example.org")
    assert nobody.status == 422
    assert "Nobody has an account" in nobody.text
    assert "It was asked for" in admins[0].press(page, "/recoveries/ask", email="office@example.org").text


def test_a_form_made_up_by_the_person_themself_approves_nothing(office: Person, admins: list[Person]) -> None:
    ask(office)
    theirs = admins[0].browser.open("/recoveries")
    about = next(fields for action, fields in theirs.forms if action == APPROVE)
    mine = office.browser.open("/account/factors").form()[1]
    answer = office.browser.post(APPROVE, about | {"csrf_token": mine["csrf_token"]})
    assert answer.status == 403


def test_those_who_may_approve_are_mailed_where_to_without_anything_that_opens(
    office: Person, admins: list[Person], post: Post
) -> None:
    post.deliver()
    ask(office)
    sent = {to: " ".join(text.split()) for to, text in post.deliver()}
    assert sent.keys() == {"office@example.org", "admin@example.org", "admin.two@example.org"}
    for to in ("admin@example.org", "admin.two@example.org"):
        assert "Office may set up a second factor anew" in sent[to]
        assert "Speak with the person first" in sent[to]
        assert re.findall(r"http\S+", sent[to])[0].endswith("/recoveries")
        assert "/sign-in/" not in sent[to]
        assert "office@example.org" not in sent[to]


def test_of_a_recovery_that_was_stopped_nobody_is_mailed(
    office: Person, admins: list[Person], post: Post
) -> None:
    post.deliver()
    ask(office)
    office.press(office.browser.open("/account/factors"), STOP)
    assert [to for to, _ in post.deliver()] == ["office@example.org"]


def test_others_do_not_see_who_waits(office: Person, world: World, tmp_path: Path) -> None:
    ask(office)
    focal = Person(world, tmp_path, world.focal_point)
    focal.come_in_by_mail()
    assert focal.browser.open("/recoveries").status == 403
    assert office.browser.open("/recoveries").status == 403  # came in by mail alone


def test_the_public_sees_and_asks_nothing(world: World, visitor: Browser) -> None:
    assert visitor.open("/recoveries").status == 403
