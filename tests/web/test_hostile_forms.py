"""Every form with what nobody types by mistake: recorded and harmless, or refused in a sentence, never by halves."""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import pytest

from tests.builders import RECORDED_AT, context
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import AT, SAID, SCRIPT, assert_harmless, recorded
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.identity import links
from tracker.people.policy import OPERATOR

DIRECTIONS = "a\u202eb\u2066c\u200b\u200f\ufeffd 😀"
REFUSED = [
    ("a\x00b", "control characters"),
    ("a\x1b[31mb", "control characters"),
    ("a\x9bb", "control characters"),
    ("x" * 20_001, "at most 20,000 fit"),
]


class Act(NamedTuple):
    """A form, who may send it, what is good, and which of its fields are texts."""

    name: str
    who: str
    good: dict[str, str]
    texts: tuple[str, ...]
    required: tuple[str, ...] = ()


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
    Act("withdraw-report", "focal_point", {"reason": "Another's."}, ("reason",), ("reason",)),
    Act("withdraw-dispute", "secretariat", {"reason": "It is so."}, ("reason",), ("reason",)),
    Act(
        "withdraw-decision",
        "secretariat",
        {"meeting": "CMM8", "reason": "It decided nothing."},
        ("reason",),
        ("reason",),
    ),
]
every_act = pytest.mark.parametrize("act", ACTS, ids=[act.name for act in ACTS])


@pytest.fixture(autouse=True)
def before(reported: World, act: Act) -> None:
    """What must have happened before the form has something to be about."""
    code, partner = AT.split("/")[2:]
    with reported.db.write() as tx:
        report_id = queries.followup(tx, code, partner, RECORDED_AT.date()).report_id or ""
        commands: dict[str, c.FollowupCommand] = {
            "withdraw-dispute": c.DisputeReport(report_id=report_id, reason="Not so."),
            "withdraw-decision": c.CloseFollowup(
                recommendation=code, partner=partner, meeting="CMM8", ending="implemented", reason="Done."
            ),
        }
        if act.name in commands:
            service.handle(tx, OPERATOR, code, partner, commands[act.name], context(), now=RECORDED_AT)


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
def test_a_text_that_cannot_be_recorded_is_refused_beside_its_field(
    reported: World, person: Callable[[str], Browser], act: Act
) -> None:
    browser, before = person(act.who), recorded(reported)
    for field, (words, sentence) in product(act.texts, REFUSED):
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
        token = {"csrf_token": token_of(reported, browser)}
        sent = browser.post(f"{AT}/{act.name}", fields | act.good | token)
        assert sent.status == 403
        assert act.good[act.texts[0]] in sent.text
    assert recorded(reported) == before


def token_of(world: World, browser: Browser) -> str:
    """A good token of this browser: the page of any sign-in link has one, whoever opens it."""
    with world.db.write() as tx:
        link = links.issue(tx, world.admin, RECORDED_AT)
    page = browser.open(f"/sign-in/{link}")
    return next(fields["csrf_token"] for action, fields in page.forms if action.startswith("/sign-in/"))
