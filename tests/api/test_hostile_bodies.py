"""Bodies that no honest program sends: a sentence, nothing recorded, never our fault."""

import json
import zlib
from typing import Any

import pytest

from tests.api.conftest import REPORT, Having, World, problem
from tracker.eventstore.store import head

BROKEN = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"1",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"status":"implemented","status":"not_started"}',
    b'{"status":NaN}',
    b'{"status":Infinity}',
    b'{"n":' + b"9" * 10_000 + b"}",
    b'{"n":1e999}',
    b"\xff\xfe",
    b"{\xed\xa0\x80:1}",
    '{"status":"implemented"}'.encode("utf-16"),
    b'{"\\ud800":1}',
    b'{"' + b"k" * 500 + b'":1}',
    b"{}{}",
    b"{'status':'x'}",
    b"\xef\xbb\xbf{}",
]
WRONG: list[dict[str, Any]] = [
    {"status": "finished"},
    {"status": 1},
    {"status": None},
    {"status": ["implemented"]},
    {"as_of": 0},
    {"as_of": "20261120"},
    {"as_of": "2026-11-20T00:00:00"},
    {"as_of": "2026-02-30"},
    {"as_of": "0001-01-01"},
    {"as_of": True},
    {"narrative": 7},
    {"narrative": {"a": 1}},
    {"narrative": "NUL \u0000"},
    {"narrative": "x" * 20_001},
    {"narrative": "\ud800"},
    {"raw_label": "x" * 501},
    {"evidence": "https://example.org"},
    {"evidence": [{"url": "javascript:alert(1)"}]},
    {"evidence": [{"url": "https://example.org", "more": 1}]},
    {"evidence": [{"url": "https://example.org", "restricted": "yes"}]},
    {"evidence": [{"url": f"https://example.org/{n}"} for n in range(21)]},
    {"evidence": [{}]},
    {"report_id": "mine"},
    {"recommendation": "CMM8-R02"},
    {"extra": {"deep": [[[[]]]]}},
]


@pytest.fixture
def before(world: World) -> int:
    with world.db.read() as conn:
        return head(conn)


def test_what_is_no_json_object_is_refused(having: Having, world: World, before: int) -> None:
    program = having("focal")
    for body in BROKEN:
        problem(program.send(body), 422)
    with world.db.read() as conn:
        assert head(conn) == before + 1  # the token


def test_what_fits_no_field_is_refused_by_the_name_of_the_field(
    having: Having, world: World, before: int
) -> None:
    program = having("focal")
    for wrong in WRONG:
        body = json.dumps(REPORT | wrong).encode()
        said = problem(program.send(body), 422)
        assert said["field"].split(".")[0] in wrong or said["field"] == "raw label", said
    for missing in REPORT:
        body = json.dumps({name: value for name, value in REPORT.items() if name != missing}).encode()
        assert problem(program.send(body), 422)["field"] == missing
    with world.db.read() as conn:
        assert head(conn) == before + 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("closings", {"meeting": "CMM\u0000", "ending": "implemented", "reason": "x"}),
        ("closings", {"meeting": "CMM9\n", "ending": "implemented", "reason": "x"}),
        ("closings", {"meeting": "x" * 100, "ending": "implemented", "reason": "x"}),
        ("validations", {"report_id": "\u0000"}),
        ("validations", {"report_id": ""}),
        ("validations", {"report_id": "x" * 81}),
        ("disputes", {"report_id": "x", "reason": ""}),
        ("due", {"due_on": "9999-12-31", "reason": "x"}),
    ],
)
def test_hostile_texts_in_other_commands_are_refused(kind: str, body: dict[str, Any], having: Having) -> None:
    who = {"validations": "ministry"}.get(kind, "office")
    problem(having(who).post(kind, body), 422)


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"],
)
def test_another_kind_of_body_is_refused(media: str, having: Having) -> None:
    problem(having("focal").send(json.dumps(REPORT).encode(), media=media), 415)


NONE_OF_OURS = [None, "", "trk_x", f"trk_{'0' * 64}{zlib.crc32(b'0' * 64):08x}"]


@pytest.mark.parametrize("token", NONE_OF_OURS)
def test_without_a_good_token_nobody_hears_what_is_wrong_with_a_call(
    token: str | None, having: Having
) -> None:
    client, at = having("focal").client, "/api/v1/followups/CMM8-R01/IDN/reports"
    shown = {} if token is None else {"authorization": f"Bearer {token}"}
    good, kind, key = (
        json.dumps(REPORT).encode(),
        {"content-type": "application/json"},
        {"idempotency-key": "k"},
    )
    for body, headers, query in (
        (good, kind | key, ""),
        (good, kind, ""),
        (good, key, ""),
        (good, key | {"content-type": "text/plain"}, ""),
        (b"{", kind | key, ""),
        (b"\xff", kind | key, ""),
        (b"{}", kind | key, ""),
        (good, kind | key, "?nonsense=1"),
        (good, kind | key | {"if-match": "nonsense"}, ""),
    ):
        answer = client.post(at + query, content=body, headers=headers | shown)
        assert answer.status_code == 401, (body, headers, query)


def test_a_kind_with_a_parameter_is_taken(having: Having) -> None:
    answer = having("focal").send(json.dumps(REPORT).encode(), media="application/json; charset=utf-8")
    assert answer.status_code == 200


@pytest.mark.timeout(60)
def test_the_one_field_of_a_hundred_thousand_that_comes_twice_is_found_at_once(having: Having) -> None:
    names = ",".join(f'"{number:x}":1' for number in range(90_000))
    said = problem(having("focal").send(f'{{{names},"z":1,"z":2}}'.encode()), 422)
    assert said["field"] == "z"


def test_a_megabyte_is_refused(having: Having) -> None:
    problem(having("focal").send(b'{"narrative":"' + b"x" * 1_000_000 + b'"}'), 413)


def test_a_failure_of_ours_is_told_without_our_insides(
    having: Having, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("tracker.meetings.queries.bodies", fails)
    answer = having().get("bodies")
    problem(answer, 500)
    assert "secret" not in answer.text
