"""What programs may command: once, on what they saw, and only about what is theirs."""

from typing import Any

import pytest

from tests.api.conftest import OWN, REPORT, Having, World, problem
from tests.builders import put_report
from tests.web.browser import without_reference
from tracker.eventstore.store import load

GOOD: dict[str, tuple[str, dict[str, Any], str]] = {
    "reports": ("focal", REPORT | {"evidence": [{"url": "https://example.org/law"}]}, "progress_reported"),
    "responses": ("focal", {"response": "supported", "note": "Gladly."}, "response_recorded"),
    "corrections": (
        "focal",
        REPORT | {"report_id": "REPORT", "reason": "A slip.", "as_of": "2026-11-01"},
        "report_corrected",
    ),
    "validations": ("ministry", {"report_id": "REPORT"}, "report_validated"),
    "verifications": ("auditor", {"report_id": "REPORT", "note": "Seen."}, "report_verified"),
    "disputes": ("office", {"report_id": "REPORT", "reason": "It is not so."}, "report_disputed"),
    "closings": (
        "office",
        {"meeting": "CMM9", "ending": "implemented", "reason": "Decided."},
        "closed",
    ),
    "due": ("office", {"due_on": "2027-06-01", "reason": "Elections."}, "due_moved"),
}


def filled(kind: str, world: World) -> dict[str, Any]:
    """A good body of this kind, about the report that there is."""
    body = GOOD[kind][1]
    return body | ({"report_id": world.report_id} if "report_id" in body else {})


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_command_is_recorded_with_its_door(kind: str, having: Having, world: World) -> None:
    who, _, event = GOOD[kind]
    answer = having(who).post(kind, filled(kind, world), key="k1")
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["command_id"], done["repeated"]) == ("k1", False)
    assert [each["type"] for each in done["events"]] == [f"followup.{event}"]
    assert answer.headers["etag"] == '"2"'
    with world.db.read() as conn:
        last = load(conn, "followup-CMM8-R01:IDN")[-1]
    assert (last.actor_id, last.metadata) == (world.people[who], {"door": "api"})


def test_a_meeting_reopens_what_one_closed(having: Having, world: World) -> None:
    office = having("office")
    assert office.post("closings", filled("closings", world)).status_code == 200
    answer = office.post("reopenings", {"meeting": "CMM9", "reason": "It is not done."})
    assert [each["type"] for each in answer.json()["events"]] == ["followup.reopened"]


@pytest.mark.parametrize("kind", GOOD)
def test_a_token_without_the_scope_is_refused_and_so_is_nobody(
    kind: str, having: Having, world: World
) -> None:
    who = GOOD[kind][0]
    body = filled(kind, world)
    assert "not meant for that" in problem(having(who, "read").post(kind, body), 403)["detail"]
    unknown = having().post(kind, body)
    problem(unknown, 401)
    assert unknown.headers["www-authenticate"] == 'Bearer realm="tracker"'


def test_the_same_call_again_gives_the_same_answer_and_writes_nothing(having: Having, world: World) -> None:
    program = having("focal")
    first, again = (program.post("reports", REPORT, key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json() | {"repeated": True}
    with world.db.read() as conn:
        assert len(load(conn, "followup-CMM8-R01:IDN")) == 2


def test_a_key_stands_for_one_command_of_one_person(having: Having) -> None:
    having("focal").post("reports", REPORT, key="k1")
    other = having("focal").post("reports", REPORT | {"narrative": "Another."}, key="k1")
    assert "used for another command" in problem(other, 409)["detail"]
    assert having("office").post("reports", REPORT, key="k1").status_code == 200


def test_a_command_on_what_is_no_longer_so_is_refused(having: Having) -> None:
    program = having("focal")
    assert program.post("reports", REPORT, **{"if-match": '"1"'}).status_code == 200
    problem(program.post("reports", REPORT, **{"if-match": '"1"'}), 412)
    assert program.post("responses", {"response": "noted"}, **{"if-match": "*"}).status_code == 200
    for given in ("1", 'W/"3"', '"x"', '"-1"', '"99999999999"'):
        said = problem(program.post("reports", REPORT, **{"if-match": given}), 422)
        assert said["field"] == "If-Match"


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "a b"])
def test_a_key_that_is_none_is_refused(key: str, having: Having) -> None:
    program = having("focal")
    headers = program.headers() | {"idempotency-key": key}
    answer = program.client.post(f"{OWN}/reports", json=REPORT, headers=headers)
    assert problem(answer, 422)["field"].lower() == "idempotency-key"


def test_without_a_key_nothing_is_recorded(having: Having) -> None:
    program = having("focal")
    answer = program.client.post(f"{OWN}/reports", json=REPORT, headers=program.headers())
    assert problem(answer, 422)["field"] == "idempotency-key"


def test_nobody_vouches_for_a_report_of_their_own(having: Having, world: World) -> None:
    made = having("office").post("reports", REPORT, key="k1").json()
    with world.db.read() as conn:
        event: Any = load(conn, "followup-CMM8-R01:IDN")[-1].event
    assert made["events"]
    said = problem(having("office").post("verifications", {"report_id": event.report_id}), 403)
    assert "made this report yourself" in said["detail"]


def test_rules_of_the_domain_refuse_with_their_sentence(having: Having, world: World) -> None:
    ahead = problem(having("focal").post("reports", REPORT | {"as_of": "2026-12-24"}), 422)
    assert (ahead["field"], "lies in the future" in ahead["detail"]) == ("as_of", True)
    problem(having("office").post("reopenings", {"meeting": "CMM9", "reason": "x"}), 422)
    problem(having("office").post("closings", filled("closings", world) | {"meeting": "NOPE"}), 404)


def test_a_thousand_foreign_and_unknown_follow_ups_are_answered_alike(having: Having) -> None:
    program = having("focal")
    foreign = [("CMM8-R01", "FRA")] * 100
    undirected = [("CMM8-R02", "FRA")] * 100
    unknown = [(f"CMM8-R{number}", "IDN") for number in range(100, 500)]
    nobody = [("CMM8-R01", f"X{number}") for number in range(400)]
    answers = set()
    for recommendation, partner in foreign + undirected + unknown + nobody:
        answer = program.post("reports", REPORT, at=f"/api/v1/followups/{recommendation}/{partner}")
        answers.add(
            (
                answer.status_code,
                without_reference(answer.text).replace(f"{recommendation}:{partner}", "CODE"),
            )
        )
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_a_report_of_another_follow_up_is_one_that_there_is_not(having: Having, world: World) -> None:
    with world.db.write() as tx:
        foreign = put_report(tx, "CMM8-R01", "FRA", "implemented")
    program, said = having("auditor"), []
    for report_id in (foreign, "no-such-report"):
        answer = program.post("verifications", {"report_id": report_id})
        said.append((answer.status_code, without_reference(answer.text).replace(report_id, "ID")))
    assert said[0] == said[1]
    assert said[0][0] == 422
