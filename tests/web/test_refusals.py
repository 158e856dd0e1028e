"""What the policy refuses, and forms of foreign pages: noted without secrets, and in no number that fills a disk."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import RECORDED_AT
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import AT
from tracker.identity import limits, links, refusals, security_log
from tracker.identity.came import Came
from tracker.identity.security_log import Entry
from tracker.kit.db import Database
from tracker.kit.errors import Unavailable

Person = Callable[[str], Browser]


def noted(world: World, what: str = "refused") -> list[Entry]:
    with world.db.read() as conn:
        return list(security_log.entries(conn, what=what, limit=10_000))


def test_who_is_refused_by_the_policy_is_noted_with_the_route_and_the_network_address(
    world: World, person: Person
) -> None:
    person("focal_point").open("/people/somebody/grant")
    person("focal_point").open("/security?client=x")
    found = [(each.person_id, each.client, each.facts) for each in noted(world)]
    assert found == [
        (world.focal_point, "192.0.2.200", {"thing": "action", "asked": f"GET {route}"})
        for route in ("/security", "/people/{person_id}/grant")
    ]


def test_a_form_of_another_page_is_noted(world: World, visitor: Browser, person: Person) -> None:
    assert visitor.post("/sign-in", {"email": "x@example.org", "csrf_token": "forged"}).status == 403
    assert person("focal_point").post(f"{AT}/report", {"csrf_token": "forged"}).status == 403
    assert [(each.facts["thing"], each.facts["asked"]) for each in noted(world)] == [
        ("form", "POST /follow-ups/{recommendation}/{partner}/report"),
        ("form", "POST /sign-in"),
    ]


def test_who_is_only_not_signed_in_is_led_to_sign_in_and_not_noted(world: World, visitor: Browser) -> None:
    for path in ("/security", "/my", "/people", f"{AT}/report"):
        assert visitor.open(path).status == 403
    assert noted(world) == []


def test_no_secret_comes_into_the_log(
    world: World, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with world.db.write() as tx:
        link = links.issue(tx, world.admin, RECORDED_AT)
    with caplog.at_level(logging.INFO):
        form = {"csrf_token": "s3cret-token", "email": "admin@example.org", "code": "123456"}
        assert visitor.post(f"/sign-in/{link}?next=s3cret", form).status == 403
    told = str(noted(world)) + caplog.text.partition("HTTP Request")[0]
    assert "/sign-in/{token}" in told
    for secret in (link, "s3cret", "admin@example.org", "123456"):
        assert secret not in told


def test_somebody_who_is_refused_a_thousand_times_fills_a_hundred_lines(world: World) -> None:
    came = Came("192.0.2.1", "", RECORDED_AT)
    with world.db.write() as tx:
        for _ in range(1_000):
            refusals.note(tx, came, "action", person_id=world.focal_point, asked="GET /x")
            refusals.note(tx, came, "form", asked="POST /x")
    assert len(noted(world)) == 200
    assert [each.facts["limit"] for each in noted(world, "limited")] == ["refusals-by", "refusals-of"]


def test_strangers_from_everywhere_fill_two_thousand_lines_a_day_together(world: World) -> None:
    with world.db.write() as tx:
        for number in range(2_500):
            refusals.note(tx, Came(f"2001:db8:{number:x}::/64", "", RECORDED_AT), "form")
        refusals.note(tx, Came("192.0.2.1", "", RECORDED_AT), "action", person_id=world.focal_point)
    assert limits.REFUSALS_OF_STRANGERS.most == 2_000
    assert len(noted(world)) == 2_001  # of people who are known there is still room
    assert [each.facts["limit"] for each in noted(world, "limited")] == ["refusals"]


def test_wrong_recovery_codes_without_end_fill_no_disk(world: World, person: Person) -> None:
    browser = person("focal_point")
    page = browser.open("/account/details")
    form = {"csrf_token": page.forms[0][1]["csrf_token"], "code": "abcd-" * 6}
    for _ in range(limits.REFUSALS_OF_A_PERSON.most + 5):
        assert browser.post("/account/second-factor", form).status == 422
    assert len(noted(world)) == limits.REFUSALS_OF_A_PERSON.most


def test_a_refusal_stands_though_it_cannot_be_noted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT).sign_in(world.focal_point)

    def away(self: Database, work: object) -> None:
        raise Unavailable("The database is away.")

    monkeypatch.setattr(Database, "run", away)
    assert browser.open("/security").status == 403
    assert "could not be noted" in caplog.text
