"""Unlinking an account from a provider: by the person in a strong session, by an administrator, by the operator."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import RECORDED_AT, context, decided, put_person
from tests.identity.hostile_provider import HostileProvider
from tests.identity.way import Way
from tracker.eventstore.tables import events
from tracker.identity import sessions
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed, RuleBroken
from tracker.people import sso
from tracker.people.commands import LinkPerson, UnlinkPerson
from tracker.people.decider import PERSON
from tracker.people.events import PersonLinked, PersonRegistered, PersonUnlinked
from tracker.people.policy import OPERATOR, PUBLIC, Actor

ISSUER = "https://login.example.org"
ADMIN = Actor("admin", "Administrator", frozenset({("admin", "*")}))
CAME = from_console(RECORDED_AT)


def unlink_button(way: Way) -> tuple[str, dict[str, str]] | None:
    forms = way.browser.open("/account/oidc").forms
    return next((form for form in forms if form[0] == "/account/oidc/unlink"), None)


def test_a_person_unlinks_in_a_strong_session_and_whoever_came_in_there_is_out(
    way: Way, hostile: HostileProvider, person: str, ways: Callable[..., Way]
) -> None:
    way.link()
    hostile.claims = {"amr": ["mfa"]}
    way.sign_in()
    other = ways()
    other.sign_in()
    button = unlink_button(way)
    assert button is not None
    way.browser.post(*button)
    assert (way.session, other.session, way.linked()) == (None, None, [])
    assert way.history(person)[-1] == "person.unlinked"
    assert way.log()[-1] == "sso_unlinked"
    other.browser.client.cookies.clear()
    assert "Look into your mailbox" in other.sign_in().text  # it is as the first time again


def test_a_session_of_a_person_that_is_not_strong_unlinks_nothing(way: Way) -> None:
    way.link()
    assert unlink_button(way) is None
    page = way.browser.open("/account/details")
    assert "/account/oidc" in page.links
    fields = next(fields for action, fields in page.forms if "command_id" in fields)
    assert way.browser.post("/account/oidc/unlink", fields).status == 403
    assert way.linked() == ["subject"]


@pytest.mark.parametrize("actor", [ADMIN, OPERATOR])
def test_an_administrator_unlinks_and_other_sessions_stay(
    way: Way, hostile: HostileProvider, person: str, actor: Actor, db: Database
) -> None:
    way.link()
    by_mail = db.run(lambda tx: sessions.begin(tx, person, hostile.now, means="link"))
    command = UnlinkPerson(issuer=hostile.issuer, reason="Another account there.")
    db.run(lambda tx: sso.unlink(tx, actor, person, command, context(), from_console(hostile.now)))
    assert (way.session, way.linked()) == (None, [])
    with db.read() as conn:
        assert sessions.find(conn, by_mail, hostile.now) is not None


@pytest.mark.parametrize(
    "actor", [PUBLIC, Actor("s", "Secretariat", frozenset({("secretariat", "*")})), Actor("x", "Official")]
)
def test_nobody_else_unlinks(way: Way, hostile: HostileProvider, person: str, actor: Actor) -> None:
    way.link()
    with pytest.raises(NotAllowed):
        way.db.run(
            lambda tx: sso.unlink(tx, actor, person, UnlinkPerson(issuer=hostile.issuer), context(), CAME)
        )
    assert way.linked() == ["subject"]


def test_an_event_of_a_link_names_the_provider_and_neither_subject_nor_address(
    way: Way, hostile: HostileProvider, person: str
) -> None:
    way.link()
    with way.db.read() as conn:
        said = [column for column in events.c if column is not events.c.leaf_hash]
        row = conn.execute(select(*said).where(events.c.event_type == "person.linked")).one()
    assert hostile.issuer in str(row)
    assert "subject" not in str(row)
    assert "@" not in str(row)


def test_a_person_is_linked_once_to_a_provider_and_again_after_unlinking() -> None:
    registered, linked = PersonRegistered(), PersonLinked(issuer=ISSUER)
    with pytest.raises(RuleBroken, match="unlink it first"):
        decided(PERSON, [registered, linked], LinkPerson(issuer=ISSUER))
    with pytest.raises(RuleBroken, match="linked to nobody"):
        decided(PERSON, [registered], UnlinkPerson(issuer=ISSUER))
    past = [registered, linked, PersonUnlinked(issuer=ISSUER)]
    assert decided(PERSON, past, LinkPerson(issuer=ISSUER)) == [linked]


def test_an_account_that_was_never_linked_has_a_page_that_says_so(way: Way, person: str) -> None:
    way.browser.sign_in(person)
    assert "is not linked" in way.browser.open("/account/oidc").text


def test_a_subject_that_was_linked_meanwhile_stays_whose_it_is(
    way: Way, hostile: HostileProvider, ways: Callable[..., Way], db: Database
) -> None:
    second = ways()
    db.run(lambda tx: put_person(tx, "second@example.org"))
    way.sign_in()
    first_link = way.link_in_mail()
    hostile.claims = {"email": "second@example.org"}
    second.sign_in()
    second_link = second.link_in_mail()
    assert "Sign out" in way.press(first_link).text
    page = second.press(second_link)
    assert page.status == 422
    assert "linked to another account" in page.text
    assert second.session is None


def test_unlinking_needs_a_second_factor_shown_within_ten_minutes(way: Way, hostile: HostileProvider) -> None:
    way.link()
    hostile.claims = {"amr": ["mfa"]}
    way.sign_in()
    button = unlink_button(way)
    assert button is not None
    hostile.now += timedelta(minutes=10)
    assert way.browser.post(*button).status == 403
    assert unlink_button(way) is None
    assert way.linked() == ["subject"]
