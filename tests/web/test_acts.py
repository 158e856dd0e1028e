"""The secretariat's forms in a browser: good, refused, twice, too late, and about what is another body's."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.builders import context, put_body, put_partner, put_person, put_recommendation
from tests.web.acts import FORMS, OF_THEIR_OWN, Tried
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import SCRIPT, assert_harmless
from tracker.eventstore.store import head
from tracker.meetings import commands as m
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people import commands as p
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_partner, handle_person
from tracker.recommendations import commands as c
from tracker.recommendations.service import handle, handle_activity

BODY = "ASEM-CMM"
CHANGES = [form for form in FORMS if not form.at.endswith(OF_THEIR_OWN)]
OF_A_BODY = [form for form in FORMS if not form.at.startswith("/partners/")]


def each_of(forms: list[Tried]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("form", forms, ids=[form.at for form in forms])


@pytest.fixture(autouse=True)
def before(world: World) -> None:
    """What must be there so that each form is about something."""
    with world.db.write() as tx:
        theme = m.DefineTheme(code="heritage", title="Heritage")
        handle_body(tx, OPERATOR, BODY, theme, context())
        put_partner(tx, "BRA", body="UNESCO-2005")
        put_recommendation(tx, "CMM8-R03")
        put_recommendation(tx, "CMM8-R04", "IDN")
        for code, command in (
            ("CMM8-R02", c.SetDue(due_on=date(2026, 12, 31))),
            ("CMM8-R02", c.LinkRecommendation(to="CMM8-R03", relation="follows", basis="stated")),
            ("CMM8-R02", c.RepeatRecommendation(source="Annex", lines=["12"])),
            ("CMM8-R04", c.SupersedeRecommendation(by="CMM8-R03", meeting="CMM8", reason="So decided.")),
        ):
            handle(tx, OPERATOR, code, command, context())
        for done in (
            c.RecordActivity(code="ASEM-ACT-01", body=BODY, title="A seminar"),
            c.MentionActivity(code="CMM8-F01", meeting="CMM8", text="It is planned."),
            c.LinkActivity(recommendation="CMM8-R01", basis="stated"),
        ):
            handle_activity(tx, OPERATOR, "ASEM-ACT-01", done, context())


@pytest.fixture
def office(world: World, as_person: Callable[[str], Browser]) -> Browser:
    return as_person(world.secretariat)


def log(world: World) -> int:
    with world.db.read() as connection:
        return head(connection)


def plain(text: str) -> str:
    return " ".join(text.split())


@each_of(FORMS)
def test_what_is_good_is_recorded_once_and_answered_by_a_receipt(
    world: World, office: Browser, form: Tried
) -> None:
    shown = office.open(form.at)
    assert shown.status == 200, shown.text
    first = office.send(shown, **form.good)
    assert first.status == 200, first.text
    at = log(world)
    again = office.send(shown, **form.good)
    assert "/receipts/" in first.answer.url.path
    assert form.event in plain(first.text)
    assert "by Office" in first.text
    assert (again.status, again.answer.url.path, log(world)) == (200, first.answer.url.path, at)


@each_of(FORMS)
def test_what_is_refused_stands_beside_its_field_and_keeps_what_was_typed(
    world: World, office: Browser, form: Tried
) -> None:
    before = log(world)
    page = office.send(office.open(form.at), **(form.good | form.wrong))
    assert page.status == 422
    field = next(iter(form.wrong))
    assert f"#{field}" in page.links
    assert form.sentence in page.html.partition(f'id="{field}-error"')[2].partition("<input")[0]
    typed, kept = form.good | form.wrong, page.form()[1]
    assert {name: kept[name] for name in typed if name in kept} == {
        name: text for name, text in typed.items() if name in kept
    }
    assert log(world) == before


def somebody_is_quicker(world: World, at: str) -> None:
    """Another change of what the form is about."""
    _, folder, code, *_ = at.split("/")
    with world.db.write() as tx:
        match folder:
            case "activities":
                revise = c.ReviseActivity(title="Somebody was quicker", note="N", reason="Quicker.")
                handle_activity(tx, OPERATOR, code, revise, context())
            case "recommendations":
                again = c.RepeatRecommendation(source="Quicker", lines=["77"])
                handle(tx, OPERATOR, code, again, context())
            case "bodies":
                handle_body(tx, OPERATOR, code, m.DefineTheme(code="quick", title="Quick"), context())
            case "meetings":
                fact = m.RecordFact(code=f"{code}-N77", text="Somebody was quicker.")
                handle_meeting(tx, OPERATOR, code, fact, context())
            case _:
                handle_partner(tx, OPERATOR, code, p.RenamePartner(name="Quicker", reason="Q."), context())


@each_of(CHANGES)
def test_a_writer_who_was_overtaken_sees_what_is_new_and_loses_nothing(
    world: World, office: Browser, form: Tried
) -> None:
    mine = office.open(form.at)
    somebody_is_quicker(world, form.at)
    late = office.send(mine, **form.good)
    assert late.status == 409
    assert "Someone changed this while you were writing" in late.text
    assert "Recorded meanwhile" in late.text
    kept = late.form()[1]
    assert all(kept[name] == typed for name, typed in form.good.items() if name in kept)
    assert office.send(late, **form.good).status == 200


@each_of(OF_A_BODY)
def test_a_form_about_another_bodys_record_does_not_exist(
    world: World, as_person: Callable[[str], Browser], form: Tried
) -> None:
    with world.db.write() as tx:
        stranger = put_person(tx, "elsewhere@example.org")
        grant = p.GrantRole(role="secretariat", scope="UNESCO-2005")
        handle_person(tx, OPERATOR, stranger, grant, context())
    browser, before = as_person(stranger), log(world)
    nowhere = form.at.replace("CMM8", "CMM7").replace("CMM9", "CMM7").replace("ASEM", "ASIM")
    answers = [browser.open(form.at), browser.open(nowhere)]
    fields = as_person(world.secretariat).open(form.at).form()[1] | form.good
    token = browser.open("/account/details").form()[1]["csrf_token"]
    answers += [browser.post(at, fields | {"csrf_token": token}) for at in (form.at, nowhere)]
    assert {answer.status for answer in answers} == {404}
    assert all("no such record that you may change" in answer.text for answer in answers)
    assert log(world) == before


def test_a_partner_is_let_into_a_body_by_that_bodys_own_secretariat_alone(
    world: World, office: Browser
) -> None:
    with world.db.write() as tx:
        put_body(tx, "UNESCO-2005")
    before = log(world)
    fields = {"body": "UNESCO-2005", "grouping": "Asia", "since": "2020-01-01"}
    assert office.send(office.open("/partners/IDN/change/join"), **fields).status == 403
    assert log(world) == before


def test_what_is_so_already_is_said_and_not_recorded_again(world: World, office: Browser) -> None:
    before = log(world)
    form = office.open("/recommendations/CMM8-R01/change/revise")
    page = office.send(form, reason="No reason.")
    assert page.status == 422
    assert "is recorded already, so nothing was changed" in page.text
    assert log(world) == before


def test_a_record_says_who_changed_it_last_and_why(world: World, office: Browser, visitor: Browser) -> None:
    office.send(office.open("/recommendations/CMM8-R01/change/revise"), text="Foster them.", reason="A slip.")
    said = plain(office.open("/recommendations/CMM8-R01").text)
    assert "Last changed by Office on 24 November 2026: recommendation revised (A slip.)" in said
    for path in ("/meetings/CMM8", "/partners/IDN", "/activities/ASEM-ACT-01"):
        assert "Last changed by The operator" in plain(office.open(path).text), path
        assert "Last changed on" in plain(visitor.open(path).text), path
    assert "Office" not in visitor.open("/recommendations/CMM8-R01").text


def test_what_can_be_changed_stands_on_one_page_with_the_history(office: Browser, visitor: Browser) -> None:
    page = office.open("/recommendations/CMM8-R01/change")
    assert "/recommendations/CMM8-R01/change/due" in page.links
    assert "/recommendations/CMM8-R01/change/move-due" not in page.links
    assert "Directed to partners" in page.text
    for path in (
        "/recommendations/CMM8-R01",
        "/meetings/CMM8",
        "/partners/IDN",
        "/activities/ASEM-ACT-01",
    ):
        assert visitor.open(f"{path}/change").status == 403
        assert f"{path}/change" in office.open(path).links
        assert f"{path}/change" not in visitor.open(path).links
    for path in ("/meetings/CMM8/adopted/record", "/bodies/ASEM-CMM/activities/record"):
        links = office.open("/meetings/CMM8").links + office.open("/activities").links
        assert path in links


def test_the_reporting_cut_off_of_the_next_meeting_shows_where_it_is_looked_for(
    world: World, office: Browser, visitor: Browser
) -> None:
    office.send(office.open("/meetings/CMM9/change/cutoff"), reports_by="2027-04-30")
    digest = office.open(f"/digest/{world.focal_point}").text
    for shown in (visitor.open("/").text, visitor.open("/meetings/CMM9").text, digest):
        assert "30 April 2027" in shown
    form = office.open("/meetings/CMM9/change/cutoff")
    unsaid = office.send(form, reports_by="2027-05-31")
    assert (unsaid.status, "reason-error" in unsaid.html) == (422, True)
    assert office.send(form, reports_by="", reason="No day after all.").status == 200
    assert "Reports in by" not in visitor.open("/meetings/CMM9").text


HOSTILE = [
    ("/recommendations/CMM8-R01/change/revise", ("text", "source", "note", "reason"), {}),
    ("/meetings/CMM8/change/revise", ("title", "place", "host", "source", "note", "reason"), {}),
    ("/meetings/CMM8/change/fact", ("text", "sources"), {"code": "CMM8-N01"}),
    ("/activities/ASEM-ACT-01/change/revise", ("title", "note", "reason"), {"kind": "<b>forum</b>"}),
    ("/bodies/ASEM-CMM/change/theme", ("title",), {"code": "heritage"}),
    ("/partners/IDN/change/rename", ("name", "reason"), {}),
]


def test_what_is_typed_into_records_is_harmless_wherever_it_shows(world: World, office: Browser) -> None:
    for at, texts, rest in HOSTILE:
        receipt = office.send(office.open(at), **dict.fromkeys(texts, SCRIPT), **rest)
        assert "/receipts/" in receipt.answer.url.path, at
        assert_harmless(receipt)
        assert_harmless(office.open(at))
    for path in (
        *(
            "/",
            "/desk",
            "/grid",
            "/grid?partner=IDN",
            "/meetings",
            "/meetings/CMM8",
            "/activities",
            "/partners",
        ),
        *("/recommendations/CMM8-R01", "/activities/ASEM-ACT-01", "/partners/IDN", "/history"),
        *("/recommendations/CMM8-R01/change", "/meetings/CMM8/change", "/bodies/ASEM-CMM/change"),
        *(
            "/recommendations/CMM8-R02/change/link",
            "/selection/direct?code=CMM8-R01",
            "/focal-points/ASEM-CMM",
        ),
    ):
        assert_harmless(office.open(path))
