"""Drafts of reports: their writer goes on with them, nobody else sees them, and they end when sent or thrown away."""

from tests.builders import put_focal_point, put_person, put_report
from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.test_mine import AT, R01, AsPerson, stream


def test_a_draft_waits_for_its_writer_alone_and_is_erased_when_sent(
    world: World, focal: Browser, as_person: AsPerson
) -> None:
    with world.db.write() as tx:
        colleague = put_person(tx, "alternate@example.org", name="Alternate")
        put_focal_point(tx, "IDN", colleague, standing="alternate")
    before = len(stream(world, R01))
    action, fields = next(form for form in focal.open("/my").forms if form[0] == f"{AT}/report")
    form = focal.post(action, fields | {"narrative": "Half a sentence", "draft": "save"})
    assert form.status == 200
    assert "This is your draft" in form.text
    assert form.form()[1]["narrative"] == "Half a sentence"
    assert len(stream(world, R01)) == before
    assert "Go on with your draft of 24 November 2026" in focal.open("/my").text
    for other in (colleague, world.secretariat):
        theirs = as_person(other)
        assert "Half a sentence" not in theirs.open(f"{AT}/report").text
        assert "draft of" not in theirs.open("/my").text
    sent = focal.send(form, status="under_implementation", narrative="A whole sentence.")
    assert sent.status == 200
    assert "draft" not in focal.open("/my").text.replace("Save as a draft", "")
    assert focal.open(f"{AT}/report").form()[1]["narrative"] == ""


def test_a_draft_may_be_thrown_away(world: World, focal: Browser) -> None:
    form = focal.send(focal.open(f"{AT}/report"), narrative="Half", draft="save")
    dropped = focal.send(form, draft="drop")
    assert "Yours was dropped" in dropped.text
    assert focal.open(f"{AT}/report").form()[1]["narrative"] == ""


def test_a_draft_that_was_overtaken_is_shown_beside_what_was_quicker(world: World, focal: Browser) -> None:
    form = focal.send(focal.open(f"{AT}/report"), narrative="My own words.", draft="save")
    with world.db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation", narrative="Their words.")
    late = focal.send(form, status="under_implementation")
    assert late.status == 409
    assert "Their words." in late.text
    assert late.text.count("My own words.") == 2
    assert focal.send(late, status="under_implementation").status == 200
    assert len(stream(world, R01)) == 2


def test_whoever_may_not_report_may_not_save_a_draft_of_one(world: World, as_person: AsPerson) -> None:
    auditor = as_person(world.auditor)
    csrf = next(fields["csrf_token"] for _, fields in auditor.open("/").forms if "csrf_token" in fields)
    page = auditor.post(f"{AT}/report", {"csrf_token": csrf, "draft": "save", "narrative": "x"})
    assert page.status == 403
