"""The rules of an adopted element."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import decided
from tests.folding import lived, projected
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.recommendations import commands as c
from tracker.recommendations import events as e
from tracker.recommendations import queries
from tracker.recommendations.decider import DECIDER
from tracker.recommendations.projection import projection

RECORD = c.RecordRecommendation(
    code="CMM8-R03",
    meeting="CMM8",
    body="ASEM-CMM",
    kind="recommendation",
    text="To strengthen cooperation on cultural heritage.",
    themes=["heritage"],
    source="The matrix",
    lines=["165-172"],
)
REVISE = c.ReviseRecommendation(text=RECORD.text, source=RECORD.source, lines=RECORD.lines)
LINK = c.LinkRecommendation(to="CMM7-R01", relation="restates", basis="inferred", note="The same wish.")
DAY = date(2018, 3, 2)


def fields(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


RECORDED = e.RecommendationRecorded(**fields(RECORD))
LINKED = e.RecommendationLinked(**fields(LINK))
DIRECTED = e.RecommendationDirected(partners=["FRA", "IDN"], on=DAY)
DUE = e.DueSet(due_on=date(2020, 1, 1))
SUPERSEDED = e.RecommendationSuperseded(by="CMM9-R01", meeting="CMM9")
INFORMATIONAL = e.RecommendationClassified(nature="informational", themes=["heritage"])


def decide(command: c.RecommendationCommand, *past: Event) -> list[Event]:
    return decided(DECIDER, past, command)


def direct(*partners: str) -> c.DirectRecommendation:
    return c.DirectRecommendation(partners=list(partners), on=DAY)


# --- recording -------------------------------------------------------------------------------------------------------


def test_an_element_is_recorded() -> None:
    assert decide(RECORD) == [RECORDED]


def test_the_same_element_again_changes_nothing() -> None:
    assert decide(RECORD, RECORDED) == []


def test_a_revised_element_recorded_as_it_stands_changes_nothing() -> None:
    revised = e.RecommendationRevised(text="Better.", source="The matrix", lines=["165-172"])
    assert decide(replace(RECORD, text="Better."), RECORDED, revised) == []


@pytest.mark.parametrize(
    "change", [{"text": "Other."}, {"nature": "informational"}, {"themes": []}, {"body": "X1"}]
)
def test_another_element_under_the_same_code_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken, match="revise or classify it instead"):
        decide(replace(RECORD, **change), RECORDED)


@pytest.mark.parametrize(
    "code",
    ["", "R03", "CMM7-R03", "CMM8-R3", "CMM8-X03", "CMM8-R03-1", "cmm8-R03", "CMM8-R03-01-01", "CMM8-R03\n"],
)
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken, match="codes look like CMM8-A01, CMM8-R03"):
        decide(replace(RECORD, code=code))


def test_a_part_has_two_numbers() -> None:
    assert decide(replace(RECORD, code="CMM8-R03-01", parent="CMM8-R03"))


def test_the_letter_of_the_code_is_that_of_the_kind() -> None:
    with pytest.raises(RuleBroken, match="letter of the wrong kind"):
        decide(replace(RECORD, kind="action_plan"))


def test_an_element_needs_its_text() -> None:
    with pytest.raises(RuleBroken, match="give the text"):
        decide(replace(RECORD, text=""))


def test_an_element_is_no_part_of_itself() -> None:
    with pytest.raises(RuleBroken, match="part of itself"):
        decide(replace(RECORD, parent="CMM8-R03"))


def test_a_theme_is_given_once() -> None:
    with pytest.raises(RuleBroken, match="heritage is given twice"):
        decide(replace(RECORD, themes=["heritage", "arts", "heritage"]))


@pytest.mark.parametrize("lines", ["", "a", "12-", "-12", "1,2", "12:2-4-5", "1:2:3", "１２"])
def test_a_range_of_lines_that_is_none_is_refused(lines: str) -> None:
    with pytest.raises(RuleBroken, match="is no range of lines"):
        decide(replace(RECORD, lines=[lines]))


@pytest.mark.parametrize("lines", ["0", "5-4", "7:3-2", "7:0"])
def test_lines_that_run_backwards_are_refused(lines: str) -> None:
    with pytest.raises(RuleBroken, match="run backwards"):
        decide(replace(RECORD, lines=[lines]))


def test_nothing_happens_to_an_element_that_was_never_recorded() -> None:
    with pytest.raises(RuleBroken, match="record it first"):
        decide(REVISE)


# --- revising, classifying, repeating --------------------------------------------------------------------------------


def test_a_revision_keeps_the_new_wording() -> None:
    assert decide(replace(REVISE, text="Better."), RECORDED) == [
        e.RecommendationRevised(text="Better.", source="The matrix", lines=["165-172"])
    ]


def test_a_revision_to_the_same_changes_nothing() -> None:
    assert decide(replace(REVISE, reason="Again."), RECORDED) == []


def test_a_revision_cannot_take_the_text_away() -> None:
    with pytest.raises(RuleBroken, match="give the text"):
        decide(replace(REVISE, text=""), RECORDED)


def test_nature_and_themes_are_set_together() -> None:
    command = c.ClassifyRecommendation(nature="informational", themes=[])
    assert decide(command, RECORDED) == [e.RecommendationClassified(nature="informational", themes=[])]
    assert decide(command, RECORDED, e.RecommendationClassified(nature="informational", themes=[])) == []


def test_an_element_that_is_directed_cannot_become_informational() -> None:
    with pytest.raises(RuleBroken, match="directed to 2 partners; release them"):
        decide(c.ClassifyRecommendation(nature="informational", themes=[]), RECORDED, DIRECTED)


def test_a_repetition_is_noted_once() -> None:
    command = c.RepeatRecommendation(source="The matrix", lines=["300-305"])
    again = e.RecommendationRepeated(source="The matrix", lines=["300-305"])
    assert decide(command, RECORDED) == [again]
    assert decide(command, RECORDED, again) == []


def test_a_repetition_says_where() -> None:
    with pytest.raises(RuleBroken, match="give the lines"):
        decide(c.RepeatRecommendation(source="The matrix", lines=[]), RECORDED)


def test_an_element_does_not_repeat_itself_where_it_stands() -> None:
    with pytest.raises(RuleBroken, match="itself stands at these lines"):
        decide(c.RepeatRecommendation(source="The matrix", lines=["165-172"]), RECORDED)


# --- links -----------------------------------------------------------------------------------------------------------


def test_an_element_is_linked_to_another() -> None:
    assert decide(LINK, RECORDED) == [LINKED]


def test_the_same_link_again_changes_nothing() -> None:
    assert decide(LINK, RECORDED, LINKED) == []


def test_another_link_to_the_same_element_is_refused() -> None:
    with pytest.raises(RuleBroken, match="withdraw that link"):
        decide(replace(LINK, relation="follows"), RECORDED, LINKED)


def test_an_element_is_not_linked_to_itself() -> None:
    with pytest.raises(RuleBroken, match="to itself"):
        decide(replace(LINK, to="CMM8-R03"), RECORDED)


def test_a_link_is_withdrawn_and_may_be_made_anew() -> None:
    unlinked = e.RecommendationUnlinked(to="CMM7-R01")
    assert decide(c.UnlinkRecommendation(to="CMM7-R01"), RECORDED, LINKED) == [unlinked]
    assert decide(replace(LINK, relation="follows"), RECORDED, LINKED, unlinked)


def test_a_link_that_is_not_there_cannot_be_withdrawn() -> None:
    with pytest.raises(RuleBroken, match="not linked to CMM7-R01"):
        decide(c.UnlinkRecommendation(to="CMM7-R01"), RECORDED)


# --- superseding -----------------------------------------------------------------------------------------------------


def test_an_element_is_superseded() -> None:
    command = c.SupersedeRecommendation(by="CMM9-R01", meeting="CMM9")
    assert decide(command, RECORDED) == [SUPERSEDED]


def test_an_element_cannot_take_its_own_place() -> None:
    with pytest.raises(RuleBroken, match="its own place"):
        decide(c.SupersedeRecommendation(by="CMM8-R03", meeting="CMM9"), RECORDED)


@pytest.mark.parametrize(
    "command",
    [
        c.SupersedeRecommendation(by="CMM9-R02", meeting="CMM9"),
        LINK,
        direct("IDN"),
        c.SetDue(due_on=date(2020, 1, 1)),
    ],
)
def test_a_superseded_element_is_not_superseded_linked_directed_or_due(command: Any) -> None:
    with pytest.raises(RuleBroken, match=r"was superseded by CMM9-R01 and cannot"):
        decide(command, RECORDED, SUPERSEDED)


# --- addressees ------------------------------------------------------------------------------------------------------


def test_an_element_is_directed_to_partners_once_each() -> None:
    assert decide(direct("IDN", "FRA", "IDN"), RECORDED) == [
        e.RecommendationDirected(partners=["IDN", "FRA"], on=DAY)
    ]


def test_partners_that_are_addressed_already_are_passed_over() -> None:
    assert decide(direct("IDN", "CHN"), RECORDED, DIRECTED) == [
        e.RecommendationDirected(partners=["CHN"], on=DAY)
    ]
    assert decide(direct("IDN"), RECORDED, DIRECTED) == []


def test_an_element_is_directed_to_at_least_one_partner() -> None:
    with pytest.raises(RuleBroken, match="at least one partner"):
        decide(direct(), RECORDED)


def test_what_is_informational_cannot_be_directed_or_due() -> None:
    for command in (direct("IDN"), c.SetDue(due_on=DAY)):
        with pytest.raises(RuleBroken, match="Classify it as operational first"):
            decide(command, RECORDED, INFORMATIONAL)


def test_addressees_are_released_with_a_reason_and_may_be_addressed_again() -> None:
    released = e.AddresseeReleased(partners=["IDN"], reason="Left the programme.")
    command = c.ReleaseAddressees(partners=["IDN", "IDN"], reason="Left the programme.")
    assert decide(command, RECORDED, DIRECTED) == [released]
    assert decide(direct("IDN", "FRA"), RECORDED, DIRECTED, released) == [
        e.RecommendationDirected(partners=["IDN"], on=DAY)
    ]


@pytest.mark.parametrize(
    ("partners", "reason", "sentence"),
    [
        ([], "So.", "at least one partner"),
        (["IDN"], "", "give the reason"),
        (["IDN", "CHN"], "So.", "not directed to CHN"),
    ],
)
def test_a_release_that_makes_no_sense_is_refused(partners: list[str], reason: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        decide(c.ReleaseAddressees(partners=partners, reason=reason), RECORDED, DIRECTED)


# --- due dates -------------------------------------------------------------------------------------------------------


def test_a_due_date_is_set_once_and_moved_afterwards() -> None:
    moved = e.DueMoved(due_on=date(2021, 1, 1), reason="The meeting moved.")
    assert decide(c.SetDue(due_on=DUE.due_on), RECORDED) == [DUE]
    assert decide(c.SetDue(due_on=DUE.due_on), RECORDED, DUE) == []
    assert decide(c.MoveDue(due_on=date(2021, 1, 1), reason="The meeting moved."), RECORDED, DUE) == [moved]
    assert decide(c.MoveDue(due_on=date(2021, 1, 1), reason="Again."), RECORDED, DUE, moved) == []


def test_a_second_first_due_date_is_refused() -> None:
    with pytest.raises(RuleBroken, match="is due on 2020-01-01 already; move the date"):
        decide(c.SetDue(due_on=date(2021, 1, 1)), RECORDED, DUE)


def test_a_date_moves_only_from_one_that_is_set_and_with_a_reason() -> None:
    with pytest.raises(RuleBroken, match="no due date yet"):
        decide(c.MoveDue(due_on=DAY, reason="So."), RECORDED)
    with pytest.raises(RuleBroken, match="give the reason"):
        decide(c.MoveDue(due_on=DAY, reason=""), RECORDED, DUE)


# --- any history -----------------------------------------------------------------------------------------------------

codes = st.sampled_from(["FRA", "IDN", "CHN", "KOR"])
days = st.dates(date(2018, 3, 2), date(2018, 3, 6))
others = st.sampled_from(["CMM7-R01", "CMM7-R02", "CMM8-R03"])
anything = st.one_of(
    st.just(RECORD),
    st.builds(c.ReviseRecommendation, text=st.sampled_from(["", "One.", "Two."])),
    st.builds(
        c.ClassifyRecommendation,
        nature=st.sampled_from(["operational", "informational"]),
        themes=st.lists(st.sampled_from(["arts", "heritage"]), max_size=2),
    ),
    st.builds(
        c.RepeatRecommendation, source=st.just("S"), lines=st.lists(st.sampled_from(["1", "2"]), max_size=1)
    ),
    st.builds(c.WithdrawRepetition, source=st.just("S"), lines=st.just(["1"])),
    st.builds(c.LinkRecommendation, to=others, relation=st.just("follows"), basis=st.just("stated")),
    st.builds(c.UnlinkRecommendation, to=others),
    st.builds(c.DirectRecommendation, partners=st.lists(codes, max_size=3), on=days),
    st.builds(c.ReleaseAddressees, partners=st.lists(codes, max_size=2), reason=st.just("So.")),
    st.builds(c.SetDue, due_on=days),
    st.builds(c.MoveDue, due_on=days, reason=st.just("So.")),
    st.builds(c.WithdrawDue, reason=st.sampled_from(["", "None was decided."])),
    st.builds(c.WithdrawSupersession, reason=st.sampled_from(["", "A slip."])),
    st.builds(c.SupersedeRecommendation, by=st.just("CMM9-R01"), meeting=st.just("CMM9")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(anything, max_size=25))
def test_the_rows_say_what_the_state_says_and_asking_again_changes_nothing(commands: list[Any]) -> None:
    past = lived(DECIDER, RECORD.code, [RECORD, *commands])
    state = DECIDER.fold(past)
    with projected(projection, past) as rows:
        shown = queries.recommendation(rows, RECORD.code)
        assert {each.partner for each in queries.addressees(rows, RECORD.code)} == state.addressees
        assert len(state.addressees) == shown.addressees
        assert (shown.text, shown.nature, shown.themes) == (
            state.wording.text,
            state.nature,
            list(state.themes),
        )
        assert {(each.source, tuple(each.lines)) for each in shown.repeats} == state.repeats
        assert len(shown.repeats) == len(state.repeats)
        assert shown.links == len(state.links)
        assert (shown.due_on, shown.superseded_by) == (state.due_on, state.superseded_by)
        dated = [item.event for item in past if isinstance(item.event, e.DueSet | e.DueWithdrawn)]
        assert shown.original_due_on == getattr(dated[-1] if dated else None, "due_on", None)
        by_theme = {each.code for theme in state.themes for each in queries.search(rows, theme=theme)}
        assert by_theme == ({RECORD.code} if state.themes else set())
    settled = [c.DirectRecommendation(partners=sorted(state.addressees), on=DAY)] if state.addressees else []
    if state.superseded_by is None:
        assert [event for command in settled for event in DECIDER.decide(command, state)] == []


# --- taking back what was a mistake ----------------------------------------------------------------------------------


def test_an_element_stands_again_that_was_recorded_as_superseded_by_mistake() -> None:
    again = e.SupersessionWithdrawn(reason="CMM8-R04 was meant.")
    assert decide(c.WithdrawSupersession(reason="CMM8-R04 was meant."), RECORDED, SUPERSEDED) == [again]
    assert decide(direct("FRA"), RECORDED, SUPERSEDED, again)
    with pytest.raises(RuleBroken, match="was not superseded"):
        decide(c.WithdrawSupersession(reason="So."), RECORDED)
    with pytest.raises(RuleBroken, match="reason why CMM8-R03 stands again"):
        decide(c.WithdrawSupersession(reason=""), RECORDED, SUPERSEDED)


def test_a_repetition_that_is_none_is_taken_back() -> None:
    repeated = e.RecommendationRepeated(source="The matrix", lines=["200"])
    withdrawn = e.RepetitionWithdrawn(source="The matrix", lines=["200"])
    assert decide(c.WithdrawRepetition(source="The matrix", lines=["200"]), RECORDED, repeated) == [withdrawn]
    with pytest.raises(RuleBroken, match="is not recorded as printed again at 200"):
        decide(c.WithdrawRepetition(source="The matrix", lines=["200"]), RECORDED, repeated, withdrawn)


def test_a_due_date_that_nobody_decided_is_taken_away() -> None:
    gone = e.DueWithdrawn(reason="None was decided.")
    assert decide(c.WithdrawDue(reason="None was decided."), RECORDED, DUE) == [gone]
    assert decide(c.WithdrawDue(reason="None was decided."), RECORDED, DUE, gone) == []
    assert decide(c.SetDue(due_on=date(2022, 1, 1)), RECORDED, DUE, gone)
    with pytest.raises(RuleBroken, match="reason why CMM8-R03 is not due any more"):
        decide(c.WithdrawDue(reason=""), RECORDED, DUE)
