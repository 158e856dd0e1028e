"""The history of any object as a timeline: who, when, before and after, with a lasting address for each event."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.builders import (
    OPERATOR,
    RECORDED_AT,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.web.browser import Browser, Page
from tracker.eventstore.store import head, load
from tracker.followups import commands as c
from tracker.followups.service import handle
from tracker.kit.db import Database
from tracker.people import commands as people_commands
from tracker.people.service import handle_person

FIRST = "The ministry opened a fund for small theatres in three cities of the country."
SECOND = "The ministry opened a fund for small cinemas in three cities of the country."
DAY = date(2026, 11, 20)
FOLLOWUP = "followup-CMM8-R01:IDN"
Opens = Callable[[str], Browser]


@pytest.fixture
def told(db: Database) -> Database:
    """One report, corrected; and a long history of another follow-up."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_partner(tx, "IDN")
        put_partner(tx, "FRA")
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA")
        report_id = put_report(tx, "CMM8-R01", "IDN", "not_started", DAY, narrative=FIRST)
        correct = c.CorrectReport(
            report_id=report_id, status="implemented", as_of=DAY, narrative=SECOND, reason="A slip."
        )
        handle(tx, OPERATOR, "CMM8-R01", "IDN", correct, context(DAY), now=RECORDED_AT)
        for _ in range(60):
            put_report(tx, "CMM8-R01", "FRA", "under_implementation")
    return db


@pytest.fixture
def opens(told: Database, tmp_path: Path) -> Opens:
    """A browser of someone with a role."""

    def signed_in(role: str) -> Browser:
        with told.write() as tx:
            person = put_person(tx, f"{role}@example.org", name=role.title())
            scope = "ASEM-CMM" if role == "secretariat" else "*"
            grant = people_commands.GrantRole(role=role, scope=scope)  # type: ignore[arg-type]
            handle_person(tx, OPERATOR, person, grant, context())
        return Browser(told, tmp_path).sign_in(person)

    return signed_in


def within(page: Page, tag: str) -> list[str]:
    """The texts of all elements of a kind, without the words for those who listen."""
    parts = page.html.split(f"<{tag}>")[1:]
    return [part.split(f"</{tag}>")[0].split("</span>")[1].split("<span")[0] for part in parts]


def test_a_long_text_is_compared_word_by_word(opens: Opens) -> None:
    page = opens("auditor").open("/history?about=CMM8-R01:IDN")
    assert (within(page, "del"), within(page, "ins")) == (["theatres"], ["cinemas"])
    assert "[taken out: theatres]" in page.text
    assert "[put in: cinemas]" in page.text
    assert "Reason: A slip." in page.text


def test_what_was_recorded_more_than_a_day_after_it_was_so_is_marked(opens: Opens) -> None:
    auditor = opens("auditor")
    page = auditor.open("/history?about=CMM8-R01:IDN")
    assert "Reported late" in page.text
    assert "so since 20 November 2026" in page.text
    assert "Recorded late" in auditor.open("/history?about=CMM8").text


def test_every_event_has_an_address_of_its_own(told: Database, opens: Opens) -> None:
    with told.read() as conn:
        corrected = load(conn, FOLLOWUP)[1]
    auditor = opens("auditor")
    address = f"/history/events/{corrected.position}"
    assert address in auditor.open("/history?about=CMM8-R01:IDN").links
    page = auditor.open(address)
    assert corrected.event_id in page.text
    assert within(page, "ins") == ["cinemas"]
    assert "/history?about=CMM8-R01%3AIDN" in page.links
    assert f"/history/events/{corrected.position - 1}" in page.links


def test_an_event_that_is_not_there_or_was_not_known_is_not_found(told: Database, opens: Opens) -> None:
    auditor = opens("auditor")
    with told.read() as conn:
        top, at = head(conn), load(conn, "meeting-CMM8")[0].recorded_at
    for position in (0, top + 1, 10**25):
        assert auditor.open(f"/history/events/{position}").status == 404
    assert auditor.open("/history/events/x").status == 422
    known = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert auditor.open(f"/history/events/{top}?as_of={known}").status == 404


def test_a_history_is_paged_by_position_and_can_be_narrowed(opens: Opens) -> None:
    auditor = opens("auditor")
    first = auditor.open("/history?about=CMM8-R01:FRA")
    assert "60 events" in first.text
    older = next(link for link in first.links if "before=" in link)
    second = auditor.open(older)
    items = [given["id"] for tag, given in (*first.tags, *second.tags) if tag == "li" and "id" in given]
    assert len(items) == len(set(items)) == 60
    assert any(link == "/history?about=CMM8-R01%3AFRA" for link in second.links)
    narrowed = auditor.open("/history?about=CMM8-R01:IDN&kind=followup.report_corrected&actor=operator")
    assert "2 events, of which 1 is shown" in narrowed.text


def test_the_newest_events_can_be_narrowed_to_a_kind_and_a_person(opens: Opens) -> None:
    auditor = opens("auditor")
    page = auditor.open("/history?kind=followup.report_corrected")
    assert page.text.count("#") == 1
    assert "/history?actor=operator" in page.links
    assert "By The operator only" in " ".join(auditor.open("/history?actor=operator").text.split())
    assert "Nothing of this is recorded here" in auditor.open("/history?actor=nobody").text


def test_a_persons_history_is_for_those_who_look_after_accounts(told: Database, opens: Opens) -> None:
    with told.write() as tx:
        person = put_person(tx, "focal@example.org", name="Focal point, Indonesia")
        other = put_person(tx, "other@example.org", name="Focal point, France")
        put_focal_point(tx, "IDN", person)
        put_focal_point(tx, "FRA", other)
    page = opens("secretariat").open(f"/history?about={person}")
    assert page.status == 200
    assert "History of Focal point, Indonesia" in page.text
    assert "Account opened" in page.text
    assert "ASEM-CMM:IDN" in page.text
    assert "ASEM-CMM:FRA" not in page.text
    assert opens("auditor").open(f"/history?about={person}").status == 404


def test_what_changed_of_an_account_is_not_for_everybody_with_a_role(told: Database, opens: Opens) -> None:
    with told.write() as tx:
        person = put_person(tx, "focal@example.org", name="Focal point, Indonesia")
        grant = people_commands.GrantRole(role="reader", scope="*")
        handle_person(tx, OPERATOR, person, grant, context())
    with told.read() as conn:
        position = load(conn, f"person-{person}")[-1].position
    auditor = opens("auditor").open(f"/history/events/{position}")
    assert "shown to those who look after accounts" in auditor.text
    assert person not in auditor.text
    secretariat = opens("secretariat").open(f"/history/events/{position}")
    assert "Role reader" in secretariat.text


@pytest.mark.parametrize("code", ["CMM8", "CMM8-R01", "CMM8-R01:IDN", "IDN", "ASEM-CMM"])
def test_every_kind_of_object_has_a_history(opens: Opens, code: str) -> None:
    page = opens("auditor").open(f"/history?about={code}")
    assert page.status == 200
    assert f"History of {code}" in page.text
