"""Whatever is decided, the rows say what the folded state says."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.folding import lived, projected
from tracker.meetings.commands import (
    CancelMeeting,
    CorrectMeeting,
    DefineTheme,
    EstablishBody,
    HoldMeeting,
    MoveMeeting,
    RecordFact,
    RecordWorkshop,
    ReleaseMeeting,
    ReviseBody,
    ReviseMeeting,
    ScheduleMeeting,
    SetCutoff,
)
from tracker.meetings.decider import BODY, MEETING
from tracker.meetings.events import FactRecorded, WorkshopRecorded
from tracker.meetings.projection import projection
from tracker.meetings.tables import bodies, facts, meetings, themes, workshops

days = st.integers(0, 5).map(lambda n: date(2018, 3, 1) + timedelta(days=n))
words = st.sampled_from(["", "one", "two"])
countries = st.sampled_from(["", "BGR", "IDN"])
meeting_commands = st.lists(
    st.builds(ReviseMeeting, title=words, place=words, country=countries, host=words, note=words)
    | st.builds(MoveMeeting, starts_on=days, ends_on=days, place=words, country=countries)
    | st.builds(
        CorrectMeeting,
        number=st.none() | st.integers(0, 9),
        kind=st.sampled_from(["ministerial", "consultative"]),
        prepares=st.none() | st.sampled_from(["CMM8", "CMM9"]),
        announced=words,
        starts_on=st.none() | days,
        ends_on=st.none() | days,
        reason=words,
    )
    | st.builds(HoldMeeting, starts_on=days, ends_on=days, embargoed=st.booleans())
    | st.just(ReleaseMeeting())
    | st.builds(SetCutoff, reports_by=st.none() | days, reason=words)
    | st.builds(CancelMeeting, reason=words)
    | st.builds(
        RecordWorkshop, code=st.sampled_from(["CMM8-W01", "CMM8-W02"]), text=words, lines=st.lists(words)
    )
    | st.builds(
        RecordFact, code=st.sampled_from(["CMM8-N01", "CMM8-W01"]), text=words, sources=st.lists(words)
    ),
    max_size=12,
)
body_commands = st.lists(
    st.builds(ReviseBody, name=words, description=words, groupings=st.lists(words), validation=st.booleans())
    | st.builds(DefineTheme, code=st.sampled_from(["heritage", "crafts"]), title=words),
    max_size=12,
)


@given(meeting_commands)
def test_a_meeting_stands_as_folded(commands: list[Any]) -> None:
    first = ScheduleMeeting(code="CMM8", body="ASEM-CMM", number=8, title="Eighth", announced="In 2018")
    past = lived(MEETING, "CMM8", [first, *commands])
    state = MEETING.fold(past)
    with projected(projection, past) as connection:
        row = dict(connection.execute(select(meetings)).mappings().one())
        found_workshops = connection.execute(select(workshops)).mappings().all()
        found_facts = connection.execute(select(facts)).mappings().all()
    assert state.now is not None
    expected = {name: getattr(state.now, name) for name in state.now.__struct_fields__}
    marks = {"demonstration": False, "days_demonstration": False}
    assert row == expected | marks | {
        "state": state.state,
        "embargoed": state.embargoed,
        "reports_by": state.reports_by,
    }
    parts = [WorkshopRecorded(**_own(row)) for row in found_workshops]
    parts_and_facts = [*parts, *(FactRecorded(**_own(row)) for row in found_facts)]
    assert {part.code: part for part in parts_and_facts} == state.parts


@given(body_commands)
def test_a_body_stands_as_folded(commands: list[Any]) -> None:
    past = lived(
        BODY, "ASEM-CMM", [EstablishBody(code="ASEM-CMM", name="ASEM CMM", source="A list"), *commands]
    )
    state = BODY.fold(past)
    with projected(projection, past) as connection:
        row = dict(connection.execute(select(bodies)).mappings().one())
        titles = {row.code: row.title for row in connection.execute(select(themes))}
    known = state.established
    assert row == {name: getattr(known, name) for name in known.__struct_fields__} | {"demonstration": False}
    assert titles == state.themes


def _own(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "meeting"}
