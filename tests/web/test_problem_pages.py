"""Pages for what went wrong: what happened, what to do next, a reference that stands in the log of the server."""

import logging
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.builders import RECORDED_AT, context, put_report
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.followups import commands as f
from tracker.followups.service import handle
from tracker.identity import limits
from tracker.kit.errors import TooMany
from tracker.people.policy import OPERATOR
from tracker.web.guard import MOST_BYTES

AsPerson = Callable[[str], Browser]
JSON = {"accept": "application/json"}


def reference(page: Page) -> str:
    return page.text.split("please give this reference:")[1].split()[0]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("tracker.meetings.queries.meetings", fault)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TooMany("Too many tries.", timedelta(minutes=4, seconds=10))

    monkeypatch.setattr("tracker.meetings.queries.meetings", refuse)


def asked(visitor: Browser, status: int) -> Page:
    """A page of this status, as a person comes to it."""
    if status == 413:
        return visitor.post("/sign-out", b"a=" + b"x" * MOST_BYTES)
    path = {403: "/my", 404: "/recommendations/CMM8-R99", 410: "/evidence/x/y.pdf?key=old"}
    return visitor.open(path.get(status, "/meetings"))


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "Please sign in first"),
        (404, "There is no such page"),
        (410, "This link no longer works"),
        (413, "That is too large"),
    ],
)
def test_each_page_says_what_happened_what_to_do_and_where_it_stands_in_the_log(
    world: World, visitor: Browser, caplog: pytest.LogCaptureFixture, status: int, title: str
) -> None:
    with caplog.at_level(logging.WARNING):
        page = asked(visitor, status)
    assert page.status == status
    assert title in page.text
    assert {"/", "/recommendations"} <= set(page.links)
    assert f"{reference(page)}: {status} for" in caplog.text


def test_what_is_not_there_can_be_looked_for(world: World, visitor: Browser) -> None:
    page = visitor.open("/nowhere")
    assert page.status == 404
    action, _ = next(form for form in page.forms if form[0] == "/recommendations")
    found = visitor.open(f"{action}?words=creative")
    assert "CMM8-R01" in found.text


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_is_found_in_the_log_by_its_reference_and_shows_no_trace(
    world: World, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    page = visitor.open("/meetings")
    assert page.status == 500
    assert "Nothing half-finished was saved" in page.text
    assert f"{reference(page)}: 500 for GET /meetings" in caplog.text
    for secret in ("secret detail", "Traceback", "ZeroDivision"):
        assert secret not in page.html
    said = visitor.open("/meetings", **JSON).answer
    assert (said.status_code, said.headers["content-type"]) == (500, "application/problem+json")
    assert "secret detail" not in said.text
    assert f"{said.json()['reference']}: 500" in caplog.text


@pytest.mark.usefixtures("limited")
def test_too_many_tries_are_answered_with_how_long_to_wait_in_words(world: World, visitor: Browser) -> None:
    page = visitor.open("/meetings")
    assert page.status == 429
    assert page.answer.headers["retry-after"] == "250"
    assert "Please try again in about 5 minutes" in page.text
    assert visitor.open("/meetings", **JSON).answer.headers["retry-after"] == "250"


def test_links_asked_for_too_often_are_refused_in_words(world: World, visitor: Browser) -> None:
    page = visitor.open("/sign-in")
    action, fields = next(form for form in page.forms if form[0] == "/sign-in")
    pages = [
        visitor.post(action, fields | {"email": f"somebody{number}@example.org"})
        for number in range(limits.LINKS_BY_A_CLIENT.most + 1)
    ]
    assert [page.status for page in pages[:-1]] == [200] * limits.LINKS_BY_A_CLIENT.most
    assert pages[-1].status == 429
    assert "Please try again in about" in pages[-1].text


def test_programs_get_the_same_answers_as_problems_with_a_reference(world: World, visitor: Browser) -> None:
    for status in (403, 404, 410):
        paths = {403: "/my", 404: "/recommendations/CMM8-R99", 410: "/evidence/x/y.pdf?key=old"}
        answer = visitor.open(paths[status], **JSON).answer
        assert answer.status_code == status
        said = answer.json()
        assert (said["status"], bool(said["title"]), bool(said["detail"])) == (status, True, True)
        assert len(said["reference"]) == 12


def test_what_opens_something_never_stands_in_the_log(
    world: World, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.open("/account/address/a-secret-token?as_of=x")
    visitor.open("/a-secret-place")
    assert "a-secret" not in caplog.text


def test_a_form_about_a_report_that_was_taken_back_says_so(world: World, as_person: AsPerson) -> None:
    with world.db.write() as tx:
        gone = put_report(tx, "CMM8-R01", "IDN", "implemented", date(2026, 11, 1))
        put_report(
            tx,
            "CMM8-R01",
            "IDN",
            "under_implementation",
            date(2026, 11, 2),
            narrative="It goes on, after all.",
        )
        withdraw = f.WithdrawReport(report_id=gone, reason="It was about another one.")
        handle(tx, OPERATOR, "CMM8-R01", "IDN", withdraw, context(), now=RECORDED_AT)
    page = as_person(world.secretariat).open(f"/follow-ups/CMM8-R01/IDN/correct?report={gone}")
    assert page.status == 410
    assert "taken back" in page.text
