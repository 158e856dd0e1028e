"""What is found in a small tracked body, how it is counted and shown, and what is never found."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.builders import (
    BODY,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.search.corpus import put_texts
from tracker.eventstore.rebuild import check
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.followups import commands as followups
from tracker.followups.events import Evidence
from tracker.followups.service import handle as handle_followup
from tracker.kit.db import Database
from tracker.meetings import commands as meetings
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people import commands as people
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_partner
from tracker.people.sight import seeing
from tracker.recommendations import commands as recommendations
from tracker.recommendations.service import handle, handle_activity
from tracker.search import queries
from tracker.search.asking import read
from tracker.search.fulltext import holds
from tracker.search.projection import PROJECTION
from tracker.search.queries import Filters, find
from tracker.search.tables import entries


@pytest.fixture
def world(db: Database) -> Database:
    """Two meetings, two partners; a report in German and Chinese, one of demonstration data; an activity."""
    with db.write() as tx:
        put_body(tx)
        handle_body(tx, OPERATOR, BODY, meetings.DefineTheme(code="arts", title="Arts"), context())
        put_meeting(tx, "CMM8", date(2018, 3, 2), title="The road forward", place="Sofia")
        put_meeting(tx, "CMM9", date(2020, 3, 2), place="Hà Nội")
        for code in ("IDN", "FRA"):
            put_partner(tx, code)
        words = "Foster the créative industries."
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA", text=words, themes=["arts"])
        put_recommendation(tx, "CMM9-R02", "IDN", text="Foster heritage.", on=date(2020, 3, 2))
        put_recommendation(tx, "CMM9-R10", text="Foster heritage again.", on=date(2020, 3, 2))
        put_report(
            tx, "CMM8-R01", "IDN", "implemented", report_id="r1", narrative="加强文化合作 und Förderung"
        )
        put_report(tx, "CMM8-R01", "FRA", "not_started", narrative="Foster later.", demonstration=True)
        activity = recommendations.RecordActivity(code="ASEM-ACT-01", body=BODY, title="A portal of the arts")
        handle_activity(tx, OPERATOR, "ASEM-ACT-01", activity, context())
    return db


def codes(db: Database, words: str, **filters: Any) -> list[str]:
    with db.read() as conn:
        return [hit.code for hit in find(conn, words, Filters(**filters)).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("industries CREAT", ["CMM8-R01"]),
        ("fordér 文化", ["CMM8-R01:IDN"]),
        ("强文化", ["CMM8-R01:IDN"]),
        ("强化", []),
        ('"creative industries"', ["CMM8-R01"]),
        ('"industries creative"', []),
        ("“heritage again”", ["CMM9-R10"]),
        ("ha noi", ["CMM9"]),
        ("road", ["CMM8"]),
        ("portal", ["ASEM-ACT-01"]),
        ("country FRA", ["FRA", "CMM8-R01:FRA"][:1]),
        ("ustries", []),
    ],
)
def test_words_are_found(world: Database, words: str, found: list[str]) -> None:
    assert codes(world, words) == found


def test_a_code_finds_its_thing_first(world: Database) -> None:
    assert codes(world, "cmm8")[0] == "CMM8"
    assert codes(world, "CMM8-R01") == ["CMM8-R01", "CMM8-R01:FRA", "CMM8-R01:IDN"]
    assert codes(world, "cmm8-r01:idn") == ["CMM8-R01:IDN"]
    assert codes(world, "IDN")[0] == "IDN"


def test_finds_come_kind_by_kind_and_the_newest_first(world: Database) -> None:
    assert codes(world, "foster") == ["CMM9-R02", "CMM9-R10", "CMM8-R01", "CMM8-R01:FRA"]


def test_finds_are_counted_by_what_they_can_be_narrowed_to(world: Database) -> None:
    with world.read() as conn:
        found = find(conn, "foster")
    counts = {name: {each.value: each.count for each in counts} for name, counts in found.counts.items()}
    assert counts == {
        "kind": {"recommendation": 3, "report": 1},
        "body": {BODY: 4},
        "meeting": {"CMM8": 2, "CMM9": 2},
        "theme": {"arts": 2},
        "partner": {"FRA": 1},
        "status": {"not_started": 1},
    }
    labels = {each.label for counts in found.counts.values() for each in counts}
    assert {"CMM9 Hà Nội", "Arts", "Country FRA"} <= labels


def test_every_count_is_what_its_filter_leaves(world: Database) -> None:
    with world.read() as conn:
        found = find(conn, "foster")
        for name, counts in found.counts.items():
            for each in counts:
                assert find(conn, "foster", Filters(**{name: each.value})).total == each.count, (name, each)


def test_pages_follow_one_another_without_a_gap(world: Database) -> None:
    with world.read() as conn:
        pages = [find(conn, "foster", page=number, size=3) for number in (1, 2, 9)]
    assert [[hit.code for hit in page.hits] for page in pages] == [
        ["CMM9-R02", "CMM9-R10", "CMM8-R01"],
        ["CMM8-R01:FRA"],
        ["CMM8-R01:FRA"],
    ]
    assert {(page.total, page.pages) for page in pages} == {(4, 2)}


def test_what_was_asked_for_is_marked(world: Database) -> None:
    with world.read() as conn:
        recommendation = find(conn, "creative").hits[0]
        report = find(conn, "文化 forder").hits[0]
    assert [piece.text for piece in recommendation.excerpt] == ["Foster the ", "créative", " industries."]
    assert [piece.text for piece in report.excerpt if piece.match] == ["文化", "Förderung"]


def test_demonstration_data_are_marked(world: Database) -> None:
    with world.read() as conn:
        marked = {hit.code for hit in find(conn, "foster").hits if hit.demonstration}
    assert marked == {"CMM8-R01:FRA"}


def test_more_than_can_be_counted_is_said(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    with db.write() as tx:
        put_texts(tx, ["word"] * 4)
    with db.read() as conn:
        found = find(conn, "word")
    assert (found.total, found.more, len(found.hits)) == (3, True, 3)


def test_restricted_evidence_and_names_of_people_are_never_found_nor_counted(world: Database) -> None:
    with world.write() as tx:
        put_focal_point(tx, "IDN", put_person(tx, "focal@example.org", name="Zebedee, focal point"))
        evidence = [
            Evidence(url="https://example.org/open", title="The gazette"),
            Evidence(url="https://example.org/closed", title="The cabinet paper", restricted=True),
        ]
        put_report(tx, "CMM9-R02", "IDN", "implemented", evidence=evidence)
    assert codes(world, "gazette") == ["CMM9-R02:IDN"]
    with world.read() as conn:
        for hidden in ("cabinet", "Zebedee", "closed"):
            assert find(conn, hidden).total == 0
        assert not conn.execute(select(entries).where(entries.c.texts.contains("cabinet"))).first()


def test_what_was_put_right_is_found_by_its_new_words_alone(world: Database) -> None:
    with world.write() as tx:
        correct = followups.CorrectReport(
            report_id="r1",
            status="implemented",
            as_of=date(2026, 11, 24),
            narrative="A law.",
            reason="A slip.",
        )
        now = context().effective_at.replace(hour=12)
        handle_followup(tx, OPERATOR, "CMM8-R01", "IDN", correct, context(), now=now)
        revise = recommendations.ReviseRecommendation(text="Foster design.", reason="A slip.")
        handle(tx, OPERATOR, "CMM8-R01", revise, context())
        rename = people.RenamePartner(name="Indonesia", reason="A slip.")
        handle_partner(tx, OPERATOR, "IDN", rename, context())
    assert (codes(world, "文化"), codes(world, "law")) == ([], ["CMM8-R01:IDN"])
    assert (codes(world, "créative"), codes(world, "design")) == ([], ["CMM8-R01"])
    assert (codes(world, "country idn"), codes(world, "indonesia")) == ([], ["IDN"])


def test_a_withdrawn_report_is_found_no_more(world: Database) -> None:
    with world.write() as tx:
        withdraw = followups.WithdrawReport(report_id="r1", reason="About another one.")
        now = context().effective_at.replace(hour=12)
        handle_followup(tx, OPERATOR, "CMM8-R01", "IDN", withdraw, context(), now=now)
    assert codes(world, "文化") == []


def test_a_meeting_is_found_by_its_workshops_an_activity_by_what_documents_say(world: Database) -> None:
    with world.write() as tx:
        workshop = meetings.RecordWorkshop(code="CMM8-W01", text="On puppetry")
        handle_meeting(tx, OPERATOR, "CMM8", workshop, context())
        mention = recommendations.MentionActivity(code="CMM8-F01", meeting="CMM8", text="The portal opened.")
        handle_activity(tx, OPERATOR, "ASEM-ACT-01", mention, context())
    assert codes(world, "puppetry") == ["CMM8"]
    assert codes(world, "opened arts") == ["ASEM-ACT-01"]
    with world.write() as tx:
        withdraw = recommendations.WithdrawMention(code="CMM8-F01", reason="Another one.")
        handle_activity(tx, OPERATOR, "ASEM-ACT-01", withdraw, context())
    assert codes(world, "opened") == []


def test_what_is_said_first_and_what_comes_later_are_the_same_rebuilt(world: Database) -> None:
    with world.write() as tx:
        record = recommendations.RecordActivity(
            code="ASEM-ACT-02", body=BODY, title="Panels", note="Of many."
        )
        said = recommendations.MentionActivity(code="CMM8-F01", meeting="CMM8", text="It began.")
        for command in (record, said):
            handle_activity(tx, OPERATOR, "ASEM-ACT-02", command, context())
    with world.write() as tx:
        again = recommendations.MentionActivity(code="CMM8-F02", meeting="CMM8", text="It went on.")
        handle_activity(tx, OPERATOR, "ASEM-ACT-02", again, context())
    assert check(world, PROJECTION) == []


def test_what_can_be_found_is_the_same_rebuilt(world: Database) -> None:
    assert check(world, PROJECTION) == []


def test_the_past_can_be_searched(world: Database) -> None:
    with world.read() as conn:
        position = head(conn)
    with world.write() as tx:
        put_recommendation(tx, "CMM9-R11", text="Foster theatres.", on=date(2020, 3, 2))
    with world.read() as conn, as_known_at(conn, position) as then:
        assert find(conn, "theatres").total == 1
        assert find(then, "theatres").total == 0
        assert [hit.code for hit in find(then, "文化").hits] == ["CMM8-R01:IDN"]


def test_postgresql_answers_from_its_full_text_index(postgresql_url: str) -> None:
    db = Database(postgresql_url)
    with db.write() as tx:
        put_texts(tx, [f"word{number} common" for number in range(3_000)])
        tx.execute(text("ANALYZE search_entries"))
        query = select(entries.c.id).where(holds(read("word77 common"), tx.dialect))
        compiled = query.compile(tx, compile_kwargs={"literal_binds": True})
        plan = "\n".join(tx.execute(text(f"EXPLAIN {compiled}".replace(":*", r"\:*"))).scalars())
    db.dispose()
    assert "Bitmap Index Scan on search_words" in plan, plan


def test_sqlite_answers_from_its_full_text_index(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    with db.write() as tx:
        put_texts(tx, [f"word{number} common" for number in range(100)])
        query = select(entries.c.id).where(holds(read("word77 common"), tx.dialect))
        compiled = str(query.compile(tx, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    db.dispose()
    assert plan[0].startswith("SEARCH search_entries USING INTEGER PRIMARY KEY"), plan
    assert [step for step in plan if "search_words VIRTUAL TABLE INDEX" in step], plan


def test_what_is_under_embargo_is_found_counted_and_quoted_for_those_of_the_body_alone(
    world: Database,
) -> None:
    with world.write() as tx:
        put_meeting(tx, "CMM10", date(2022, 3, 2), embargoed=True)
        put_recommendation(tx, "CMM10-R01", "IDN", text="Foster lighthouses.", on=date(2022, 3, 2))
        put_report(tx, "CMM10-R01", "IDN", "implemented", narrative="Lighthouses are lit.")
        said = recommendations.MentionActivity(code="CMM10-F01", meeting="CMM10", text="Arts of lighthouses.")
        handle_activity(tx, OPERATOR, "ASEM-ACT-01", said, context())
    for words in ("lighthouses", "CMM10-R01", "lit"):
        assert codes(world, words) == []
    with world.read() as conn:
        assert find(conn, "lighthouses").total == 0
        assert find(conn, "lighthouses").counts["meeting"] == []
        (hit,) = find(conn, "portal arts").hits
        assert "lighthouses" not in str(hit)
        assert find(seeing(conn, OPERATOR), "lighthouses").total == 3
    with world.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM10", meetings.ReleaseMeeting(), context())
    assert codes(world, "lighthouses") == ["CMM10-R01", "ASEM-ACT-01", "CMM10-R01:IDN"]
