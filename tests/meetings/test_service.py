"""Doors to bodies and meetings: who may, what must exist."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from tests.builders import BODY, context, put_body, put_meeting, put_partner
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, NotAllowed, NotFound, RuleBroken
from tracker.meetings import queries
from tracker.meetings.commands import (
    CancelMeeting,
    CorrectMeeting,
    EstablishBody,
    HoldMeeting,
    MoveMeeting,
    ReviseBody,
    ScheduleMeeting,
)
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people.policy import OPERATOR, PUBLIC, Actor

SECRETARIAT = Actor("s", "Secretariat", frozenset({("secretariat", BODY)}))
ADMIN = Actor("a", "Administrator", frozenset({("admin", "*")}))


@pytest.fixture
def asem(db: Database) -> Database:
    with db.write() as tx:
        put_body(tx)
        put_body(tx, "UNESCO-2005")
        put_meeting(tx, "QINGDAO2017", date(2017, 6, 20), body="UNESCO-2005", kind="consultative")
    return db


def test_a_body_and_its_meetings_are_its_secretariats_and_not_an_administrators(db: Database) -> None:
    establish = EstablishBody(code=BODY, name=" ASEM  CMM ")
    schedule = ScheduleMeeting(code="CMM8", body=BODY)
    with db.write() as tx:
        with pytest.raises(NotAllowed, match="Only the secretariat of ASEM-CMM"):
            handle_body(tx, ADMIN, BODY, establish, context())
        handle_body(tx, SECRETARIAT, BODY, establish, context())
        assert queries.body(tx, BODY).name == "ASEM CMM"
        with pytest.raises(NotAllowed, match="Only the secretariat of ASEM-CMM"):
            handle_meeting(tx, ADMIN, "CMM8", schedule, context())
        handle_meeting(tx, SECRETARIAT, "CMM8", schedule, context())
        assert queries.meeting(tx, "CMM8").state == "planned"


def schedule(**fields: Any) -> ScheduleMeeting:
    return ScheduleMeeting(**({"code": "CMM8", "body": BODY} | fields))


@pytest.mark.parametrize(
    ("actor", "code", "command", "error", "sentence"),
    [
        (PUBLIC, "CMM8", schedule(), NotAllowed, "Please sign in"),
        (
            SECRETARIAT,
            "X1",
            schedule(code="X1", body="UNESCO-2005"),
            NotAllowed,
            "secretariat of UNESCO-2005",
        ),
        (SECRETARIAT, "QINGDAO2017", CancelMeeting(reason="X"), NotAllowed, "secretariat of UNESCO-2005"),
        (OPERATOR, "CMM9", schedule(), BadInput, "not the code CMM9 that was asked for"),
        (OPERATOR, "CMM8", schedule(body="NONE"), NotFound, "There is no body NONE"),
        (OPERATOR, "CMM8", schedule(prepares="CMM9"), NotFound, "There is no meeting CMM9"),
        (
            OPERATOR,
            "CMM8",
            schedule(prepares="QINGDAO2017"),
            RuleBroken,
            "QINGDAO2017 is a meeting of UNESCO-2005",
        ),
        (OPERATOR, "CMM8", schedule(prepares="CMM8"), RuleBroken, "cannot prepare itself"),
        (OPERATOR, "CMM8", schedule(title="a\x00b"), BadInput, "control characters"),
        (
            OPERATOR,
            "CMM8",
            schedule(starts_on=date(18, 3, 1), ends_on=date(18, 3, 2)),
            BadInput,
            "cannot be right",
        ),
        (OPERATOR, "CMM8", CancelMeeting(reason="X"), NotFound, "There is no meeting CMM8"),
    ],
)
def test_what_may_not_or_cannot_be_is_refused_and_nothing_is_written(
    asem: Database, actor: Actor, code: str, command: Any, error: type[Exception], sentence: str
) -> None:
    with asem.read() as conn:
        before = head(conn)
    with pytest.raises(error, match=sentence), asem.write() as tx:
        handle_meeting(tx, actor, code, command, context())
    with asem.read() as conn:
        assert head(conn) == before


def test_a_meeting_is_held_from_its_first_day_on_anywhere_on_earth(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM8", date(2018, 3, 1), held=False)
    hold = HoldMeeting(starts_on=date(2018, 3, 1), ends_on=date(2018, 3, 2), embargoed=False)
    too_early = msgspec.structs.replace(context(), effective_at=datetime(2018, 2, 28, 9, 59, tzinfo=UTC))
    with pytest.raises(RuleBroken, match="recorded as held from that day on"), asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", hold, too_early)
    in_kiribati = msgspec.structs.replace(context(), effective_at=datetime(2018, 2, 28, 10, tzinfo=UTC))
    with asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", hold, in_kiribati)


def test_a_grouping_that_partners_belong_to_stays(asem: Database) -> None:
    with asem.write() as tx:
        put_partner(tx, "IDN", grouping="Asia")
        handle_body(tx, OPERATOR, BODY, ReviseBody(name="ASEM CMM", groupings=["Asia", "Oceania"]), context())
    with pytest.raises(RuleBroken, match="Partners belong to Asia in ASEM-CMM"), asem.write() as tx:
        handle_body(tx, OPERATOR, BODY, ReviseBody(name="ASEM CMM", groupings=["Oceania"]), context())


def test_one_event_of_demonstration_marks_the_meeting(asem: Database) -> None:
    with asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", schedule(), context())
        assert not queries.meeting(tx, "CMM8").demonstration
        handle_meeting(tx, OPERATOR, "CMM8", CancelMeeting(reason="X"), context(demonstration=True))
        assert queries.meeting(tx, "CMM8").demonstration


def test_real_days_take_the_mark_of_demonstration_days_away(asem: Database) -> None:
    def move(day: date) -> MoveMeeting:
        return MoveMeeting(starts_on=day, ends_on=day, reason="Agreed.")

    with asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", schedule(), context())
        handle_meeting(tx, OPERATOR, "CMM8", move(date(2027, 1, 23)), context(demonstration=True))
        assert queries.meeting(tx, "CMM8").demonstration
        handle_meeting(tx, OPERATOR, "CMM8", move(date(2027, 3, 1)), context())
        assert not queries.meeting(tx, "CMM8").demonstration


def test_real_days_leave_the_mark_of_all_else_that_demonstration_set(asem: Database) -> None:
    day = date(2027, 3, 1)
    with asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", schedule(), context(demonstration=True))
        moved = MoveMeeting(starts_on=day, ends_on=day, reason="Agreed.")
        handle_meeting(tx, OPERATOR, "CMM8", moved, context())
        assert queries.meeting(tx, "CMM8").demonstration


def test_two_meetings_of_a_kind_have_not_one_number(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM8", date(2018, 3, 1), number=8)
        put_meeting(tx, "SOM8", date(2018, 2, 1), number=8, kind="senior_officials")
        put_meeting(tx, "CMM9", None, number=9)
        for code, command in (
            ("CMM10", schedule(code="CMM10", number=8)),
            ("CMM9", CorrectMeeting(number=8, reason="A slip.")),
        ):
            with pytest.raises(RuleBroken, match="CMM8 is number 8 of ASEM-CMM already"):
                handle_meeting(tx, OPERATOR, code, command, context())
        handle_meeting(tx, OPERATOR, "CMM9", CancelMeeting(reason="X"), context())
        handle_meeting(tx, OPERATOR, "CMM9B", schedule(code="CMM9B", number=9), context())


def test_a_meeting_was_not_held_in_the_future(asem: Database) -> None:
    with asem.write() as tx:
        put_meeting(tx, "CMM8", date(2018, 3, 1), number=8)
    later = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 1)}
    command = CorrectMeeting(number=8, reason="A slip.", **later)
    with pytest.raises(RuleBroken, match="recorded as held from that day on"), asem.write() as tx:
        handle_meeting(tx, OPERATOR, "CMM8", command, context())
