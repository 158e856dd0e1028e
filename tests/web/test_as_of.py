"""Any page as it was on another day: unmistakable, and nothing can be changed there."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting
from tracker.eventstore.store import load
from tracker.kit.clock import utc_now
from tracker.people.routes import rules


@pytest.fixture
def reader(world: World, tmp_path: Path) -> Browser:
    return Browser(world.db, tmp_path).sign_in(world.admin)


YESTERDAY = (utc_now() - timedelta(days=1)).date()


def test_before_the_first_event_nothing_was_known(reader: Browser) -> None:
    page = reader.open(f"/?as_of={YESTERDAY}")
    assert "You are looking at the past" in page.text
    assert "Nothing was recorded yet" in page.text
    assert reader.open(f"/recommendations/CMM8-R01?as_of={YESTERDAY}").status == 404


@pytest.mark.parametrize("path", ["/meetings/CMM8", "/recommendations/CMM8-R01", "/partners/IDN"])
def test_what_came_later_was_not_known_then_and_is_not_said_to_be_missing(reader: Browser, path: str) -> None:
    page = reader.open(f"{path}?as_of={YESTERDAY}")
    assert page.status == 404
    assert "The tracker knew nothing of this at the end of" in page.text
    assert "There is no" not in page.text
    assert path in page.links


@pytest.mark.parametrize(
    "path",
    ["/meetings", "/recommendations", "/activities", "/partners", "/grid", "/metrics", "/history", "/search"],
)
def test_every_list_can_be_asked_for_another_day(reader: Browser, path: str) -> None:
    page = reader.open(f"{path}?as_of={YESTERDAY}")
    assert page.status == 200
    assert "You are looking at the past" in page.text
    assert path in page.links


SAMPLES = {
    "code": "CMM8-R01",
    "recommendation": "CMM8-R01",
    "partner": "IDN",
    "position": "1",
    "name": "report",
    "sha256": "0" * 64,
    "body": "ASEM-CMM",
    "person_id": "nobody",
    "token": "none",
    "meeting": "CMM9",
    "picture": "rates",
    "key": "none",
    "kind": "recommendations",
    "number": "1",
}
"""For what stands in braces in an address."""


NO_PAGES = {
    "/metrics/{meeting}/{picture}.svg",
    "/metrics/{meeting}/{picture}.csv",
    "/sign-in-oidc",
    "/sign-in-oidc/back",
    "/sign-in-oidc/left",
    "/changes.csv",
    "/changes.json",
}
"""Ways to another site and back, which show nothing; and files, which say the moment in their stamp."""


def test_every_page_answers_for_a_day_or_says_why_it_cannot(
    reader: Browser, world: World, tmp_path: Path
) -> None:
    office = Browser(world.db, tmp_path).sign_in(world.secretariat)
    pages = [
        rule
        for rule in rules(reader.app)
        if rule.method == "GET"
        and rule.action
        and not rule.path.startswith("/api/")
        and rule.path not in NO_PAGES
    ]
    assert len(pages) > 40
    for rule in pages:
        path = re.sub(r"\{(\w+)\}", lambda name: SAMPLES[name[1]], rule.path)
        page = next(
            (
                page
                for browser in (reader, office)
                if (page := browser.open(f"{path}?as_of={YESTERDAY}")).status != 403
            ),
            reader.open(path),
        )
        if rule.now_only:
            assert (page.status, rule.now_only in page.text, path in page.links) == (422, True, True), path
        else:
            past = "You are looking at the past" in page.text
            assert past or (page.status == 404 and "The tracker knew nothing of this" in page.text), path


@pytest.mark.parametrize("path", ["/", "/grid", "/meetings/CMM8", "/follow-ups/CMM8-R01/IDN", "/history"])
def test_a_page_that_answers_for_a_day_lets_readers_choose_it(reader: Browser, path: str) -> None:
    assert "What was known on" in reader.open(path).text


@pytest.mark.parametrize("path", ["/account/details", "/people", "/access", "/security", "/sign-in"])
def test_a_page_about_now_alone_asks_for_no_day(reader: Browser, path: str) -> None:
    page = reader.open(path)
    assert page.status == 200
    assert "What was known on" not in page.text


def test_links_keep_the_day(reader: Browser) -> None:
    page = reader.open(f"/?as_of={YESTERDAY}")
    assert f"/grid?as_of={YESTERDAY}" in page.links


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("as_of=2999-01-01", "as_of", "lies ahead"),
        ("as_of=9999-12-31", "as_of", "lies ahead"),
        ("valid=2999-01-01T00:00", "valid", "lies ahead"),
        ("as_of=yesterday", "as_of", "is no date"),
        ("valid=2026-02-30", "valid", "is no date"),
        ("as_of=2026-11-01T25:00", "as_of", "is no date"),
        ("as_of=0001-01-01", "as_of", "since the year 1900"),
        ("valid=0001-01-01T00:00%2B14:00", "valid", "is no date"),
        ("as_of=2020-01-01&valid=2020-01-02", "valid", "lies after"),
        ("as_of=%3Cscript%3E", "as_of", "is no date"),
    ],
)
def test_an_impossible_moment_is_a_sentence_beside_its_field(
    reader: Browser, query: str, field: str, said: str
) -> None:
    page = reader.open(f"/grid?meeting=CMM8&{query}")
    assert page.status == 422
    ((_, given),) = [tag for tag in page.tags if tag[0] == "input" and tag[1].get("name") == field]
    assert (given["aria-invalid"], f"day-{field}-error" in given["aria-describedby"]) == ("true", True)
    assert [tag for tag in page.tags if tag[1].get("id") == f"day-{field}-error"]
    assert said in page.text
    action, fields = next(form for form in page.forms if field in form[1])
    assert (action, fields["meeting"]) == ("/grid", "CMM8")


def test_as_it_was_leaves_out_what_became_so_later(reader: Browser) -> None:
    now = reader.open("/follow-ups/CMM8-R01/FRA")
    then = reader.open("/follow-ups/CMM8-R01/FRA?valid=2020-01-01")
    assert "Implemented" in now.text
    assert (
        "This is how things were at the end of 1 January 2020, by all that the tracker knows now" in then.text
    )
    assert "No information" in then.text
    assert reader.open("/recommendations/CMM8-R01?valid=2017-01-01").status == 404


def test_both_times_are_said_and_kept_by_links_and_forms(reader: Browser, world: World) -> None:
    with world.db.read() as live:
        instant = load(live, "meeting-CMM9")[-1].recorded_at
    known = f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"
    page = reader.open(f"/meetings?as_of={known}&valid=2018-03-02")
    assert "how things were at the end of 2 March 2018, by what the tracker knew at" in page.text
    kept = f"?as_of={quote(known)}&valid=2018-03-02".replace(":", "%3A")
    assert f"/grid{kept}" in page.links
    assert "/meetings" in page.links
    listed = reader.open(f"/recommendations?words=x&as_of={known}&valid=2018-03-02")
    searching = next(fields for _, fields in listed.forms if "words" in fields)
    assert (searching["as_of"], searching["valid"]) == (known, "2018-03-02")


def test_what_was_recorded_after_an_instant_was_not_known_then(reader: Browser, world: World) -> None:
    with world.db.read() as live:
        first, then = load(live, "recommendation-CMM8-R02")[0], load(live, "recommendation-CMM8-R01")[-1]
    at = f"{then.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert reader.open(f"/recommendations/CMM8-R01?as_of={at}").status == 200
    assert first.position > then.position
    assert reader.open(f"/recommendations/CMM8-R02?as_of={at}").status == 404


def test_nothing_is_sent_to_the_past(world: World, as_person: Callable[[str], Browser]) -> None:
    reader = as_person(world.secretariat)
    path = "/follow-ups/CMM8-R01/IDN/report"
    page = reader.open(path)
    _, fields = page.form()
    sent = reader.post(f"{path}?valid=2020-01-01", fields)
    assert (sent.status, "nothing can be changed" in sent.text) == (422, True)
    assert not any("command_id" in fields for _, fields in reader.open(f"{path}?valid=2020-01-01").forms)
    with world.db.read() as live:
        assert not load(live, "followup-CMM8-R01:IDN")


def test_the_second_page_of_a_day_asks_no_more_than_the_first(reader: Browser, world: World) -> None:
    with counting(world.db) as first:
        reader.open("/grid?valid=2019-01-01")
    with counting(world.db) as second:
        reader.open("/recommendations?valid=2019-01-01")
    assert len(second) < len(first)
    assert not any("ORDER BY events.position" in each for each in second)


def test_only_people_with_a_role_look_at_the_past(world: World, visitor: Browser) -> None:
    page = visitor.open("/?as_of=2020-01-01")
    assert page.status == 403
    assert "Please sign in" in page.text


def test_today_is_now(reader: Browser) -> None:
    page = reader.open(f"/recommendations/CMM8-R01?as_of={utc_now().date()}")
    assert page.status == 200
    assert "You are looking at the past" not in page.text


def test_no_page_has_an_id_twice(world: World, as_person: Callable[[str], Browser]) -> None:
    for path in ("/follow-ups/CMM8-R01/IDN/report", "/changes?since=CMM99", "/grid?as_of=soon", "/history"):
        page = as_person(world.secretariat).open(path)
        ids = [given["id"] for _, given in page.tags if "id" in given]
        assert len(ids) == len(set(ids)), path
