"""Links, bodies, addresses, methods, headers and sessions that nobody uses by mistake: a helpful page, nothing written."""

from collections.abc import Callable
from datetime import date
from itertools import product
from urllib.parse import quote, urlencode

from tests.builders import context
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import AT, SAID, SCRIPT, assert_harmless, recorded
from tracker.people import commands as c
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_person

KINDS = [
    "",
    "text/plain",
    "application/json",
    "application/x-www-form-urlencodedx",
]
METHODS = ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"]
HEADERS = [
    ("x-forwarded-host", "evil.example"),
    ("x-http-method-override", "DELETE"),
    ("x-original-url", "/mailbox"),
    ("accept", "application/json, \x00"),
    ("cookie", "tracker-session=\x7f\"';; tracker-visitor=" + "x" * 4_000),
    ("authorization", "Bearer x"),
    ("accept-encoding", "gzip;q=nonsense, br, *"),
    ("range", "bytes=0-0"),
]
EVIDENCE = [
    ("javascript:alert(1)", "is no web address"),
    ("data:text/html,<script>alert(1)</script>", "is no web address"),
    ("//example.org", "is no web address"),
    ("https://", "is no web address"),
    ("https://user:secret@example.org/", "leave user name and password out"),
    ("https://example.org/\x00", "control characters"),
    ("https://example.org/" + "x" * 2_000, "at most 2,000 fit"),
    ("https://example.org:99999/", "is no web address"),
    ("https://[::1/", "is no web address"),
]


