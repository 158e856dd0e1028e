"""The grid in a browser: large and light, zoomed, filtered, and told to who cannot see it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

from sqlalchemy import insert

from tests.builders import BODY, RECORDED_AT, context, put_body, put_meeting, put_partner, put_recommendation
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting
from tracker.followups.events import Status
from tracker.followups.tables import followups
from tracker.kit.db import Database
from tracker.meetings.commands import DefineTheme
from tracker.meetings.service import handle_body
from tracker.people.commands import LeaveBody
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_partner
from tracker.recommendations import commands as c
from tracker.recommendations.service import handle

ADOPTED = date(2018, 3, 2)


def put_large(db: Database, elements: int, partners: int) -> None:
    """A body of that size, everything directed to everyone."""
    codes = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}X" for n in range(partners)]
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", ADOPTED)
        for number, code in enumerate(codes):
            put_partner(tx, code, grouping="Europe" if number % 2 else "Asia")
        for number in range(1, elements + 1):
            code = f"CMM8-R{number:03}"
            record = c.RecordRecommendation(
                code=code,
                meeting="CMM8",
                body=BODY,
                kind="recommendation",
                text=f"Ministers encouraged the partners to do what number {number} of the list says.",
            )
            handle(tx, OPERATOR, code, record, context(ADOPTED))
            direct = c.DirectRecommendation(partners=codes, on=ADOPTED)
            handle(tx, OPERATOR, code, direct, context(ADOPTED))
        chance = Random(53)
        pairs = [(f"CMM8-R{number:03}", code) for number in range(1, elements + 1) for code in codes]
        tx.execute(insert(followups), [reported(*pair, chance) for pair in pairs if chance.random() < 0.8])


def reported(recommendation: str, partner: str, chance: Random) -> dict[str, Any]:
    """A row as a report would make it; to make it by an event, thousands of times, takes minutes."""
    return {
        "recommendation": recommendation,
        "partner": partner,
        "version": 1,
        "status": chance.choice(get_args(Status)),
        "as_of": date(2020, 1, 1),
        "heard_at": RECORDED_AT,
        "position": 1,
        "demonstration": chance.random() < 0.1,
        "reports": [],
        "decisions": [],
        "evidence": [],
        "raw_label": "",
        "narrative": "",
    }


def test_a_grid_of_170_by_53_is_as_light_and_asks_as_little_as_a_small_one(
    db: Database, tmp_path: Path
) -> None:
    put_large(db, 170, 53)
    visitor = Browser(db, tmp_path, lambda: RECORDED_AT)
    with counting(db) as few:
        visitor.open("/grid?meeting=CMM8&partner=AAX&words=R001")
    with counting(db) as many:
        page = visitor.open("/grid?meeting=all")
    assert page.html.count("</a></td>") == 170 * 53
    assert page.html.count(">No information</a></td>") > 1_000
    assert len(many) <= len(few)
    style = int(visitor.open("/static/tracker.css").answer.headers["content-length"])
    answer = visitor.client.get("/grid?meeting=all", headers={"accept-encoding": "gzip"})
    assert int(answer.headers["content-length"]) + style <= 100_000


def test_each_cell_tells_its_status_in_words_under_headers_that_name_it(
    world: World, visitor: Browser
) -> None:
    page = visitor.open("/grid?meeting=CMM8")
    headers = [attrs["scope"] for tag, attrs in page.tags if tag == "th"]
    assert {"col", "row", "colgroup"} <= set(headers)
    assert 'data-sign="I*" href="/follow-ups/CMM8-R01/FRA">Implemented, demonstration</a>' in page.html
    assert 'data-sign="–" href="/follow-ups/CMM8-R01/IDN">No information</a>' in page.html
    assert page.html.partition("<tbody>")[2].count("<td></td>") == 2  # not directed to that partner


def test_the_grid_is_zoomed_to_a_grouping_and_to_one_partner(world: World, visitor: Browser) -> None:
    europe = visitor.open("/grid?meeting=CMM8&grouping=Europe")
    assert "/follow-ups/CMM8-R01/FRA" in europe.links
    assert "/follow-ups/CMM8-R01/IDN" not in europe.links
    one = visitor.open("/grid?meeting=CMM8&partner=IDN")
    assert "What is directed to Country IDN" in one.text
    assert {"/follow-ups/CMM8-R01/IDN", "/follow-ups/CMM8-R02/IDN"} <= set(one.links)
    assert "/follow-ups/CMM8-R01/FRA" not in one.links


def test_the_filters_say_how_many_follow_ups_each_choice_has(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        handle_body(tx, OPERATOR, BODY, DefineTheme(code="film", title="Film"), context())
        handle(
            tx,
            OPERATOR,
            "CMM8-R02",
            c.ClassifyRecommendation(nature="operational", themes=["film"]),
            context(),
        )
    page = visitor.open("/grid")
    for said in (
        "CMM8 Sofia (4)",
        "All meetings (4)",
        "Film (2)",
        "Asia (3)",
        "Implemented (1)",
        "No information (3)",
    ):
        assert said in page.text, said
    assert "1 recommendation, 2 follow-ups." in visitor.open("/grid?theme=film").text
    assert "1 recommendation, 1 follow-up." in visitor.open("/grid?status=implemented").text
    assert "1 recommendation, 2 follow-ups." in visitor.open("/grid?words=creative").text
    assert "Nothing fits all of that" in visitor.open("/grid?words=submarine").text


def test_boxes_stand_in_the_grid_for_those_alone_who_may_do_something_with_them(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    boxes = [
        attrs for _, attrs in as_person(world.secretariat).open("/grid").tags if attrs.get("name") == "code"
    ]
    assert [each["value"] for each in boxes] == ["CMM8-R01", "CMM8-R02"]
    for browser in (visitor, as_person(world.focal_point), as_person(world.admin)):
        assert 'name="code"' not in browser.open("/grid").html


def test_a_grid_of_the_past_leads_to_the_past_and_has_no_boxes(world: World, tmp_path: Path) -> None:
    tomorrow = Browser(world.db, tmp_path, lambda: RECORDED_AT + timedelta(days=1)).sign_in(world.secretariat)
    page = tomorrow.open("/grid?as_of=2026-11-24")
    cells = [link for link in page.links if link.startswith("/follow-ups/")]
    assert len(cells) == 4
    assert all("as_of=2026-11-24" in link for link in cells)
    assert 'name="code"' not in page.html
    assert 'name="code"' in tomorrow.open("/grid").html


def test_another_body_is_another_grid_whatever_meeting_stood_there_before(
    world: World, visitor: Browser
) -> None:
    with world.db.write() as tx:
        put_body(tx, "UNESCO-2005")
        put_meeting(tx, "UC8", ADOPTED, body="UNESCO-2005")
        put_partner(tx, "BRA", body="UNESCO-2005")
        put_recommendation(tx, "UC8-R01", "BRA", body="UNESCO-2005")
    page = visitor.open("/grid?body=UNESCO-2005&meeting=CMM8")
    assert "/follow-ups/UC8-R01/BRA" in page.links
    assert "/follow-ups/CMM8-R01/IDN" not in page.links


def test_partners_that_left_stand_after_the_groupings(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        leave = LeaveBody(body=BODY, until=date(2026, 1, 1), reason="Withdrew.")
        handle_partner(tx, OPERATOR, "IDN", leave, context())
    page = visitor.open("/grid?meeting=CMM8")
    heads = page.html.partition("<thead>")[2].partition("</thead>")[0]
    order = [
        heads.index(said) for said in ("Asia", "Europe", "no longer partners", "partner=FRA", "partner=IDN")
    ]
    assert order == sorted(order)
