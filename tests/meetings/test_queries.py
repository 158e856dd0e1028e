"""Bodies, meetings and cycles, on both databases."""

from datetime import date, timedelta

import pytest

from tests.builders import BODY, context, put_body, put_meeting
from tracker.eventstore.projector import projection
from tracker.eventstore.rebuild import check
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.meetings import queries
from tracker.meetings.commands import CancelMeeting, DefineTheme, MoveMeeting, RecordFact, RecordWorkshop
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people.policy import OPERATOR

CMM7, CMM8 = date(2016, 6, 22), date(2018, 3, 1)
TODAY = date(2019, 5, 7)
DAY = timedelta(days=1)


@pytest.fixture
def asem(db: Database) -> Database:
    """Two meetings held, each over two days, and the senior officials' meeting between them."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", CMM8, ends_on=CMM8 + DAY, number=8)
        put_meeting(tx, "CMM7", CMM7, ends_on=CMM7 + DAY, number=7)
        put_meeting(tx, "SOM8", date(2017, 10, 1), kind="senior_officials", prepares="CMM8")
    return db


def test_bodies_and_their_themes_are_listed(asem: Database) -> None:
    with asem.write() as tx:
        put_body(tx, "UNESCO-2005", validation=True)
        for code, title in (("heritage", "Heritage"), ("crafts", "Crafts")):
            handle_body(tx, OPERATOR, BODY, DefineTheme(code=code, title=title), context())
    with asem.read() as conn:
        assert [(body.code, body.validation) for body in queries.bodies(conn)] == [
            (BODY, False),
            ("UNESCO-2005", True),
        ]
        assert queries.body(conn, BODY).groupings == ["Asia", "Europe"]
        assert [theme.code for theme in queries.themes(conn, BODY)] == ["crafts", "heritage"]
        assert queries.themes(conn, "UNESCO-2005") == []


def test_meetings_come_in_time_and_those_without_a_date_last(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM10", None, number=10)
        put_meeting(tx, "CMM9", None, number=9)
        put_body(tx, "UNESCO-2005")
        put_meeting(tx, "QINGDAO2017", date(2017, 6, 20), body="UNESCO-2005", kind="consultative")
    with asem.read() as conn:
        codes = ["CMM7", "SOM8", "CMM8", "CMM9", "CMM10"]
        assert [meeting.code for meeting in queries.meetings(conn, BODY)] == codes
        assert [meeting.code for meeting in queries.meetings(conn)] == [*codes, "QINGDAO2017"]


def test_a_meeting_has_its_workshops_and_facts(asem: Database) -> None:
    with asem.write() as tx:
        for number in (2, 1):
            workshop = RecordWorkshop(code=f"CMM8-W0{number}", text=f"Workshop {number}", lines=["24-28"])
            handle_meeting(tx, OPERATOR, "CMM8", workshop, context())
        handle_meeting(
            tx, OPERATOR, "CMM8", RecordFact(code="CMM8-N01", text="51 partners", sources=["p. 3"]), context()
        )
    with asem.read() as conn:
        assert [workshop.text for workshop in queries.workshops(conn, "CMM8")] == ["Workshop 1", "Workshop 2"]
        assert [fact.sources for fact in queries.facts(conn, "CMM8")] == [["p. 3"]]
        assert queries.workshops(conn, "CMM7") == queries.facts(conn, "CMM7") == []


def test_what_there_is_not_is_not_found(db: Database) -> None:
    with db.read() as conn:
        for ask in (queries.body, queries.meeting, queries.cycle):
            with pytest.raises(NotFound, match=r"There is no .* XXX"):
                ask(conn, "XXX")


def test_nothing_lies_ahead_when_nothing_is_planned(asem: Database) -> None:
    with asem.read() as conn:
        assert queries.upcoming(conn, BODY, TODAY) is None


def test_the_next_dated_meeting_lies_ahead(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", None, number=9)
        put_meeting(tx, "CMM11", TODAY + 900 * DAY, held=False)
        put_meeting(tx, "CMM10", TODAY + 90 * DAY, held=False)
        put_meeting(tx, "SOM10", TODAY + 30 * DAY, held=False, kind="senior_officials", prepares="CMM10")
    with asem.read() as conn:
        upcoming = queries.upcoming(conn, BODY, TODAY)
        assert upcoming is not None
        assert (upcoming.code, upcoming.undated, upcoming.overdue) == ("CMM10", False, False)


def test_a_meeting_lies_ahead_until_its_last_day_is_over(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", TODAY, ends_on=TODAY + DAY, held=False)
    with asem.read() as conn:
        found = [queries.upcoming(conn, BODY, TODAY + n * DAY) for n in range(3)]
    assert [(each.code, each.overdue) for each in found if each] == [
        ("CMM9", False),
        ("CMM9", False),
        ("CMM9", True),
    ]


def test_a_meeting_without_a_date_is_told_apart(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", None, number=9)
        put_meeting(tx, "CMM10", TODAY - DAY, held=False)
    with asem.read() as conn:
        upcoming = queries.upcoming(conn, BODY, TODAY)
        assert upcoming is not None
        assert (upcoming.code, upcoming.undated, upcoming.overdue) == ("CMM9", True, False)


def test_cancelled_and_other_bodies_meetings_do_not_lie_ahead(asem: Database) -> None:
    with asem.write() as tx:
        put_body(tx, "UNESCO-2005")
        put_meeting(tx, "BEIJING2020", TODAY + DAY, held=False, body="UNESCO-2005", kind="consultative")
        put_meeting(tx, "CMM9", TODAY + DAY, held=False)
        handle_meeting(tx, OPERATOR, "CMM9", CancelMeeting(reason="The host withdrew."), context())
    with asem.read() as conn:
        assert queries.upcoming(conn, BODY, TODAY) is None


def test_a_consultative_meeting_lies_ahead_only_where_no_ministerial_one_does(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "TALKS2019", TODAY + DAY, held=False, kind="consultative")
    with asem.read() as conn:
        assert getattr(queries.upcoming(conn, BODY, TODAY), "code", None) == "TALKS2019"
    with asem.write() as tx:
        put_meeting(tx, "CMM9", None, number=9)
    with asem.read() as conn:
        assert getattr(queries.upcoming(conn, BODY, TODAY), "code", None) == "CMM9"


def test_a_cycle_runs_from_the_end_of_one_meeting_to_the_end_of_the_next(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", None, number=9)
        put_meeting(tx, "SOM9", date(2019, 10, 1), held=False, kind="senior_officials", prepares="CMM9")
    with asem.read() as conn:
        assert queries.cycle(conn, "CMM7") == (None, CMM7 + DAY)
        assert queries.cycle(conn, "CMM8") == (CMM7 + DAY, CMM8 + DAY)
        assert queries.cycle(conn, "CMM9") == (CMM8 + DAY, None)
        assert queries.cycle(conn, "SOM9") == (CMM8 + DAY, date(2019, 10, 1))


def test_a_planned_meeting_in_between_opens_no_cycle(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", TODAY + DAY, held=False)
        put_meeting(tx, "CMM10", TODAY + 730 * DAY, held=False)
    with asem.read() as conn:
        assert queries.cycle(conn, "CMM10").opens_on == CMM8 + DAY


def test_what_was_known_before_is_asked_with_the_same_queries(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM9", None, number=9)
    with asem.read() as conn:
        before = head(conn)
    move = MoveMeeting(starts_on=TODAY + DAY, ends_on=TODAY + DAY, place="Jakarta, Indonesia")
    with asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM9", move, context())
    with asem.read() as conn, as_known_at(conn, before) as scratch:
        assert (queries.meeting(conn, "CMM9").place, queries.meeting(scratch, "CMM9").place) == (
            "Jakarta, Indonesia",
            "",
        )
        assert queries.upcoming(conn, BODY, TODAY) != queries.upcoming(scratch, BODY, TODAY)


def test_live_rows_are_rebuilt_rows(asem: Database) -> None:
    assert check(asem, projection("meetings")) == []
