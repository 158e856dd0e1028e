"""My follow-ups: what to do next, reported on without leaving the page, singly or several at once."""

from collections.abc import Callable
from datetime import date

from tests.builders import (
    BODY,
    RECORDED_AT,
    context,
    put_focal_point,
    put_person,
    put_recommendation,
    put_report,
)
from tests.followups.test_service import statements
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.eventstore.store import Recorded, head, leaf_hashes, load
from tracker.followups import commands as f
from tracker.followups.service import handle
from tracker.people.commands import HandOver
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points

R01, R02 = "CMM8-R01:IDN", "CMM8-R02:IDN"
AT = "/follow-ups/CMM8-R01/IDN"
AsPerson = Callable[[str], Browser]


def due(world: World, code: str, day: date) -> None:
    with world.db.write() as tx:
        move = f.MoveFollowupDue(due_on=day, reason="The meeting asked for it.")
        handle(tx, OPERATOR, code, "IDN", move, context(), now=RECORDED_AT)


def stream(world: World, key: str) -> list[Recorded]:
    with world.db.read() as conn:
        return list(load(conn, f"followup-{key}"))


def several(page: Page) -> tuple[str, dict[str, str]]:
    """The form at the end of the page, with what its other parts put into it."""
    return next(form for form in page.forms if form[0] == "/my" and "narrative" in form[1])


def press(browser: Browser, page: Page, key: str) -> Page:
    """The one button of a follow-up."""
    value = next(
        attrs["value"]
        for tag, attrs in page.tags
        if tag == "button" and attrs.get("value", "").startswith(key)
    )
    action, fields = next(
        form
        for form in page.forms
        if form[0] == "/my" and "command_id" in form[1] and "narrative" not in form[1]
    )
    return browser.post(action, fields | {"one": value})


def tick(browser: Browser, page: Page, *keys: str, **typed: str) -> Page:
    boxes = {attrs["name"]: attrs["value"] for tag, attrs in page.tags if attrs.get("type") == "checkbox"}
    action, fields = several(page)
    picked = {f"pick_{key}": boxes[f"pick_{key}"] for key in keys}
    return browser.post(action, fields | picked | {"status": "unchanged"} | typed)


def test_the_most_urgent_stands_first_and_says_why(world: World, focal: Browser) -> None:
    due(world, "CMM8-R02", date(2026, 11, 14))
    page = focal.open("/my")
    assert page.text.index("CMM8-R02") < page.text.index("CMM8-R01")
    assert "Overdue by 10 days: it was due on 14 November 2026" in page.text
    assert "Silent: nothing was ever reported" in page.text


def test_a_report_is_made_in_place_and_answered_by_a_receipt(world: World, focal: Browser) -> None:
    page = focal.open("/my")
    action, fields = next(form for form in page.forms if form[0] == f"{AT}/report")
    said = {
        "status": "under_implementation",
        "narrative": "It began.",
        "evidence_1_url": "https://example.org/x",
    }
    receipt = focal.post(action, fields | said)
    (event,) = stream(world, R01)
    with world.db.read() as conn:
        leaf = leaf_hashes(conn, event.position, event.position)[event.position]
    assert receipt.status == 200
    for told in (event.event_id, leaf, f"/receipt/{event.position}", "What happens next"):
        assert told in receipt.text
    assert "/my" in receipt.links
    assert "CMM8-R01" not in [link.split("/")[-1] for link in focal.open("/my").links]


def test_a_slip_in_place_opens_the_whole_form_with_all_that_was_typed(world: World, focal: Browser) -> None:
    action, fields = next(form for form in focal.open("/my").forms if form[0] == f"{AT}/report")
    page = focal.post(action, fields | {"narrative": "It began.", "evidence_1_url": "a photograph"})
    assert page.status == 422
    kept = page.form()[1]
    assert (kept["narrative"], kept["evidence_1_url"]) == ("It began.", "a photograph")
    assert {"#status", "#evidence_1_url"} <= set(page.links)


