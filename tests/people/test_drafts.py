"""Drafts are their writer's alone, one a form, and do not stay for ever."""

from datetime import timedelta

from tests.builders import RECORDED_AT
from tracker.kit.db import Database
from tracker.people import drafts

FORM = "/follow-ups/CMM8-R01/IDN/report"
HERE, ELSEWHERE = "a" * 64, "b" * 64


def test_what_was_saved_last_is_found_by_its_writer_and_by_nobody_else(db: Database) -> None:
    with db.write() as tx:
        drafts.save(tx, "one", FORM, {"narrative": "Half"}, RECORDED_AT)
        drafts.save(tx, "one", FORM, {"narrative": "Half a sentence"}, RECORDED_AT + timedelta(minutes=1))
        found = drafts.find(tx, "one", FORM, RECORDED_AT)
        assert found is not None
        assert (found.fields, found.lost) == ({"narrative": "Half a sentence"}, False)
        assert drafts.find(tx, "two", FORM, RECORDED_AT) is None
        assert drafts.find(tx, "one", FORM + "x", RECORDED_AT) is None
        assert [each.form for each in drafts.saved_by(tx, "one", RECORDED_AT)] == [FORM]


def test_a_text_kept_for_one_browser_shows_in_no_other(db: Database) -> None:
    with db.write() as tx:
        drafts.save(tx, "one", FORM, {"narrative": "Saved"}, RECORDED_AT)
        later = RECORDED_AT + timedelta(minutes=1)
        drafts.save(tx, "one", FORM, {"narrative": "Lost"}, later, browser=HERE)
        here, elsewhere = (drafts.find(tx, "one", FORM, later, browser=each) for each in (HERE, ELSEWHERE))
        assert here is not None
        assert elsewhere is not None
        assert (here.fields["narrative"], here.lost) == ("Lost", True)
        assert (elsewhere.fields["narrative"], elsewhere.lost) == ("Saved", False)
        assert len(drafts.saved_by(tx, "one", later)) == 1


def test_what_was_sent_is_kept_no_longer(db: Database) -> None:
    with db.write() as tx:
        drafts.save(tx, "one", FORM, {}, RECORDED_AT)
        drafts.save(tx, "one", FORM, {}, RECORDED_AT, browser=HERE)
        drafts.erase(tx, "one", FORM)
        assert drafts.find(tx, "one", FORM, RECORDED_AT, browser=HERE) is None


def test_a_draft_lasts_ninety_days_and_a_lost_form_an_hour(db: Database) -> None:
    with db.write() as tx:
        drafts.save(tx, "one", FORM, {}, RECORDED_AT)
        drafts.save(tx, "two", FORM, {}, RECORDED_AT, browser=HERE)
        for writer, browser, life in (
            ("one", "", timedelta(days=90)),
            ("two", HERE, timedelta(hours=1)),
        ):
            just, over = RECORDED_AT + life - timedelta(seconds=1), RECORDED_AT + life
            assert drafts.find(tx, writer, FORM, just, browser=browser) is not None
            assert drafts.find(tx, writer, FORM, over, browser=browser) is None
        assert drafts.sweep(tx, RECORDED_AT + timedelta(hours=1)) == 1
        assert drafts.sweep(tx, RECORDED_AT + timedelta(days=90)) == 1


def test_of_what_waits_for_a_person_to_sign_in_again_the_newest_stay(db: Database) -> None:
    with db.write() as tx:
        drafts.save(tx, "one", "/saved", {}, RECORDED_AT)
        for number in range(drafts.MOST_LOST + 5):
            at = RECORDED_AT + timedelta(seconds=number)
            drafts.save(tx, "one", f"/form/{number}", {}, at, browser=HERE)
        now = RECORDED_AT + timedelta(minutes=1)
        there = [drafts.find(tx, "one", f"/form/{number}", now, browser=HERE) for number in range(25)]
        assert [each is not None for each in there] == [False] * 5 + [True] * 20
        assert drafts.find(tx, "one", "/saved", now) is not None
