"""The secretariat's forms in a browser: good, refused, twice, too late, and about what is another body's."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.builders import context, put_recommendation
from tests.web.acts import RECORDS, Tried
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.eventstore.store import head
from tracker.meetings import commands as m
from tracker.meetings.service import handle_body
from tracker.people import commands as p
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person
from tracker.recommendations import commands as c
from tracker.recommendations.service import handle, handle_activity

BODY = "ASEM-CMM"
every_form = pytest.mark.parametrize("form", RECORDS, ids=[form.at for form in RECORDS])


@pytest.fixture(autouse=True)
def before(world: World) -> None:
    """What must be there so that each form is about something."""
    with world.db.write() as tx:
        theme = m.DefineTheme(code="heritage", title="Heritage")
        handle_body(tx, OPERATOR, BODY, theme, context())
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


@every_form
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
    assert form.event in " ".join(first.text.split())
    assert "by Office" in first.text
    assert (again.status, again.answer.url.path, log(world)) == (200, first.answer.url.path, at)


@every_form
def test_what_is_refused_stands_beside_its_field_and_keeps_what_was_typed(
    world: World, office: Browser, form: Tried
) -> None:
    before = log(world)
    page = office.send(office.open(form.at), **(form.good | form.wrong))
    assert page.status == 422
    field = next(iter(form.wrong))
    assert f"#{field}" in page.links
    assert form.sentence in page.html.partition(f'id="{field}-error"')[2].partition("<input")[0]
    kept = page.form()[1]
    assert all(
        kept[name] == typed for name, typed in form.good.items() if name in kept and name not in form.wrong
    )
    assert log(world) == before


@every_form
def test_a_form_about_another_bodys_record_does_not_exist(
    world: World, as_person: Callable[[str], Browser], form: Tried
) -> None:
    with world.db.write() as tx:
        stranger = put_person(tx, "elsewhere@example.org")
        handle_person(tx, OPERATOR, stranger, p.GrantRole(role="secretariat", scope="UNESCO-2005"), context())
    browser, before = as_person(stranger), log(world)
    there, nowhere = (
        browser.open(form.at),
        browser.open(form.at.replace("CMM8", "CMM7").replace("ASEM", "ASIM")),
    )
    fields = as_person(world.secretariat).open(form.at).form()[1]
    token = browser.open("/account/details").form()[1]["csrf_token"]
    sent = browser.post(form.at, fields | form.good | {"csrf_token": token})
    assert {there.status, nowhere.status, sent.status} == {404}
    assert "no such record that you may change" in there.text
    assert log(world) == before


@pytest.mark.parametrize(
    "form", [each for each in RECORDS if "/change/" in each.at], ids=lambda form: form.at
)
def test_a_writer_who_was_overtaken_sees_what_is_new_and_loses_nothing(
    world: World, office: Browser, form: Tried
) -> None:
    if form.at.endswith("/split"):
        return  # a part is a record of its own
    mine = office.open(form.at)
    code = form.at.split("/")[2]
    with world.db.write() as tx:
        if code.startswith("ASEM"):
            revise = c.ReviseActivity(title="Somebody was quicker", note="N", reason="Quicker.")
            handle_activity(tx, OPERATOR, code, revise, context())
        else:
            again = c.RepeatRecommendation(source="Quicker", lines=["77"])
            handle(tx, OPERATOR, code, again, context())
    late = office.send(mine, **form.good)
    assert late.status == 409
    assert "Someone changed this while you were writing" in late.text
    assert "What is new" in late.text
    kept = late.form()[1]
    assert all(kept[name] == typed for name, typed in form.good.items() if name in kept)
    assert office.send(late, **form.good).status == 200