def test_no_change_is_one_press_and_a_report_like_any_other(world: World, focal: Browser) -> None:
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", date(2026, 3, 1))
    receipt = press(focal, focal.open("/my"), R01)
    assert receipt.status == 200
    last = stream(world, R01)[-1]
    assert (last.event_type, last.actor_id) == ("followup.progress_reported", world.focal_point)
    assert (last.event.status, last.event.as_of) == ("under_implementation", date(2026, 11, 24))  # type: ignore[attr-defined]
    assert f"{last.position:,}" in receipt.text


def test_of_what_was_never_reported_one_press_says_that_it_has_not_begun(
    world: World, focal: Browser
) -> None:
    page = focal.open("/my")
    assert "Not started yet" in page.text
    press(focal, page, R01)
    assert stream(world, R01)[-1].event.status == "not_started"  # type: ignore[attr-defined]


def test_a_second_press_records_nothing_more_and_other_buttons_of_the_page_still_work(
    world: World, focal: Browser
) -> None:
    page = focal.open("/my")
    first, again = press(focal, page, R01), press(focal, page, R01)
    assert again.answer.url == first.answer.url
    assert press(focal, page, R02).status == 200
    assert (len(stream(world, R01)), len(stream(world, R02))) == (1, 1)


def test_a_disputed_report_is_to_be_answered_and_has_no_quick_button(world: World, focal: Browser) -> None:
    with world.db.write() as tx:
        report_id = put_report(tx, "CMM8-R01", "IDN", "implemented")
        dispute = f.DisputeReport(report_id=report_id, reason="The law is not in force.")
        handle(tx, OPERATOR, "CMM8-R01", "IDN", dispute, context(), now=RECORDED_AT)
    page = focal.open("/my")
    assert "Disputed: please answer or correct your report" in page.text
    assert f"{AT}/correct" in page.links
    assert not [attrs for tag, attrs in page.tags if attrs.get("value", "").startswith(f"{R01} ")]


def test_several_are_reported_on_with_one_text_and_one_receipt(world: World, focal: Browser) -> None:
    typed = {"status": "under_implementation", "narrative": "A working group took both up."}
    receipt = tick(focal, focal.open("/my"), R01, R02, **typed)
    events = [stream(world, key)[-1] for key in (R01, R02)]
    assert receipt.status == 200
    assert receipt.answer.url.path == f"/reports/{events[0].position}"
    assert len({each.command_id for each in events}) == 1
    for each in events:
        assert each.event_id in receipt.text
    again = focal.open(receipt.answer.url.path)
    assert again.status == 200


def test_if_one_of_several_is_refused_none_is_recorded_and_the_page_says_which(
    world: World, focal: Browser
) -> None:
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", date(2026, 3, 1))
        before = head(tx)
    page = tick(focal, focal.open("/my"), R01, R02, narrative="We looked at both.")
    assert page.status == 422
    assert f"#pick_{R02}" in page.links
    assert f"{R02}: Nothing was reported yet" in page.text
    checked = {
        attrs["name"] for tag, attrs in page.tags if attrs.get("type") == "checkbox" and "checked" in attrs
    }
    assert checked == {f"pick_{R01}", f"pick_{R02}"}
    assert several(page)[1]["narrative"] == "We looked at both."
    with world.db.read() as conn:
        assert head(conn) == before


def test_nothing_ticked_is_said_beside_the_form(world: World, focal: Browser) -> None:
    page = tick(focal, focal.open("/my"), on="soon")
    assert page.status == 422
    assert {"#picked", "#on"} <= set(page.links)


def test_somebody_was_quicker_at_one_of_several(world: World, focal: Browser) -> None:
    page = focal.open("/my")
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "not_started", date(2026, 3, 1))
    late = tick(focal, page, R01, R02, status="under_implementation", narrative="It began.")
    assert late.status == 422
    assert f"{R01}: Someone changed this" in late.text
    sent = tick(focal, late, R01, R02)  # what was ticked, at the version that the page shows now
    assert sent.status == 422  # "no change" of what was never reported
    assert tick(focal, late, R01, R02, status="under_implementation", narrative="It began.").status == 200


def test_another_press_of_a_form_that_was_sent_asks_what_is_meant(world: World, focal: Browser) -> None:
    page = focal.open("/my")
    tick(focal, page, R01, status="under_implementation", narrative="It began.")
    again = tick(focal, page, R02, status="under_implementation", narrative="It began.")
    assert again.status == 409
    assert "You sent this form before" in again.text
    assert several(again)[1]["narrative"] == "It began."


