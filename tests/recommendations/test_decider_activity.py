"""The rules of an activity."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.recommendations import commands as c
from tracker.recommendations import events as e
from tracker.recommendations.decider_activity import DECIDER

RECORD = c.RecordActivity(code="ASEM-ACT-02", body="ASEM-CMM", title="culture360", kind="portal")
MENTION = c.MentionActivity(code="CMM1-F02", meeting="CMM1", text="The portal is open.", lines=["12"])
LINK = c.LinkActivity(recommendation="CMM1-R04", basis="inferred")
RECORDED = e.ActivityRecorded(code="ASEM-ACT-02", body="ASEM-CMM", title="culture360", kind="portal")
MENTIONED = e.ActivityMentioned(code="CMM1-F02", meeting="CMM1", text="The portal is open.", lines=["12"])
LINKED = e.ActivityLinked(recommendation="CMM1-R04", basis="inferred")


def decide(command: c.ActivityCommand, *past: Event) -> list[Event]:
    return decided(DECIDER, past, command)


def test_an_activity_is_recorded_once() -> None:
    assert decide(RECORD) == [RECORDED]
    assert decide(RECORD, RECORDED) == []


def test_another_activity_under_the_same_code_is_refused() -> None:
    with pytest.raises(RuleBroken, match="revise it instead"):
        decide(replace(RECORD, title="Other"), RECORDED)


@pytest.mark.parametrize("code", ["", "ACT-01", "ASEM-ACT-1", "asem-act-01", "ASEM-ACT-01\n", "CMM1-F02"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken, match="codes look like ASEM-ACT-01"):
        decide(replace(RECORD, code=code))


def test_an_activity_needs_a_title() -> None:
    with pytest.raises(RuleBroken, match="give the title"):
        decide(replace(RECORD, title=""))
    with pytest.raises(RuleBroken, match="give the title"):
        decide(c.ReviseActivity(title=""), RECORDED)


def test_a_revision_to_the_same_changes_nothing() -> None:
    assert decide(c.ReviseActivity(title="culture360", kind="portal", reason="Again."), RECORDED) == []
    assert decide(c.ReviseActivity(title="culture360.org", kind="portal"), RECORDED) == [
        e.ActivityRevised(title="culture360.org", kind="portal")
    ]


def test_a_mention_again_with_other_words_revises_it() -> None:
    assert decide(MENTION, RECORDED) == [MENTIONED]
    assert decide(MENTION, RECORDED, MENTIONED) == []
    (revised,) = decide(replace(MENTION, text="The portal opened."), RECORDED, MENTIONED)
    assert isinstance(revised, e.ActivityMentioned)
    assert (revised.code, revised.text) == ("CMM1-F02", "The portal opened.")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "CMM2-F02"}, "codes look like CMM1-F01"),
        ({"code": "CMM1-R02"}, "codes look like CMM1-F01"),
        ({"text": ""}, "give the words"),
        ({"lines": ["5-4"]}, "run backwards"),
    ],
)
def test_a_mention_that_is_none_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        decide(replace(MENTION, **change), RECORDED)


def test_a_mention_is_withdrawn_and_may_be_made_again() -> None:
    withdrawn = e.MentionWithdrawn(code="CMM1-F02")
    assert decide(c.WithdrawMention(code="CMM1-F02"), RECORDED, MENTIONED) == [withdrawn]
    assert decide(MENTION, RECORDED, MENTIONED, withdrawn) == [MENTIONED]
    with pytest.raises(RuleBroken, match="no mention CMM1-F02"):
        decide(c.WithdrawMention(code="CMM1-F02"), RECORDED)


def test_an_activity_is_linked_to_an_element_once() -> None:
    assert decide(LINK, RECORDED) == [LINKED]
    assert decide(LINK, RECORDED, LINKED) == []
    with pytest.raises(RuleBroken, match="withdraw that link"):
        decide(replace(LINK, basis="stated"), RECORDED, LINKED)


def test_a_link_is_withdrawn() -> None:
    unlinked = e.ActivityUnlinked(recommendation="CMM1-R04")
    assert decide(c.UnlinkActivity(recommendation="CMM1-R04"), RECORDED, LINKED) == [unlinked]
    assert decide(LINK, RECORDED, LINKED, unlinked) == [LINKED]
    with pytest.raises(RuleBroken, match="no link to withdraw"):
        decide(c.UnlinkActivity(recommendation="CMM1-R04"), RECORDED)


@pytest.mark.parametrize("command", [MENTION, LINK, c.ReviseActivity(title="x")])
def test_nothing_happens_to_an_activity_that_was_never_recorded(command: Any) -> None:
    with pytest.raises(RuleBroken, match="record it first"):
        decide(command)