def test_a_link_that_is_none_is_refused_beside_the_evidence(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser, before = person("focal_point"), recorded(reported)
    for url, sentence in EVIDENCE:
        page = browser.send(browser.open(f"{AT}/report"), **SAID, evidence_1_url=url, evidence_1_title=SCRIPT)
        assert page.status == 422
        assert sentence in page.text
        assert "#evidence_1_url" in page.links
        assert page.form()[1]["evidence_1_title"] == SCRIPT
        assert_harmless(page)
    assert recorded(reported) == before


def test_a_link_given_twice_is_refused_beside_the_evidence(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser, before = person("focal_point"), recorded(reported)
    twice = {f"evidence_{row}_url": "https://example.org/law" for row in (1, 2)}
    page = browser.send(browser.open(f"{AT}/report"), **SAID, **twice)
    assert page.status == 422
    assert "is given twice" in page.text
    assert "#evidence" in page.links
    assert any(attrs.get("id") == "evidence-error" for _, attrs in page.tags)
    assert recorded(reported) == before


def test_a_link_with_a_hostile_title_is_harmless_wherever_it_shows(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser = person("focal_point")
    form = browser.open(f"{AT}/report")
    browser.send(form, **SAID, evidence_1_url="https://example.org/'onclick=", evidence_1_title=SCRIPT)
    for path in (AT, f"{AT}/correct", "/history?about=CMM8-R01:IDN"):
        page = browser.open(path)
        assert page.status == 200
        assert_harmless(page)


def test_half_a_character_is_refused(reported: World, person: Callable[[str], Browser]) -> None:
    browser, before = person("focal_point"), recorded(reported)
    action, fields = browser.open(f"{AT}/report").form()
    for field in ("narrative", "as_of", "status", "evidence_1_url", "command_id", "version"):
        good = urlencode({name: text for name, text in (fields | SAID).items() if name != field}).encode()
        for broken in (b"%ED%A0%80", b"%C0%AF", b"%F5%80%80%80", b"\xff"):
            page = browser.post(action, good + f"&{field}=".encode() + broken)
            assert page.status == 422
            assert "not UTF-8" in page.text
    assert recorded(reported) == before


def test_a_megabyte_is_answered_by_a_page_that_helps(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser, before = person("focal_point"), recorded(reported)
    page = browser.send(browser.open(f"{AT}/report"), **(SAID | {"narrative": "x" * 1_000_000}))
    assert page.status == 413
    assert "Please go back, shorten the text" in page.text
    assert page.count("main") == 1
    assert recorded(reported) == before


def test_another_kind_of_body_is_refused(reported: World, person: Callable[[str], Browser]) -> None:
    browser, before = person("focal_point"), recorded(reported)
    action, fields = browser.open(f"{AT}/report").form()
    body = urlencode(fields | SAID).encode()
    for kind in KINDS:
        answer = browser.client.post(action, content=body, headers={"content-type": kind})
        assert answer.status_code == 422
        assert "takes a web form" in answer.text
    assert recorded(reported) == before


CODES = [
    "%E2%80%AE",
    "NOPE",
    "cmm8-r01",
    "..%2F..%2Fetc%2Fpasswd",
    quote(SCRIPT, safe=""),
    "%F0%9F%98%80",
    "x" * 3_000,
]
BROKEN = ["%00", "%0A", "%ED%A0%80", "a%1Bb"]
ADDRESSES = [
    "/meetings/{}",
    "/recommendations/{}",
    "/activities/{}",
    "/partners/{}",
    "/follow-ups/{}/IDN",
    "/follow-ups/CMM8-R01/{}",
    "/follow-ups/CMM8-R01/IDN/{}",
    "/follow-ups/CMM8-R01/IDN/receipt/{}",
    "/mailbox/{}",
    "/mailbox/{}/html",
    "/history?about={}",
]


def test_an_unknown_code_is_not_found_and_a_broken_one_refused(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    browser = as_person(world.admin)
    for address in ADDRESSES:
        for code in CODES:
            page = browser.open(address.format(code))
            assert page.status in (404, 422), code
            assert page.count("h1") == 1
            assert_harmless(page)
            assert "Sign out" in page.text or page.status == 404
        for code in BROKEN:
            page = browser.open(address.format(code))
            assert page.status == 422, code
            assert_harmless(page)


FILTERS = [
    "/recommendations",
    "/search",
    "/grid",
    "/metrics",
    "/partners",
    "/activities",
    "/partners/IDN",
    "/sign-in",
]
NAMES = ["body", "meeting", "theme", "partner", "status", "words", "after", "grouping", "kind", "back"]


def test_a_filter_that_makes_no_sense_leaves_a_page_that_does(world: World, visitor: Browser) -> None:
    for path in FILTERS:
        for value in (SCRIPT, "%_\\", "x" * 3_000, "' OR 1=1 --"):
            for name in NAMES:
                page = visitor.open(f"{path}?{urlencode({name: value})}")
                assert page.status == 200, name
                assert_harmless(page)
        assert visitor.open(f"{path}?status=%ED%A0%80").status == 422


DAYS = ["0000-00-00", "0001-01-01", "2026-11-24T00:00", "20261231", "9999-12-31", "-1", "1e3", "%00", SCRIPT]


def test_a_day_that_is_none_never_breaks_a_page(world: World, as_person: Callable[[str], Browser]) -> None:
    for day in DAYS:
        page = as_person(world.auditor).open(f"/?as_of={quote(day, safe='%')}")
        assert page.status == (200 if day == "2026-11-24T00:00" else 422), day
        assert_harmless(page)


def test_what_came_later_is_explained_to_those_who_look_at_the_past(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    page = as_person(world.auditor).open("/recommendations/CMM8-R01?as_of=2020-01-01")
    assert page.status == 404
    assert "at the end of 1 January 2020" in page.text
    assert "/recommendations/CMM8-R01" in page.links


def test_a_head_is_answered_as_the_page_without_its_body(world: World, visitor: Browser) -> None:
    for path in ("/", "/recommendations/CMM8-R01", "/static/tracker.css", "/nowhere"):
        whole, head = visitor.client.get(path), visitor.client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert "content-security-policy" in head.headers


def test_any_other_method_is_refused_with_those_that_work(world: World, visitor: Browser) -> None:
    for method, path in product(METHODS, ("/", AT, f"{AT}/report", "/sign-out", "/sign-in/x")):
        answer = visitor.client.request(method, path)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}
        assert "use the page&#39;s own buttons" in answer.text


def test_a_header_changes_nothing(world: World, visitor: Browser) -> None:
    for name, value in HEADERS:
        answer = visitor.client.get("/recommendations/CMM8-R01", headers={name: value})
        assert answer.status_code == 200
        assert "evil.example" not in answer.text
        assert "Sign out" not in answer.text


def test_a_forged_sign_in_link_signs_nobody_in(world: World, visitor: Browser) -> None:
    for token in ("x", "%00", "x" * 3_000, quote(SCRIPT, safe=""), "%F0%9F%98%80"):
        page = visitor.open(f"/sign-in/{token}")
        assert page.status in (404, 410, 422)
        assert_harmless(page)
        assert visitor.post(f"/sign-in/{token}", {"csrf_token": ""}).status in (403, 404)


def test_an_appointment_that_ended_ends_what_the_session_may_do(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser = person("focal_point")
    form = browser.open(f"{AT}/report")
    with reported.db.write() as tx:
        retire = c.RetireFocalPoint(person_id=reported.focal_point, on=date(2026, 11, 23))
        handle_focal_points(tx, OPERATOR, "ASEM-CMM", "IDN", retire, context())
    before = recorded(reported)
    answer = browser.send(form, **SAID)
    assert answer.status == 403
    assert SAID["narrative"] in answer.text
    assert browser.open(f"{AT}/report").status == 403
    assert "You report for no partner" in browser.open("/my").text
    assert browser.open("/history").status == 403
    assert recorded(reported) == before


def test_a_role_that_was_taken_back_ends_what_the_session_may_do(
    reported: World, person: Callable[[str], Browser]
) -> None:
    browser = person("secretariat")
    form = browser.open(f"{AT}/dispute")
    with reported.db.write() as tx:
        withdraw = c.WithdrawRole(role="secretariat", scope="ASEM-CMM")
        handle_person(tx, OPERATOR, reported.secretariat, withdraw, context())
    before = recorded(reported)
    assert browser.send(form, reason="Not so.").status == 403
    assert browser.open("/history").status == 403
    assert recorded(reported) == before
