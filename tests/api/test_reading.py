"""What programs may ask, and what they get."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.api.conftest import OWN, REPORT, Clock, Having, World, problem
from tests.builders import put_recommendation
from tests.web.browser import Browser
from tracker.kit.clock import utc_now
from tracker.people.policy import ACTIONS
from tracker.people.routes import rules

PUBLIC = [
    "bodies",
    "meetings",
    "meetings?body=ASEM-CMM",
    "meetings/CMM8",
    "recommendations",
    "recommendations?meeting=CMM8&partner=IDN&status=not_started&text=creative&kind=recommendation",
    "recommendations/CMM8-R01",
    "activities",
    "partners",
    "partners/IDN",
    "followups/CMM8-R01/IDN",
    "grid?meeting=CMM8",
    "grid?body=ASEM-CMM&partner=IDN&grouping=Asia",
    "metrics/CMM9",
    "metrics/CMM9/rates",
    "search?words=creative&kind=recommendation&meeting=CMM8&limit=5",
    "openapi.json",
]
FOR_AUDIT = [
    "history/CMM8-R01",
    "history/CMM8-R01:IDN",
    "events",
    "events?after=3&limit=2",
    "changes?since=CMM8",
    "changes?since=2026-01-01&until=2026-11-23&by=recorded",
    "recommendations/CMM8-R01?as_of=2026-11-23",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_needs_no_token(path: str, having: Having) -> None:
    answer = having().get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize("path", FOR_AUDIT)
def test_what_is_for_people_with_a_role_needs_a_token_that_is_meant_for_it(path: str, having: Having) -> None:
    # The small tracker was not there yet on the day before.
    expected = 404 if "as_of" in path else 200
    assert having("reader").get(path).status_code == expected
    assert having("focal", "audit").get(path).status_code == expected
    unknown = having().get(path)
    problem(unknown, 401)
    assert unknown.headers["www-authenticate"] == 'Bearer realm="tracker"'
    assert "not meant for that (audit.read)" in problem(having("reader", "read").get(path), 403)["detail"]


def test_every_route_for_programs_names_its_action(having: Having) -> None:
    found = [rule for rule in rules(having().app) if rule.path.startswith("/api/v1")]
    assert len(found) > 20
    assert {rule.action for rule in found} <= ACTIONS.keys()


def test_me_tells_whose_token_it_is_and_what_it_may(having: Having, world: World) -> None:
    me = having("focal", "report").get("me").json()
    assert (me["name"], me["represents"]) == ("Focal", [["ASEM-CMM", "IDN"]])
    assert me["scopes"] == [
        "account.own",
        "followup.correct",
        "followup.report",
        "followup.respond",
        "read.embargoed",
        "read.public",
    ]
    problem(having().get("me"), 401)


def test_a_follow_up_tells_its_version_as_etag(having: Having) -> None:
    assert having().get("followups/CMM8-R01/IDN").headers["etag"] == '"1"'
    assert having().get("followups/CMM8-R02/IDN").headers["etag"] == '"0"'


def test_restricted_evidence_and_people_are_shown_to_whom_they_concern_alone(
    having: Having, world: World
) -> None:
    paths = ["followups/CMM8-R01/IDN", "recommendations/CMM8-R01"]
    for path in paths:
        assert "example.org/secret" not in having().get(path).text
        assert "operator" not in having().get(path).text
        assert "example.org/secret" in having("focal").get(path).text
        assert "example.org/secret" not in having("focal", "report").get(path).text
        assert "operator" in having("reader").get(path).text
    assert "example.org/secret" not in having("reader").get("events?limit=1000").text
    assert "example.org/secret" in having("auditor").get("events?limit=1000").text
    assert "example.org/secret" not in having("auditor").get("history/CMM8-R01:IDN").text


def test_a_list_is_read_a_part_at_a_time_to_its_end(having: Having, world: World) -> None:
    with world.db.write() as tx:
        for number in (3, 10, 4):
            put_recommendation(tx, f"CMM8-R{number:02}", "IDN")
    program, after, seen = having(), "", []
    while after is not None:
        part = program.get(f"recommendations?limit=2&after={after}").json()
        assert len(part["items"]) <= 2
        seen += [each["code"] for each in part["items"]]
        after = part["next"]
    assert seen == ["CMM8-R01", "CMM8-R02", "CMM8-R03", "CMM8-R04", "CMM8-R10"]


def test_the_log_is_read_to_its_end_without_a_gap(having: Having) -> None:
    program, after, seen = having("auditor"), 0, []
    while after is not None:
        part = program.get(f"events?limit=7&after={after}").json()
        seen += [each["position"] for each in part["items"]]
        after = part["next"]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 20


def test_a_filter_with_a_slip_in_its_name_or_value_is_refused(having: Having) -> None:
    program = having("reader")
    for path, status in (
        ("recommendations?partnr=IDN", 422),
        ("recommendations?status=finished", 422),
        ("recommendations?limit=0", 422),
        ("recommendations?limit=1000000", 422),
        ("recommendations?partner=NOPE", 404),
        ("recommendations?theme=nothing", 404),
        ("grid?grouping=Nowhere&body=ASEM-CMM", 404),
        ("meetings?body=NOPE", 404),
        ("events?after=-1", 422),
        ("events?after=99999999999999999999999", 422),
        ("changes?since=yesterday", 422),
        ("changes?since=2026-11-23&until=2026-11-22", 422),
        ("changes?since=9999-12-31", 422),
        ("changes", 422),
        ("recommendations?as_of=2099-01-01", 422),
        ("recommendations?as_of=nonsense", 422),
        ("meetings/%00", 422),
        ("recommendations?text=%00", 422),
        ("meetings/NOPE", 404),
        ("nothing", 404),
        ("", 404),
    ):
        problem(program.get(path), status)


def test_a_method_that_an_address_does_not_know_is_refused(having: Having) -> None:
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        answer = having("admin").client.request(method, "/api/v1/bodies")
        problem(answer, 405)
        assert answer.headers["allow"] == "GET"


def test_what_was_known_then_is_told_to_those_who_may_ask(having: Having, world: World, clock: Clock) -> None:
    clock.now = utc_now() + timedelta(days=1)
    having("focal").post("reports", REPORT)
    program = having("auditor")
    path = "followups/CMM8-R01/IDN?as_of="
    assert (
        program.get(path + f"{clock.now.date() - timedelta(days=1)}").json()["status"]
        == "under_implementation"
    )
    problem(program.get(path + "2026-01-01"), 404)


def test_a_cookie_opens_nothing(world: World, tmp_path: Path, clock: Clock) -> None:
    browser = Browser(world.db, tmp_path, clock)
    browser.sign_in(world.people["focal"])
    assert browser.client.get("/account/details").status_code == 200
    problem(browser.client.get("/api/v1/me"), 401)
    key = {"idempotency-key": "1"}
    problem(browser.client.post(f"{OWN}/reports", json=REPORT, headers=key), 401)


def test_the_description_names_every_route_and_the_way_in(having: Having) -> None:
    program = having()
    described = program.get("openapi.json").json()
    routes = {rule.path for rule in rules(program.app) if rule.path.startswith("/api/v1")}
    assert set(described["paths"]) == routes - {"/api/v1/openapi.json"}
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    text = program.get("openapi.json").text
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= described["components"]["schemas"].keys()