def test_a_successor_finds_everything_but_the_predecessors_drafts(
    world: World, focal: Browser, as_person: AsPerson
) -> None:
    focal.send(focal.open(f"{AT}/report"), status="under_implementation", narrative="I began it.")
    focal.send(focal.open("/follow-ups/CMM8-R02/IDN/report"), narrative="Half", draft="save")
    with world.db.write() as tx:
        successor = put_person(tx, "successor@example.org", name="Successor")
        command = HandOver(
            from_person_id=world.focal_point, to_person_id=successor, on=date(2026, 11, 24), note="Good luck."
        )
        handle_focal_points(tx, OPERATOR, BODY, "IDN", command, context())
    theirs = as_person(successor)
    page = theirs.open("/my")
    assert "CMM8-R02" in page.text
    assert "draft of" not in page.text
    assert "Focal handed IDN over to you on 24 November 2026" in page.text
    assert "Good luck." in page.text
    history = theirs.open(AT).text
    assert "I began it." in history
    assert "by Focal" in history
    assert press(theirs, page, R02).status == 200
    assert stream(world, R02)[-1].actor_id == successor
    assert focal.open(f"{AT}/report").status == 403


def test_alternates_act_for_each_other_and_the_page_says_who_did(
    world: World, focal: Browser, as_person: AsPerson
) -> None:
    with world.db.write() as tx:
        alternate = put_person(tx, "alternate@example.org", name="Alternate")
        put_focal_point(tx, "IDN", alternate, standing="alternate")
    other = as_person(alternate)
    other.send(other.open(f"{AT}/report"), status="under_implementation", narrative="On behalf of both.")
    due(world, "CMM8-R01", date(2026, 11, 14))
    assert "Last reported as of 24 November 2026 by Alternate" in " ".join(focal.open("/my").text.split())


def test_where_nothing_waits_the_page_is_calm_and_says_what_is_next(world: World, focal: Browser) -> None:
    with world.db.write() as tx:
        for code in ("CMM8-R01", "CMM8-R02"):
            put_report(tx, code, "IDN", "under_implementation")
    due(world, "CMM8-R02", date(2027, 3, 1))
    page = focal.open("/my")
    assert "Nothing waits for you" in page.text
    assert "due on 1 March 2027" in page.text
    assert not [form for form in page.forms if "command_id" in form[1]]


def test_the_page_asks_the_same_few_questions_however_much_there_is(world: World, focal: Browser) -> None:
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", date(2026, 3, 1))
    with statements(world.db) as few:
        assert focal.open("/my").status == 200
    with world.db.write() as tx:
        for number in range(20):
            put_recommendation(tx, f"CMM8-R{number + 10}", "IDN", "FRA")
            put_report(tx, f"CMM8-R{number + 10}", "IDN", "under_implementation", date(2026, 3, 1))
    with statements(world.db) as many:
        page = focal.open("/my")
    assert page.text.count("No change on") == 21
    assert len(many) == len(few)


def test_a_long_list_comes_in_pages(world: World, focal: Browser) -> None:
    with world.db.write() as tx:
        for number in range(40):
            put_recommendation(tx, f"CMM8-R{number + 10}", "IDN")
    first, last = focal.open("/my"), focal.open("/my?page=99")
    boxes = [sum(attrs.get("type") == "checkbox" for _, attrs in page.tags) for page in (first, last)]
    assert boxes == [30, 12]
    assert "/my?page=2" in first.links


def test_in_the_past_nothing_can_be_reported(world: World, focal: Browser) -> None:
    page = focal.open("/my?as_of=2026-11-23")
    assert page.status == 200
    assert not [form for form in page.forms if "command_id" in form[1]]


def test_a_receipt_of_something_else_is_none(world: World, visitor: Browser) -> None:
    assert visitor.open("/reports/1").status == 404
    assert visitor.open("/reports/999999").status == 404


def test_every_id_of_the_page_is_one(world: World, as_person: AsPerson) -> None:
    page = as_person(world.focal_point).open("/my")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert sorted(ids) == sorted(set(ids))
