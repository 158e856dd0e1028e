"""The seed files become commands: once, as revisions when a file changes, and never against what people did since."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Boolean, func, select

from seed.load import load
from tests.builders import BODY, context, put_report
from tests.seed.small import change, put_files
from tracker.eventstore import store
from tracker.eventstore.projector import all_projections
from tracker.eventstore.rebuild import check
from tracker.followups.queries import followup
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.meetings import queries as meetings
from tracker.meetings.commands import MoveMeeting, ReviseMeeting
from tracker.meetings.service import handle_meeting
from tracker.people import queries as people
from tracker.people.policy import OPERATOR
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.service import handle

MATRIX = Path(__file__).parents[2] / "seed"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_files(tmp_path / "asem-cmm")


def events(db: Database, after: int = 0) -> list[store.Recorded]:
    with db.read() as connection:
        return list(store.read_on(connection, after, limit=10_000))


def position(db: Database) -> int:
    with db.read() as connection:
        return store.head(connection)


# --- the matrix ------------------------------------------------------------------------------------------------------


@pytest.fixture
def matrix(db: Database) -> Database:
    load(db, MATRIX, now=NOW)
    return db


def test_the_whole_matrix_is_loaded_once(matrix: Database) -> None:
    with matrix.read() as connection:
        adopted = Counter((each.meeting, each.kind) for each in queries.search(connection))
        mentioned = {
            code: len(queries.mentions(connection, code)) for code in ("CMM1", "CMM8", "QINGDAO2017")
        }
        shops = {
            f"CMM{number}": len(meetings.workshops(connection, f"CMM{number}")) for number in range(1, 10)
        }
        facts = meetings.facts(connection, "QINGDAO2017")
        partners = people.members(connection, BODY, date(2018, 3, 2))
        activities = queries.activities(connection)
    assert adopted == {
        ("CMM1", "action_plan"): 4,
        ("CMM1", "recommendation"): 13,
        ("CMM2", "action_plan"): 1,
        ("CMM2", "recommendation"): 17,
        ("CMM3", "action_plan"): 4,
        ("CMM3", "recommendation"): 15,
        ("CMM4", "action_plan"): 4,
        ("CMM4", "recommendation"): 21,
        ("CMM5", "action_plan"): 3,
        ("CMM5", "recommendation"): 4,
        ("CMM6", "action_plan"): 4,
        ("CMM6", "recommendation"): 14,
        ("CMM7", "action_plan"): 4,
        ("CMM7", "recommendation"): 6,
        ("CMM8", "action_plan"): 12,
        ("CMM8", "recommendation"): 12,
    }
    assert mentioned == {"CMM1": 6, "CMM8": 5, "QINGDAO2017": 1}
    assert shops == dict(zip(shops, [3, 4, 4, 4, 4, 3, 3, 3, 0], strict=True))
    assert (len(facts), len(partners), len(activities)) == (10, 53, 23)
    assert "CRIHAP" in facts[0].sources[0]
    assert "(UNESCO), line 3" in facts[0].sources[1]

    written = position(matrix)
    again = load(matrix, MATRIX, now=NOW)
    assert (again.events, again.revised, again.unchanged) == (0, 0, again.read)
    assert position(matrix) == written


def test_history_is_dated_at_the_meetings_and_recorded_now(matrix: Database) -> None:
    with matrix.read() as connection:
        (first, *_, directed) = store.load(connection, "recommendation-CMM8-R03")[:2]
        held = store.load(connection, "meeting-CMM1")[1]
        joined = store.load(connection, "partner-IDN")[1]
    assert first.effective_at.date() == directed.effective_at.date() == date(2018, 3, 2)
    assert held.effective_at.date() == date(2003, 12, 4)
    assert joined.effective_at.date() == date(1996, 1, 1)
    assert {item.recorded_at.date() for item in (first, held, joined)} == {datetime.now(UTC).date()}
    assert (first.actor_id, first.metadata) == ("service", {"door": "seed"})


def test_what_is_operational_is_directed_to_the_partners_of_the_day(matrix: Database) -> None:
    with matrix.read() as connection:
        for element in queries.search(connection, body=BODY):
            ended = meetings.meeting(connection, element.meeting).ends_on
            assert ended is not None
            wanted = len(people.members(connection, BODY, ended)) if element.nature == "operational" else 0
            assert element.addressees == wanted, element.code
        (first, *_) = queries.addressees(connection, "CMM1-R04")
        assert queries.recommendation(connection, "CMM1-R04").addressees == 26
    assert (first.since, first.rule) == (date(2003, 12, 4), "all partners of ASEM-CMM on 2003-12-04")


def test_nothing_of_the_matrix_is_marked_as_demonstration(matrix: Database) -> None:
    tables = [table for each in all_projections().values() for table in each.tables]
    marked = [table for table in tables if "demonstration" in table.c]
    assert len(marked) > 5
    with matrix.read() as connection:
        for table in marked:
            assert isinstance(table.c.demonstration.type, Boolean)
            query = select(func.count()).select_from(table).where(table.c.demonstration)
            assert connection.execute(query).scalar() == 0, table.name


def test_the_rows_are_those_that_the_log_gives(matrix: Database) -> None:
    assert {
        name: check(matrix, each) for name, each in all_projections().items() if check(matrix, each)
    } == {}


# --- changed files ---------------------------------------------------------------------------------------------------

CHANGES = [
    ("body.yaml", "name: \"ASEM Culture", "name: \"The ASEM Culture", ["body.revised"]),
    ("body.yaml", "title: Arts", "title: The arts", ["body.theme_defined"]),
    ("body.yaml", "{code: arts", "{code: crafts, title: Crafts}\n  - {code: arts", ["body.theme_defined"]),
    ("partners.yaml", "name: Norway", "name: Kingdom of Norway", ["partner.renamed"]),
    ("meetings/CMM8.yaml", "title: \"The road forward\"", "title: \"The way\"", ["meeting.revised"]),
    ("meetings/CMM8.yaml", "text: \"Heritage\"", "text: \"World heritage\"", ["meeting.workshop_recorded"]),
    ("meetings/CMM8.yaml", "Thirty came.", "Forty came.", ["meeting.fact_recorded"]),
    ("meetings/CMM8.yaml", "for all.", "for everyone.", ["recommendation.revised"]),
    ("meetings/CMM8.yaml", "[\"22-23\"]", "[\"22-24\"]", ["recommendation.revised"]),
    ("meetings/CMM8.yaml", "themes: [arts, heritage]", "themes: [arts]", ["recommendation.classified"]),
    ("meetings/CMM8.yaml", "nature: informational", "nature: operational", ["recommendation.classified", "recommendation.directed"]),
    ("meetings/CMM8.yaml", "nature: operational", "nature: informational", ["recommendation.released", "recommendation.classified"]),
    ("meetings/CMM8.yaml", "repeated: [\"30\"]", "repeated: [\"31\"]", ["recommendation.repetition_withdrawn", "recommendation.repeated"]),
    ("meetings/CMM8.yaml", "    repeated: [\"30\"]\n", "", ["recommendation.repetition_withdrawn"]),
    ("meetings/CMM8.yaml", "number: 8", "number: 88", ["meeting.corrected"]),
    ("meetings/CMM8.yaml", "number: 8", "number: 8\nkind: consultative", ["meeting.corrected"]),
    ("meetings/CMM8.yaml", "\"2018-03-02\"", "\"2018-03-03\"", ["meeting.corrected"]),
    ("meetings/CMM9.yaml", "In 2020", "In 2021", ["meeting.corrected"]),
    ("partners.yaml", "joined: 2018", "joined: 2017", ["partner.membership_corrected"]),
    ("partners.yaml", "grouping: Asia", "grouping: Europe", ["partner.membership_corrected"]),
    ("partners.yaml", "joined: 2018", "joined: 2010", ["partner.membership_corrected", "recommendation.directed"]),
    ("meetings/CMM8.yaml", "themes: [arts, heritage]", "themes: [arts, heritage]\n    due_on: 2020-01-01", ["recommendation.due_set"]),
    ("meetings/CMM8.yaml", "themes: [arts, heritage]", "themes: [arts, heritage]\n    directed: [Europe]", ["recommendation.released"]),
    ("meetings/CMM8.yaml", "    parent: CMM8-R01\n", "", ["recommendation.revised"]),
    ("meetings/CMM8.yaml", "The portal is open.", "The portal was opened.", ["activity.mentioned"]),
    ("activities.yaml", "title: \"A portal\"", "title: \"The portal\"", ["activity.revised"]),
    ("activities.yaml", "note: \"It is", "note: \"It was", ["activity.unlinked", "activity.linked"]),
    ("activities.yaml", "      - {recommendation: CMM8-R01, basis: inferred, note: \"It is the portal.\"}\n", "      []\n", ["activity.unlinked"]),
    ("links.yaml", "restates", "elaborates", ["recommendation.unlinked", "recommendation.linked"]),
    ("links.yaml", "links:\n  - {from: CMM8-R01, to: CMM7-R01, relation: restates, basis: inferred, note: \"The same wish.\"}", "links: []", ["recommendation.unlinked"]),
    ("meetings/CMM9.yaml", "state: planned\n", "state: planned\nstarts_on: 2020-10-01\nends_on: 2020-10-02\n", ["meeting.moved"]),
    ("meetings/CMM9.yaml", "state: planned\n", "state: held\nstarts_on: 2020-10-01\nends_on: 2020-10-02\n", ["meeting.moved", "meeting.held"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), CHANGES)
def test_a_changed_file_becomes_a_revision(
    db: Database, folder: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    change(folder, file, old, new)
    report = load(db, folder, now=NOW)
    written = events(db, before)
    assert [item.event_type for item in written] == expected
    assert report.events == len(expected)
    assert report.read - report.revised - report.unchanged == (1 if "crafts" in new else 0)
    again = load(db, folder, now=NOW)
    assert (again.events, again.unchanged) == (0, again.read)


def test_a_changed_text_is_one_event_effective_now(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    change(folder, "meetings/CMM8.yaml", "In two languages.", "In three languages.")
    report = load(db, folder, now=NOW)
    (revised,) = events(db, before)
    assert (revised.event_type, revised.stream_id) == ("recommendation.revised", "recommendation-CMM8-R01-01")
    assert revised.effective_at == NOW
    assert (report.events, report.revised) == (1, 1)
    with db.read() as connection:
        assert queries.recommendation(connection, "CMM8-R01-01").text == "In three languages."


def test_a_new_element_is_dated_at_its_meeting(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    new = '  - {code: CMM8-R02, text: "To sing.", lines: ["40"], nature: operational}\nfollow_up:'
    change(folder, "meetings/CMM8.yaml", "follow_up:", new)
    load(db, folder, now=NOW)
    recorded, directed = events(db, before)
    assert (recorded.event_type, directed.event_type) == (
        "recommendation.recorded",
        "recommendation.directed",
    )
    assert recorded.effective_at.date() == date(2018, 3, 2)


def test_a_mention_moves_to_another_activity(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    change(folder, "meetings/CMM8.yaml", '["26"], activity: ASEM-ACT-02', '["26"], activity: ASEM-ACT-01')
    change(folder, "activities.yaml", "[CMM8-F01]", "[CMM8-F01, CMM8-F02]")
    change(folder, "activities.yaml", "[CMM8-F02]", "[CMM8-F03]")
    new = '  - {code: CMM8-F03, text: "A third.", lines: ["27"], activity: ASEM-ACT-02}\n'
    with (folder / "meetings/CMM8.yaml").open("a", encoding="utf-8") as file:
        file.write(new)
    load(db, folder, now=NOW)
    assert [item.event_type for item in events(db, before)] == [
        "activity.mention_withdrawn",
        "activity.mentioned",
        "activity.mentioned",
    ]
    assert load(db, folder, now=NOW).events == 0


# --- people and files ------------------------------------------------------------------------------------------------


def test_what_people_changed_since_is_not_undone(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    with db.write() as tx:
        for code, command in (
            ("CMM8-R01", c.ReviseRecommendation(text="By hand.", source="The matrix", lines=["22-23"])),
            ("CMM8-R01", c.UnlinkRecommendation(to="CMM7-R01")),
            ("CMM8-R01", c.ReleaseAddressees(partners=["NOR"], reason="Asked to be.")),
            ("CMM7-R01", c.SupersedeRecommendation(by="CMM8-R01", meeting="CMM8")),
        ):
            handle(tx, OPERATOR, code, command, context())
        move = MoveMeeting(starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 2))
        handle_meeting(tx, OPERATOR, "CMM9", move, context())
        handle(tx, OPERATOR, "CMM8-R05", _by_hand("CMM8-R05"), context())
    assert load(db, folder, now=NOW).events == 0
    with db.read() as connection:
        assert queries.recommendation(connection, "CMM8-R01").text == "By hand."
        assert [each.partner for each in queries.addressees(connection, "CMM8-R01")] == ["IDN"]
        assert meetings.meeting(connection, "CMM9").starts_on == date(2027, 1, 1)


def _by_hand(code: str) -> c.RecordRecommendation:
    return c.RecordRecommendation(
        code=code, meeting="CMM8", body=BODY, kind="recommendation", text="By hand."
    )


def test_a_file_that_agrees_with_people_finds_it_done(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    with db.write() as tx:
        handle(tx, OPERATOR, "CMM8-R01", c.UnlinkRecommendation(to="CMM7-R01"), context())
    (folder / "links.yaml").write_text("links: []\n")
    assert load(db, folder, now=NOW).events == 0


def test_a_code_that_people_used_for_something_else_refuses_the_load(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    with db.write() as tx:
        handle(tx, OPERATOR, "CMM8-R02", _by_hand("CMM8-R02"), context())
    before = position(db)
    change(folder, "meetings/CMM8.yaml", "The road forward", "The way")
    new = '  - {code: CMM8-R02, text: "To sing.", lines: ["40"], nature: operational}\nfollow_up:'
    change(folder, "meetings/CMM8.yaml", "follow_up:", new)
    with pytest.raises(
        BadInput, match=r"meetings/CMM8.yaml, line 28: CMM8-R02 is recorded already, and differently"
    ):
        load(db, folder, now=NOW)
    assert position(db) == before


# --- what no file may change -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("meetings/CMM8.yaml", "  - {code: CMM8-W01, text: \"Heritage\", lines: [\"20\"]}", "  []", "the entry CMM8-W01 was loaded before and is missing now"),
        ("body.yaml", "  - {code: heritage, title: Heritage}\n", "", "meetings/CMM8.yaml, line 22: ASEM-CMM has no theme heritage"),
        ("partners.yaml", "  - {code: NOR, name: Norway, kind: country, grouping: Europe, joined: 2018}\n", "", "partners.yaml, line 1: the partner NOR was loaded before"),
        ("partners.yaml", ", joined: 2018", "", "partners.yaml, line 5: the joined of NOR was loaded as “2018-01-01”"),
        ("meetings/CMM8.yaml", "number: 8", "number: 9", "meetings/CMM8.yaml, line 3: CMM9 is number 9 of ASEM-CMM already"),
        ("meetings/CMM7.yaml", "state: held", "state: planned", "meetings/CMM7.yaml, line 4: CMM7 is planned and cannot have adopted anything"),
        ("body.yaml", "The matrix", "A matrix", "body.yaml, line 3: the source of ASEM-CMM"),
    ],
)  # fmt: skip
def test_what_no_file_may_change_is_refused_whole(
    db: Database, folder: Path, file: str, old: str, new: str, reason: str
) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    change(folder, "meetings/CMM7.yaml", "To open a portal.", "To open a door.")
    change(folder, file, old, new)
    with pytest.raises(BadInput) as refused:
        load(db, folder, now=NOW)
    assert reason in refused.value.message
    assert position(db) == before


def test_a_vanished_element_is_named(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    text = (folder / "meetings/CMM8.yaml").read_text()
    start, end = text.index("  - code: CMM8-R01-01"), text.index("follow_up:")
    (folder / "meetings/CMM8.yaml").write_text(text[:start] + text[end:])
    with pytest.raises(
        BadInput, match=r"meetings/CMM8.yaml, line 1: the element CMM8-R01-01 was loaded before"
    ):
        load(db, folder, now=NOW)
    assert position(db) == before


def test_progress_counts_every_entry(db: Database, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    report = load(db, folder, now=NOW, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, report.read + 1))
    assert {total for _, total in told} == {report.read}


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (
            "links.yaml",
            "links.yaml, line 1: links.yaml was loaded before and is missing now; to withdraw every link",
        ),
        ("partners.yaml", "the partner IDN was loaded before and is missing now"),
        ("meetings/CMM9.yaml", "the meeting CMM9 was loaded before and is missing now"),
        ("activities.yaml", "ASEM-ACT-01 does not list CMM8-F01 among its mentions"),
    ],
)
def test_a_file_that_vanished_is_refused(db: Database, folder: Path, file: str, reason: str) -> None:
    load(db, folder, now=NOW)
    before = position(db)
    (folder / file).unlink()
    with pytest.raises(BadInput) as refused:
        load(db, folder, now=NOW)
    assert reason in refused.value.message
    assert position(db) == before


def test_an_element_that_is_renamed_is_refused(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    change(folder, "meetings/CMM8.yaml", "code: CMM8-R01-01", "code: CMM8-R02")
    change(folder, "meetings/CMM8.yaml", "    parent: CMM8-R01\n", "")
    with pytest.raises(BadInput, match="the element CMM8-R01-01 was loaded before and is missing now"):
        load(db, folder, now=NOW)


# --- what people wrote in one field while the file changes another ---------------------------------------------------


def test_a_changed_field_leaves_what_people_wrote_in_another(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    with db.write() as tx:
        by_hand = c.ReviseRecommendation(text="By hand.", source="The matrix", lines=["22-23"])
        handle(tx, OPERATOR, "CMM8-R01", by_hand, context())
        revise = ReviseMeeting(title="By hand", place="Sofia", country="BGR", source="The matrix")
        handle_meeting(tx, OPERATOR, "CMM8", revise, context())
    change(folder, "meetings/CMM8.yaml", '["22-23"]', '["22-24"]')
    change(folder, "meetings/CMM8.yaml", 'place: "Sofia"', 'place: "Sofia, Bulgaria"')
    load(db, folder, now=NOW)
    assert load(db, folder, now=NOW).events == 0
    with db.read() as connection:
        element, meeting = (
            queries.recommendation(connection, "CMM8-R01"),
            meetings.meeting(connection, "CMM8"),
        )
    assert (element.text, element.lines) == ("By hand.", ["22-24"])
    assert (meeting.title, meeting.place) == ("By hand", "Sofia, Bulgaria")

    change(folder, "meetings/CMM8.yaml", "for all.", "for everybody.")
    load(db, folder, now=NOW)
    assert load(db, folder, now=NOW).events == 0
    with db.read() as connection:
        assert queries.recommendation(connection, "CMM8-R01").text == "To open a portal for everybody."


def test_reports_stay_when_files_are_loaded_again(db: Database, folder: Path) -> None:
    load(db, folder, now=NOW)
    with db.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "implemented", date(2020, 1, 1))
    assert load(db, folder, now=NOW).events == 0
    change(folder, "meetings/CMM8.yaml", "for all.", "for everybody.")
    assert load(db, folder, now=NOW).events == 1
    with db.read() as connection:
        assert followup(connection, "CMM8-R01", "IDN", date(2026, 11, 24)).status == "implemented"
