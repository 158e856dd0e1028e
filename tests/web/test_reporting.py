"""Logging progress in a browser: happy, wrong, twice, too late, and not allowed."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.eventstore.store import load
from tracker.eventstore.tables import events
from tracker.kit.db import Database

AT = "/follow-ups/CMM8-R01/IDN"
STREAM = "followup-CMM8-R01:IDN"
GOOD = {
    "status": "under_implementation",
    "as_of": "2026-11-20",
    "narrative": "A first draft is with the partners.",
}


def recorded(db: Database) -> int:
    with db.read() as connection:
        return int(connection.execute(select(func.count()).where(events.c.stream_id == STREAM)).scalar_one())


def test_a_report_is_recorded_and_answered_by_a_receipt(world: World, focal: Browser) -> None:
    receipt = focal.send(
        focal.open(f"{AT}/report"), **GOOD, evidence_1_url="https://example.org/x", evidence_1_title="Draft"
    )
    assert receipt.status == 200
    assert "/receipt/" in str(receipt.answer.url)
    with world.db.read() as connection:
        (event,) = load(connection, STREAM)
    assert event.event_id in receipt.text
    assert f"{event.position:,}" in receipt.text
    assert (event.actor_id, event.metadata) == (world.focal_point, {"door": "web"})
    page = focal.open(AT)
    assert GOOD["narrative"] in page.text
    assert "https://example.org/x" in page.links


def test_the_receipt_tells_what_was_reported_and_leads_to_its_correction(focal: Browser) -> None:
    receipt = focal.send(
        focal.open(f"{AT}/report"), **GOOD, evidence_1_url="https://example.org/x", evidence_1_title="Draft"
    )
    for told in ("Under implementation", "20 November 2026", GOOD["narrative"]):
        assert told in receipt.text
    assert "https://example.org/x" in receipt.links
    (correct,) = [link for link in receipt.links if link.startswith(f"{AT}/correct?report=")]
    assert focal.open(correct).form()[1]["narrative"] == GOOD["narrative"]


def test_all_that_is_wrong_with_a_report_is_told_at_once(focal: Browser) -> None:
    wrong = {"as_of": "2030-01-01", "evidence_1_url": "a photograph"}
    page = focal.send(focal.open(f"{AT}/report"), **(GOOD | wrong))
    assert page.status == 422
    for field, sentence in (("as_of", "lies in the future"), ("evidence_1_url", "is no web address")):
        beside = page.html.partition(f'id="{field}-error"')[2].partition("<input")[0]
        assert sentence in beside, field


def test_a_form_sent_twice_is_one_event_and_the_same_receipt(world: World, focal: Browser) -> None:
    form = focal.open(f"{AT}/report")
    first, second = focal.send(form, **GOOD), focal.send(form, **GOOD)
    assert recorded(world.db) == 1
    assert second.status == 200
    assert second.answer.url == first.answer.url


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("status", "", "Please say where implementation stands."),
        ("as_of", "yesterday", "Please give the date as year-month-day"),
        ("as_of", "2030-01-01", "lies in the future"),
        ("as_of", "2001-01-01", "lies before"),
        ("narrative", "a\x00b", "control characters"),
        ("narrative", "x" * 20_001, "at most 20,000 fit"),
        ("narrative", "", "Please say in a sentence what"),
        ("evidence_1_url", "javascript:alert(1)", "is no web address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    world: World, focal: Browser, field: str, typed: str, sentence: str
) -> None:
    page = focal.send(focal.open(f"{AT}/report"), **(GOOD | {field: typed}))
    assert page.status == 422
    assert sentence in page.text
    assert "Please look at this" in page.text
    _, kept = page.form()
    other = "narrative" if field != "narrative" else "as_of"
    assert kept[other] == GOOD[other]
    assert recorded(world.db) == 0


def test_an_error_stands_beside_its_field_too(focal: Browser) -> None:
    page = focal.send(focal.open(f"{AT}/report"), **(GOOD | {"as_of": "soon"}))
    assert "#as_of" in page.links
    field = next(attrs for tag, attrs in page.tags if attrs.get("id") == "as_of")
    assert field["aria-invalid"] == "true"
    assert "as_of-error" in field["aria-describedby"]
    assert any(attrs.get("id") == "as_of-error" for _, attrs in page.tags)


def test_a_writer_who_was_overtaken_sees_both_texts_and_can_send_again(world: World, focal: Browser) -> None:
    mine = focal.open(f"{AT}/report")
    focal.send(focal.open(f"{AT}/report"), **GOOD)
    late = focal.send(mine, **(GOOD | {"narrative": "My own words."}))
    assert late.status == 409
    assert "Someone changed this while you were writing" in late.text
    assert GOOD["narrative"] in late.text
    assert late.form()[1]["narrative"] == "My own words."
    assert recorded(world.db) == 1
    again = focal.send(late, status=GOOD["status"])
    assert again.status == 200
    assert recorded(world.db) == 2


def test_a_form_sent_again_with_other_words_asks_what_is_meant(world: World, focal: Browser) -> None:
    form = focal.open(f"{AT}/report")
    focal.send(form, **GOOD)
    page = focal.send(form, **(GOOD | {"narrative": "Other words."}))
    assert page.status == 409
    assert "You sent this form before" in page.text
    assert page.form()[1]["narrative"] == "Other words."
    assert recorded(world.db) == 1


def test_the_public_may_not_report(world: World, visitor: Browser) -> None:
    page = visitor.open(f"{AT}/report")
    assert page.status == 403
    assert "a focal point of IDN" in page.text


def test_a_focal_point_reports_for_no_other_partner(world: World, focal: Browser) -> None:
    assert focal.open("/follow-ups/CMM8-R01/FRA/report").status == 403
    _, fields = focal.open(f"{AT}/report").form()
    page = focal.post("/follow-ups/CMM8-R01/FRA/report", fields | GOOD)
    assert page.status == 403
    assert GOOD["narrative"] in page.text


def test_a_form_without_its_token_is_refused_and_its_text_given_back(world: World, focal: Browser) -> None:
    _, fields = focal.open(f"{AT}/report").form()
    for token in ("", "forged", fields["csrf_token"] + "x"):
        page = focal.post(f"{AT}/report", fields | GOOD | {"csrf_token": token})
        assert page.status == 403
        assert GOOD["narrative"] in page.text
    assert recorded(world.db) == 0


def test_a_form_that_lay_open_for_days_gives_its_text_back(
    world: World, focal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = focal.open(f"{AT}/report")
    monkeypatch.setattr("tracker.web.session.FORM_SECONDS", -1)
    page = focal.send(form, **GOOD)
    assert page.status == 403
    assert "out of date" in page.text
    assert GOOD["narrative"] in page.text
    assert f"{AT}/report" in page.links
    assert recorded(world.db) == 0


def test_a_session_that_ended_while_writing_leads_back_to_the_form(world: World, focal: Browser) -> None:
    form = focal.open(f"{AT}/report")
    focal.client.cookies.clear()
    page = focal.send(form, **GOOD)
    assert page.status == 403
    assert GOOD["narrative"] in page.text
    assert f"/sign-in?{urlencode({'next': f'{AT}/report'})}" in page.links


def test_a_token_of_another_session_is_refused(
    world: World, focal: Browser, as_person: Callable[[str], Browser]
) -> None:
    _, fields = as_person(world.secretariat).open(f"{AT}/report").form()
    assert focal.post(f"{AT}/report", fields | GOOD).status == 403


def test_broken_utf_8_is_refused_in_a_sentence(world: World, focal: Browser) -> None:
    _, fields = focal.open(f"{AT}/report").form()
    body = urlencode(fields | GOOD).encode() + b"&note=%FF%FE"
    page = focal.post(f"{AT}/report", body)
    assert page.status == 422
    assert "not UTF-8" in page.text
    assert recorded(world.db) == 0


def test_what_people_type_is_shown_and_never_run(world: World, focal: Browser) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>{{ 7*7 }}"
    focal.send(
        focal.open(f"{AT}/report"),
        **(GOOD | {"narrative": attack}),
        evidence_1_url="https://example.org/",
        evidence_1_title=attack,
    )
    for path in (
        AT,
        "/recommendations/CMM8-R01",
        "/follow-ups/CMM8-R01/IDN/correct",
        f"/recommendations?words={attack}",
    ):
        page = focal.open(path)
        assert page.status == 200
        assert page.count("script") == 0
        assert not [a for tag, a in page.tags if tag == "img" or "onerror" in a]
    assert attack in focal.open(AT).text


def test_a_response_and_a_correction_stand_in_the_history(world: World, focal: Browser) -> None:
    focal.send(focal.open(f"{AT}/respond"), response="supported_in_part", note="Not the second part.")
    focal.send(focal.open(f"{AT}/report"), **GOOD)
    form = focal.open(f"{AT}/correct")
    assert form.form()[1]["narrative"] == GOOD["narrative"]
    focal.send(form, status="implemented", narrative="It is done.", reason="A slip.")
    page = focal.open(AT)
    for words in (
        "Supported in part",
        "Not the second part.",
        GOOD["narrative"],
        "It is done.",
        "A slip.",
        "Before",
        "After",
    ):
        assert words in page.text
    assert recorded(world.db) == 3


def test_a_command_that_changes_nothing_says_so(world: World, focal: Browser) -> None:
    focal.send(focal.open(f"{AT}/respond"), response="supported")
    page = focal.send(focal.open(f"{AT}/respond"), response="supported")
    assert "Nothing had to be changed" in page.text
    assert recorded(world.db) == 1


def test_the_secretariat_verifies_disputes_closes_and_reopens(
    world: World, focal: Browser, as_person: Callable[[str], Browser]
) -> None:
    focal.send(focal.open(f"{AT}/report"), **GOOD)
    office = as_person(world.secretariat)
    office.send(office.open(f"{AT}/verify"), note="Seen in the official journal.")
    assert "Verified" in office.open(AT).text
    office.send(office.open(f"{AT}/dispute"), reason="The journal was withdrawn.")
    assert "The journal was withdrawn." in office.open(AT).text
    office.send(office.open(f"{AT}/due"), due_on="2027-01-31", reason="Agreed by mail.")
    assert "31 January 2027" in office.open(AT).text
    office.send(
        office.open(f"{AT}/close"), meeting="CMM8", ending="closed_by_meeting", reason="Taken off the list."
    )
    assert "Closed by the meeting" in office.open(AT).text
    assert focal.open(f"{AT}").links.count(f"{AT}/report") == 0
    office.send(office.open(f"{AT}/reopen"), meeting="CMM8", reason="Put on the list again.")
    assert "Reopened by a meeting" in office.open(AT).text


def test_restricted_evidence_is_not_shown_to_the_public(
    world: World, focal: Browser, visitor: Browser
) -> None:
    focal.send(
        focal.open(f"{AT}/report"),
        **GOOD,
        evidence_1_url="https://example.org/secret",
        evidence_1_restricted="yes",
    )
    assert "https://example.org/secret" in focal.open(AT).html
    assert "https://example.org/secret" not in visitor.open(AT).html


def test_a_receipt_of_another_follow_up_is_not_shown(world: World, focal: Browser) -> None:
    assert focal.open(f"{AT}/receipt/1").status == 404
    assert focal.open(f"{AT}/receipt/999999999999999999999999").status == 404
