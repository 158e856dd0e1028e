"""The pictures of the figures on their page, as files, and for programs: everywhere the same numbers."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.builders import (
    RECORDED_AT,
    TODAY,
    context,
    put_meeting,
    put_partner,
    put_recommendation,
    put_report,
)
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_queries import counting
from tracker.kit.db import Database
from tracker.metrics import service
from tracker.metrics.pictures import PICTURES
from tracker.people.commands import RenamePartner
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_partner


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("kept", [False, True])
def test_the_page_shows_every_picture_with_its_table_and_files(
    world: World, visitor: Browser, kept: bool
) -> None:
    if kept:
        service.follow(world.db, RECORDED_AT)
    page = visitor.open("/metrics?meeting=CMM9")
    assert page.status == 200
    pictures = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("class") == "picture inks"]
    assert [attrs["aria-labelledby"] for attrs in pictures] == [f"{n}-title {n}-desc" for n in PICTURES]
    assert all(attrs["role"] == "img" for attrs in pictures)
    assert page.count("figure") == page.count("figcaption") == len(PICTURES)
    for name in PICTURES:
        for kind in ("svg", "csv"):
            assert f"/metrics/CMM9/{name}.{kind}" in page.links
    assert "Counts demonstration data: 1 follow-up of this body." in page.text


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_and_its_numbers_are_files_with_names_of_their_own(
    world: World, visitor: Browser, name: str
) -> None:
    drawn = visitor.open(f"/metrics/CMM9/{name}.svg")
    assert drawn.answer.headers["content-type"] == "image/svg+xml"
    assert f"{TODAY}-CMM9-{name}.svg" in drawn.answer.headers["content-disposition"]
    assert ElementTree.fromstring(drawn.html).tag.endswith("svg")  # noqa: S314 (our own text)
    numbers = visitor.open(f"/metrics/CMM9/{name}.csv")
    assert numbers.answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = visitor.client.get(f"/api/v1/metrics/CMM9/{name}").json()
    found = rows_of(numbers.html)
    assert [list(row.values()) for row in found] == [
        ["" if value is None else str(value) for value in row.values()] for row in told["items"]
    ]
    assert {row["as_of"] for row in found} <= {"2026-11-24", "2018-03-01"}
    assert all(row["position"].isdigit() for row in found)


def test_the_numbers_for_programs_are_those_of_the_figures(world: World, visitor: Browser) -> None:
    whole = visitor.client.get("/api/v1/metrics/CMM9").json()
    told = visitor.client.get("/api/v1/metrics/CMM9/partners").json()["items"]
    by_key = {each["key"]: each for each in whole["figures"] if each["scope"] == "partner"}
    assert {row["partner"]: row["implemented"] for row in told} == {
        key: each["implemented"] for key, each in by_key.items()
    }
    assert {row["partner"]: row["rate"] for row in told} == {
        key: each["rate"] for key, each in by_key.items()
    }
    steps = {
        row["step"]: row["followups"]
        for row in visitor.client.get("/api/v1/metrics/CMM9/cycle").json()["items"]
    }
    flow = whole["waterfall"]
    assert steps == {
        name: flow[name] * (-1 if name in ("implemented", "otherwise_ended") else 1) for name in steps
    }


def test_a_picture_of_the_past_shows_what_was_known_then_to_people_with_a_role(
    world: World, visitor: Browser, db: Database, tmp_path: Path
) -> None:
    tomorrow = RECORDED_AT + timedelta(days=1)
    reader = Browser(db, tmp_path, lambda: tomorrow).sign_in(world.auditor)
    page = reader.open(f"/metrics?meeting=CMM9&as_of={TODAY}")
    assert f"/metrics/CMM9/rates.svg?as_of={TODAY}" in page.links
    assert reader.open(f"/metrics/CMM9/rates.svg?as_of={TODAY}").status == 200
    assert visitor.open("/metrics/CMM9/rates.svg?as_of=2026-11-01").status == 403


@pytest.mark.parametrize(
    "path", ["/metrics/CMM9/pie.svg", "/metrics/CMM99/rates.svg", "/metrics/CMM9/pie.csv"]
)
def test_a_picture_that_there_is_not_is_said_to_be_missing(world: World, visitor: Browser, path: str) -> None:
    assert visitor.open(path).status == 404


def test_a_name_that_looks_like_markup_or_a_formula_is_only_a_name(world: World, visitor: Browser) -> None:
    with world.db.write() as tx:
        handle_partner(tx, OPERATOR, "IDN", RenamePartner(name="=1+1<b>"), context())
    page = visitor.open("/metrics?meeting=CMM9")
    assert "=1+1&lt;b&gt;" in page.html
    assert page.count("b") == 0
    assert "'=1+1<b>" in visitor.open("/metrics/CMM9/partners.csv").html


@pytest.mark.parametrize("kept", [False, True])
def test_more_meetings_partners_and_reports_are_no_more_statements(
    world: World, visitor: Browser, kept: bool
) -> None:
    def asked() -> list[int]:
        if kept:
            service.follow(world.db, RECORDED_AT)
        counts = []
        for path in ("/metrics?meeting=CMM9", "/metrics/CMM9/partners.svg", "/api/v1/metrics/CMM9/rates"):
            with counting(world.db) as statements:
                assert visitor.client.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    few = asked()
    with world.db.write() as tx:
        for number in range(1, 8):
            put_meeting(tx, f"CMM{number}", date(2000 + 2 * number, 3, 2))
        for letter in "ABCDEF":
            put_partner(tx, f"XA{letter}")
            put_recommendation(tx, f"CMM8-R1{ord(letter)}", f"XA{letter}", "IDN")
            put_report(tx, f"CMM8-R1{ord(letter)}", "IDN", "implemented", date(2019, 5, 1))
    assert asked() == few
    assert max(few) <= 30
