"""What nobody sends by mistake: shown harmlessly or refused in a sentence, and never half recorded."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import func, select

from tests.builders import context, put_report
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.eventstore.tables import events
from tracker.people import commands as c
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_person

AT = "/follow-ups/CMM8-R01/IDN"
SCRIPT = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>\"' {{ 7*7 }} {% raw %}"
DIRECTIONS = "a\u202eb\u2066c\u200b\u200f\ufeffd 😀"
REFUSED = {
    "nul": ("a\x00b", "control characters"),
    "terminal codes": ("a\x1b[31mb", "control characters"),
    "C1 controls": ("a\x9bb", "control characters"),
    "too long": ("x" * 20_001, "at most 20,000 fit"),
}


class Act(NamedTuple):
    """A form, who may send it, what is good, and which of its fields are texts."""

    name: str
    who: str
    good: dict[str, str]
    texts: tuple[str, ...]
    required: tuple[str, ...] = ()


SAID = {"status": "implemented", "as_of": "2026-11-21", "narrative": "All of it is done, and more."}
ACTS = [
    Act("report", "focal_point", SAID, ("narrative",)),
    Act("respond", "focal_point", {"response": "supported", "note": "Gladly."}, ("note",)),
    Act("correct", "focal_point", SAID | {"reason": "A slip."}, ("narrative", "reason"), ("reason",)),
    Act("verify", "secretariat", {"note": "Seen."}, ("note",), ("note",)),
    Act("dispute", "secretariat", {"reason": "Not so."}, ("reason",), ("reason",)),
    Act("due", "secretariat", {"due_on": "2027-01-31", "reason": "Agreed."}, ("reason",), ("reason",)),
    Act(
        "close",
        "secretariat",
        {"meeting": "CMM8", "ending": "closed_by_meeting", "reason": "Taken off."},
        ("reason",),
        ("reason",),
    ),
]
every_act = pytest.mark.parametrize("act", ACTS, ids=[act.name for act in ACTS])


@pytest.fixture
def reported(world: World) -> World:
    """A report of Indonesia, so that every form is open."""
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", date(2026, 11, 1), narrative="A beginning.")
    return world


@pytest.fixture
def person(reported: World, as_person: Callable[[str], Browser]) -> Callable[[str], Browser]:
    """A browser of the focal point, the secretariat, the auditor or the administrator."""
    return lambda who: as_person(getattr(reported, who))


def recorded(world: World) -> int:
    """How many events the log holds."""
    with world.db.read() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def assert_harmless(page: Page) -> None:
    """Nothing on the page runs, and nobody sees our insides."""
    assert page.count("script") == 0
    assert not [a for tag, a in page.tags if tag == "img" or any(name.startswith("on") for name in a)]
    assert "Traceback" not in page.html
    assert "sqlalchemy" not in page.html.lower()


@every_act
@pytest.mark.parametrize("words", [SCRIPT, DIRECTIONS], ids=["script", "directions"])
def test_a_text_is_recorded_as_typed_and_harmless_on_every_page(
    reported: World, person: Callable[[str], Browser], act: Act, words: str
) -> None:
    browser = person(act.who)
    receipt = browser.send(
        browser.open(f"{AT}/{act.name}"), **(act.good | dict.fromkeys(act.texts, f"{words} {act.name}"))
    )
    assert receipt.status == 200
    assert_harmless(receipt)
    reader = person("auditor")
    for path in ("/", AT, "/recommendations/CMM8-R01", "/partners/IDN", "/history", "/my", "/grid"):
        assert_harmless(reader.open(path))
    assert f"{words} {act.name}" in reader.open(AT).text
    assert_harmless(reader.open("/history?about=CMM8-R01:IDN"))


@every_act
@pytest.mark.parametrize("case", REFUSED)
def test_a_text_that_cannot_be_recorded_is_refused_beside_its_field(
    reported: World, person: Callable[[str], Browser], act: Act, case: str
) -> None:
    browser, before = person(act.who), recorded(reported)
    words, sentence = REFUSED[case]
    for field in act.texts:
        page = browser.send(browser.open(f"{AT}/{act.name}"), **(act.good | {field: words}))
        assert page.status == 422
        assert sentence in page.text
        assert f"#{field}" in page.links
        assert page.form()[1][field].replace("\ufffd", "\x00") == words
    assert recorded(reported) == before


@every_act
def test_marks_that_nobody_sees_are_no_text(
    reported: World, person: Callable[[str], Browser], act: Act
) -> None:
    browser, before = person(act.who), recorded(reported)
    for field in act.required:
        page = browser.send(browser.open(f"{AT}/{act.name}"), **(act.good | {field: "\u200b\u2060 \u202e"}))
        assert page.status == 422
        assert f"#{field}" in page.links
    assert recorded(reported) == before


@every_act
def test_every_field_may_be_missing_empty_or_unknown(
    reported: World, person: Callable[[str], Browser], act: Act
) -> None:
    browser, before = person(act.who), recorded(reported)
    page = browser.open(f"{AT}/{act.name}")
    action, fields = page.form()
    for field in act.good:
        for value in ("", SCRIPT, "x" * 3_000, "9999-12-31", "0001-01-01", "\u0663"):
            if field in act.texts and (value or field not in act.required):
                continue
            answer = browser.post(action, fields | act.good | {field: value, "note": "", "narrative": ""})
            assert answer.status in (404, 422), (field, value, answer.status)
            assert_harmless(answer)
    assert browser.post(action, {"csrf_token": fields["csrf_token"]}).status == 422
    assert recorded(reported) == before


@every_act
def test_hidden_fields_are_not_trusted(reported: World, person: Callable[[str], Browser], act: Act) -> None:
    browser, before = person(act.who), recorded(reported)
    action, fields = browser.open(f"{AT}/{act.name}").form()
    for command_id in ("", "x", "a\x00b", "x" * 5_000, SCRIPT):
        answer = browser.post(action, fields | act.good | {"command_id": command_id})
        assert answer.status == 422
        assert "open the page and send it again" in answer.text
    answer = browser.post(action, fields | act.good | {"version": "0"})
    assert answer.status == 409
    assert answer.form()[1][act.texts[0]] == act.good[act.texts[0]]
    if "report_id" in fields:
        for report_id in ("", "none", "a\x00b", SCRIPT):
            assert browser.post(action, fields | act.good | {"report_id": report_id}).status in (
                403,
                404,
                422,
            )
    assert recorded(reported) == before


@every_act
def test_a_form_counts_once_however_often_it_is_sent(
    reported: World, person: Callable[[str], Browser], act: Act
) -> None:
    browser, before = person(act.who), recorded(reported)
    form = browser.open(f"{AT}/{act.name}")
    receipts = {str(browser.send(form, **act.good).answer.url) for _ in range(3)}
    assert len(receipts) == 1
    assert "/receipt/" in receipts.pop()
    assert recorded(reported) == before + 1


@every_act
def test_nobody_sends_a_form_without_the_right_to_it(
    reported: World, person: Callable[[str], Browser], visitor: Browser, act: Act
) -> None:
    before = recorded(reported)
    _, fields = person(act.who).open(f"{AT}/{act.name}").form()
    allowed = {"focal_point": ("focal_point", "secretariat"), "secretariat": ("secretariat", "auditor")}
    for who in ("visitor", "focal_point", "secretariat", "auditor", "admin"):
        if who in allowed[act.who]:
            continue
        browser = visitor if who == "visitor" else person(who)
        shown = browser.open(f"{AT}/{act.name}")
        assert shown.status == 403
        assert ("Please sign in first" in shown.text) == (who == "visitor")
        stolen = browser.post(f"{AT}/{act.name}", fields | act.good)
        assert stolen.status == 403
        token = {"csrf_token": token_of(browser)}
        sent = browser.post(f"{AT}/{act.name}", fields | act.good | token)
        assert sent.status == 403
        assert act.good[act.texts[0]] in sent.text
    assert recorded(reported) == before


def token_of(browser: Browser) -> str:
    """A good token of this browser; the public gets one with the button of a sign-in link."""
    forms = browser.open("/recommendations").forms
    return next((fields["csrf_token"] for _, fields in forms if "csrf_token" in fields), "")


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


@pytest.mark.parametrize(("url", "sentence"), EVIDENCE)
def test_a_link_that_is_none_is_refused_beside_the_evidence(
    reported: World, person: Callable[[str], Browser], url: str, sentence: str
) -> None:
    browser, before = person("focal_point"), recorded(reported)
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


@pytest.mark.parametrize("field", ["narrative", "as_of", "status", "evidence_1_url", "command_id", "version"])
def test_half_a_character_is_refused(reported: World, person: Callable[[str], Browser], field: str) -> None:
    browser, before = person("focal_point"), recorded(reported)
    action, fields = browser.open(f"{AT}/report").form()
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


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencodedx",
    ],
)
def test_another_kind_of_body_is_refused(
    reported: World, person: Callable[[str], Browser], kind: str
) -> None:
    browser, before = person("focal_point"), recorded(reported)
    action, fields = browser.open(f"{AT}/report").form()
    body = urlencode(fields | SAID).encode()
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


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_code_is_not_found_and_a_broken_one_refused(
    world: World, as_person: Callable[[str], Browser], address: str
) -> None:
    browser = as_person(world.admin)
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


FILTERS = ["/recommendations", "/grid", "/metrics", "/partners", "/activities", "/partners/IDN", "/sign-in"]
NAMES = ["body", "meeting", "theme", "partner", "status", "words", "after", "grouping", "kind", "back"]


@pytest.mark.parametrize("path", FILTERS)
def test_a_filter_that_makes_no_sense_leaves_a_page_that_does(
    world: World, visitor: Browser, path: str
) -> None:
    for value in (SCRIPT, "%_\\", "x" * 3_000, "' OR 1=1 --"):
        for name in NAMES:
            page = visitor.open(f"{path}?{urlencode({name: value})}")
            assert page.status == 200, name
            assert_harmless(page)
    assert visitor.open(f"{path}?status=%ED%A0%80").status == 422


DAYS = ["0000-00-00", "0001-01-01", "2026-11-24T00:00", "20261231", "9999-12-31", "-1", "1e3", "%00", SCRIPT]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_is_none_never_breaks_a_page(
    world: World, as_person: Callable[[str], Browser], day: str
) -> None:
    page = as_person(world.auditor).open(f"/?as_of={quote(day, safe='%')}")
    assert page.status == (200 if day == "0001-01-01" else 422)
    assert_harmless(page)


def test_what_came_later_is_explained_to_those_who_look_at_the_past(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    page = as_person(world.auditor).open("/recommendations/CMM8-R01?as_of=2020-01-01")
    assert page.status == 404
    assert "at the end of 1 January 2020" in page.text
    assert "/recommendations/CMM8-R01" in page.links


@pytest.mark.parametrize("path", ["/", "/recommendations/CMM8-R01", "/static/tracker.css", "/nowhere"])
def test_a_head_is_answered_as_the_page_without_its_body(world: World, visitor: Browser, path: str) -> None:
    whole, head = visitor.client.get(path), visitor.client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert "content-security-policy" in head.headers


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", AT, f"{AT}/report", "/sign-out", "/sign-in/x"])
def test_any_other_method_is_refused_with_those_that_work(
    world: World, visitor: Browser, method: str, path: str
) -> None:
    answer = visitor.client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}
    assert "use the page&#39;s own buttons" in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-http-method-override", "DELETE"),
        ("x-original-url", "/mailbox"),
        ("accept", "application/json, \x00"),
        ("cookie", "tracker-session=\x7f\"';; tracker-visitor=" + "x" * 4_000),
        ("authorization", "Bearer x"),
        ("accept-encoding", "gzip;q=nonsense, br, *"),
        ("range", "bytes=0-0"),
    ],
)
def test_a_header_changes_nothing(world: World, visitor: Browser, name: str, value: str) -> None:
    answer = visitor.client.get("/recommendations/CMM8-R01", headers={name: value})
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert "Sign out" not in answer.text


@pytest.mark.parametrize("token", ["x", "%00", "x" * 3_000, quote(SCRIPT, safe=""), "%F0%9F%98%80"])
def test_a_forged_sign_in_link_signs_nobody_in(world: World, visitor: Browser, token: str) -> None:
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
