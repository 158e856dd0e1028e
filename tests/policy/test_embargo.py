"""What is adopted and not released: every address that there is, asked by those whom it does not concern yet."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import (
    BODY,
    OPERATOR,
    context,
    put_meeting,
    put_recommendation,
    put_report,
)
from tests.eventstore.seal.sealed import seal_now
from tests.policy.api_samples import CALLING
from tests.policy.asking import Asking
from tests.policy.record_samples import READING_RECORDS
from tests.policy.samples import NOTHING, READING, Sample, Thing
from tests.policy.world import OTHER_BODY, PUBLIC, built
from tests.policy.world import SECRET as RESTRICTED
from tracker.eventstore.tables import events
from tracker.kit.db import Database
from tracker.kit.errors import RuleBroken
from tracker.meetings.commands import HoldMeeting, ReleaseMeeting, ScheduleMeeting
from tracker.meetings.service import handle_meeting
from tracker.people.routes import rules
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle, handle_activity

SECRET, CODE = "Found an observatory of lighthouses.", "CMM10-R01"
TELLS = (SECRET, CODE, "CMM10-F01", "Lighthouses are lit.")
OUTSIDERS = (PUBLIC, "nobody", "reader", "admin", "focal point elsewhere", "other secretariat")
INSIDERS = ("focal point", "other focal point", "secretariat", "auditor")
WHOLE = {**READING, **CALLING, **READING_RECORDS}
LISTS = {
    ("GET", path): [Sample(path, ("read.public",))]
    for path in (
        f"/recommendations?words=lighthouses&body={BODY}",
        "/recommendations?meeting=CMM10",
        f"/grid?body={BODY}&meeting=CMM10",
        "/meetings/CMM10",
        "/metrics?meeting=CMM9",
        "/metrics/CMM9/themes.csv",
        "/search?words=lighthouses",
        "/search?words=lit",
        "/search?words=portal",
        f"/search?words={CODE}",
        f"/search?words=ASEM&body={BODY}",
        "/search?words=CMM10",
        "/api/v1/search?words=lighthouses",
        "/api/v1/search?words=CMM",
        "/activities/ASEM-ACT-01",
        f"/recommendations/{CODE}",
        f"/follow-ups/{CODE}/IDN",
        f"/feeds/recommendations/{CODE}.atom",
        f"/api/v1/recommendations/{CODE}",
        "/api/v1/recommendations?text=lighthouses",
        f"/api/v1/followups/{CODE}/IDN",
    )
}


@pytest.fixture
def everybody(db: Database, tmp_path: Path) -> Iterator[Asking]:
    """The world, in which CMM10 has met and nothing that it adopted is recorded yet."""
    world = built(db, tmp_path)
    with db.write() as tx:
        put_meeting(tx, "CMM10", date(2026, 6, 1), embargoed=True)
    with Asking(world) as asking:
        yield asking


def adopt(db: Database) -> None:
    """The secretariat records, directs, links and dates; a focal point reports already."""
    with db.write() as tx:
        put_recommendation(tx, CODE, "IDN", "FRA", on=date(2026, 6, 1), text=SECRET)
        for command in (
            r.LinkRecommendation(to="CMM8-R01", relation="follows", basis="stated"),
            r.SetDue(due_on=date(2026, 9, 1)),
        ):
            handle(tx, OPERATOR, CODE, command, context())
        mention = r.MentionActivity(code="CMM10-F01", meeting="CMM10", text="Lighthouses are lit.")
        handle_activity(tx, OPERATOR, "ASEM-ACT-01", mention, context())
        put_report(tx, CODE, "IDN", "implemented", narrative="They are lit.")


def release(db: Database) -> None:
    with db.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM10", ReleaseMeeting(), context())


def answers(asking: Asking, who: str) -> dict[str, str]:
    """What everything that the public may read answers, without what changes from one moment to the next."""
    found = {}
    for (method, _), samples in (WHOLE | LISTS).items():
        for sample in samples:
            if sample.actions == ("read.public",):
                about = sample.about[0]
                ask = asking.call if sample.url.startswith("/api/v1") else asking.ask
                answer = ask(who, method, sample, about)
                found[sample.url] = f"{answer.status_code} {without_moments(answer.text)}"
    return found


def without_moments(text: str) -> str:
    text = re.sub(r'name="(csrf_token|command_id)" value="[^"]*"', "", text)
    text = re.sub(r"log position [\d,]+|\"position\":\d+", "", text)
    text = re.sub(
        r"(?m)(20\d\d-\d\d-\d\d),\d+$", r"\1", text.replace("\r", "")
    )  # the last column of a picture's numbers
    text = re.sub(r'(?:reference: <span class="code">|"reference":")[0-9a-f]{12}', "", text)
    return re.sub(r"<lastmod>[^<]*</lastmod>", "", text)


def test_the_addresses_that_are_asked_are_all_that_the_public_may_read(everybody: Asking) -> None:
    public = {
        rule.path for rule in rules(everybody.app) if (rule.method, rule.action) == ("GET", "read.public")
    }
    asked = {path for (_, path), samples in WHOLE.items() for each in samples if each.actions}
    assert public - asked == set()


def test_no_text_code_or_count_of_what_is_under_embargo_shows_to_the_public(everybody: Asking) -> None:
    before = answers(everybody, PUBLIC)
    assert len(before) > 40
    adopt(everybody.world.db)
    after = answers(everybody, PUBLIC)
    assert [url for url in before if after[url] != before[url]] == []


def test_restricted_evidence_shows_nowhere_to_the_public(everybody: Asking) -> None:
    assert [url for url, text in answers(everybody, PUBLIC).items() if RESTRICTED in text] == []
    assert RESTRICTED in everybody.send("auditor", "GET", "/follow-ups/CMM8-R01/IDN").text


def test_whoever_has_no_part_in_the_body_is_told_nothing_whatever_they_may_else(everybody: Asking) -> None:
    adopt(everybody.world.db)
    tells = []
    for who in OUTSIDERS:
        for (method, path), samples in (WHOLE | LISTS).items():
            for sample in samples[:1]:
                ask = everybody.call if sample.url.startswith("/api/v1") else everybody.ask
                text = ask(who, method, sample, sample.about[0]).text
                tells += [(who, path) for each in TELLS if each in text and each not in sample.url]
        for url in (f"/history?about={CODE}", "/history", "/api/v1/events?limit=1000", f"/api/v1/history/{CODE}",
                    "/api/v1/changes?since=2026-01-01", "/history?about=ASEM-ACT-01"):  # fmt: skip
            ask = everybody.call if url.startswith("/api/v1") else everybody.ask
            text = ask(who, "GET", Sample(url, ()), NOTHING).text
            tells += [(who, url) for each in TELLS if each in text and each not in url]
    assert tells == []


@pytest.mark.parametrize("who", INSIDERS)
def test_those_of_the_body_see_it_and_work_on_it(everybody: Asking, who: str) -> None:
    adopt(everybody.world.db)
    page = everybody.send(who, "GET", f"/recommendations/{CODE}").text
    assert SECRET in page
    assert "Under embargo" in page
    assert '<meta name="robots" content="noindex">' in page
    assert CODE in everybody.send(who, "GET", "/meetings/CMM10").text
    assert CODE in everybody.send(who, "GET", f"/grid?body={BODY}&meeting=CMM10").text
    assert SECRET in everybody.call(who, "GET", Sample(f"/api/v1/recommendations/{CODE}", ())).text
    assert CODE in everybody.send(who, "GET", "/history").text


def test_the_figures_are_the_same_for_everybody(everybody: Asking) -> None:
    before = everybody.send("secretariat", "GET", "/metrics?meeting=CMM9").text
    adopt(everybody.world.db)
    assert without_moments(everybody.send("secretariat", "GET", "/metrics?meeting=CMM9").text) == (
        without_moments(before)
    )


def test_once_released_everybody_sees_it_and_the_feed_says_so(everybody: Asking) -> None:
    adopt(everybody.world.db)
    release(everybody.world.db)
    for who in (PUBLIC, *OUTSIDERS, *INSIDERS):
        assert SECRET in everybody.send(who, "GET", f"/recommendations/{CODE}").text
    feed = everybody.send(PUBLIC, "GET", "/feeds/all.atom").text
    assert "What CMM10 adopted is released" in feed
    assert SECRET in feed


def test_the_secretariat_releases_by_a_button_and_gets_a_receipt(everybody: Asking) -> None:
    page = everybody.send("secretariat", "GET", "/meetings/CMM10").text
    assert "Release what CMM10 adopted" in page
    for who in (PUBLIC, "focal point", "auditor", "other secretariat"):
        assert "Release what CMM10 adopted" not in everybody.send(who, "GET", "/meetings/CMM10").text
    sample = Sample("/meetings/CMM10/release", ("meeting.release",))
    answer = everybody.ask("secretariat", "POST", sample, Thing(BODY))
    assert answer.status_code == 303
    assert re.fullmatch(r"/meetings/CMM10\?recorded=\d+", answer.headers["location"])


def test_nothing_public_names_what_is_not(everybody: Asking) -> None:
    adopt(everybody.world.db)
    link = r.LinkRecommendation(to=CODE, relation="follows", basis="stated")
    replaced = r.SupersedeRecommendation(by=CODE, meeting="CMM10")
    with everybody.world.db.write() as tx:
        for command in (link, replaced):
            with pytest.raises(RuleBroken, match="release CMM10 first"):
                handle(tx, OPERATOR, "CMM8-R01", command, context())
        with pytest.raises(RuleBroken, match="release CMM10 first"):
            done = r.LinkActivity(recommendation=CODE, basis="stated")
            handle_activity(tx, OPERATOR, "ASEM-ACT-01", done, context())


def test_the_operator_of_another_body_works_on_it_as_if_it_were_not_there(everybody: Asking) -> None:
    adopt(everybody.world.db)
    there = everybody.send("other secretariat", "GET", f"/recommendations/{CODE}")
    missing = everybody.send("other secretariat", "GET", "/recommendations/CMM10-R99")
    assert there.status_code == missing.status_code == 404
    assert OTHER_BODY not in there.text


@pytest.mark.parametrize("who", ["secretariat", "auditor"])
def test_the_past_shows_it_to_those_of_the_body_and_right_after_to_nobody_else(
    everybody: Asking, who: str
) -> None:
    adopt(everybody.world.db)
    past = "valid=2026-11-01"
    address = f"/recommendations/{CODE}?{past}"
    for _ in range(2):
        assert SECRET in everybody.send(who, "GET", address).text
        for url in (address, f"/meetings/CMM10?{past}", f"/grid?body={BODY}&meeting=CMM10&{past}"):
            for outsider in ("reader", "other secretariat", PUBLIC):
                told = everybody.send(outsider, "GET", url).text
                assert [each for each in TELLS if each in told and each not in url] == []
        assert SECRET not in everybody.send(PUBLIC, "GET", address).text
        assert everybody.send("reader", "GET", address).status_code == 404


def test_a_day_on_which_the_embargo_was_not_yet_so_hides_it_all_the_same(everybody: Asking) -> None:
    """What was adopted was so from the first day of the meeting on, the embargo from its last."""
    last = date(2026, 7, 3)
    with everybody.world.db.write() as tx:
        planned = ScheduleMeeting(code="CMM11", body=BODY, starts_on=date(2026, 7, 1), ends_on=last)
        handle_meeting(tx, OPERATOR, "CMM11", planned, context(date(2026, 1, 1)))
        held = HoldMeeting(starts_on=date(2026, 7, 1), ends_on=last)
        handle_meeting(tx, OPERATOR, "CMM11", held, context(last))
        put_recommendation(tx, "CMM11-R01", "IDN", on=date(2026, 7, 1), text=SECRET)
    for address in (
        "/recommendations/CMM11-R01",
        "/search?words=observatory",
        "/recommendations?meeting=CMM11",
    ):
        past = address + ("&" if "?" in address else "?") + "valid=2026-07-01"
        assert "of lighthouses" in everybody.send("auditor", "GET", past).text
        assert "of lighthouses" not in everybody.send("reader", "GET", past).text


def test_once_released_the_past_shows_it_too(everybody: Asking) -> None:
    adopt(everybody.world.db)
    before = "valid=2026-10-01"
    release(everybody.world.db)
    assert SECRET in everybody.send("reader", "GET", f"/recommendations/{CODE}?{before}").text


def test_no_receipt_or_place_in_the_log_tells_of_it(everybody: Asking) -> None:
    adopt(everybody.world.db)
    world = everybody.world
    seal_now(world.db, world.settings)
    with world.db.read() as conn:
        mine = select(events.c.position).where(events.c.stream_id.contains(CODE))
        positions = list(conn.execute(mine).scalars())
    assert len(positions) > 3
    for at in positions:
        for url in (f"/receipts/{at}", f"/history/events/{at}"):
            assert everybody.send("reader", "GET", url).status_code == 404
            assert CODE in everybody.send("auditor", "GET", url).text
        assert everybody.send(PUBLIC, "GET", f"/reports/{at}").status_code == 404
        proof = Sample(f"/api/v1/receipts/{at}", ())
        assert everybody.call("reader", "GET", proof).status_code == 404
        assert everybody.call("auditor", "GET", proof).status_code == 200


def test_no_form_about_it_opens_to_whoever_has_no_part_in_the_body(everybody: Asking) -> None:
    adopt(everybody.world.db)
    for url in (
        f"/recommendations/{CODE}/change",
        f"/recommendations/{CODE}/change/revise",
        f"/selection/due?code={CODE}",
        f"/follow-ups/{CODE}/IDN/report",
        "/desk",
        "/my",
        "/changes?since=2026-01-01",
        f"/changes.csv?since=2026-01-01&kind=recommendation&body={BODY}",
    ):
        for who in OUTSIDERS:
            told = everybody.send(who, "GET", url).text
            assert [each for each in TELLS if each in told and each not in url] == [], (who, url)
    assert SECRET in everybody.send("secretariat", "GET", f"/recommendations/{CODE}/change/revise").text
