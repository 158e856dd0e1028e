"""Every decider, whatever is asked of it in whatever order.

It answers the same again, refuses only by `RuleBroken` with a sentence, and what it answered folds to a state in which
the invariants of its feature hold after every single event.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import recorded
from tests.followups import histories as followup_histories
from tests.meetings import test_projection as meeting_histories
from tests.people import test_projection as people_histories
from tests.recommendations import test_decider as recommendation_histories
from tracker.eventstore import canonical, registry
from tracker.eventstore.execute import Decider
from tracker.eventstore.store import Recorded
from tracker.followups.commands import WithdrawDecision
from tracker.followups.decider import DECIDER as FOLLOWUP
from tracker.followups.saying import MAY_NOT_FOLLOW
from tracker.kit.errors import RuleBroken
from tracker.meetings.commands import EstablishBody, ScheduleMeeting
from tracker.meetings.decider import BODY, MEETING
from tracker.people.commands import (
    ChangeAddress,
    IssueToken,
    RegisterPartner,
    RegisterPerson,
    RenamePerson,
    RevokeToken,
)
from tracker.people.decider import FOCAL_POINTS, PARTNER, PERSON, TOKEN
from tracker.recommendations import commands as c
from tracker.recommendations.decider import DECIDER as RECOMMENDATION
from tracker.recommendations.decider_activity import DECIDER as ACTIVITY

FIRST = date(2018, 1, 1)


class Feature(NamedTuple):
    """A decider, the commands to try, and what always holds of its state."""

    decider: Decider[Any, Any]
    commands: st.SearchStrategy[Sequence[Any]]
    holds: Callable[[Any], bool]


def after(first: Any, commands: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    """The commands after one that begins the stream, or mostly so: what comes before it must be refused."""
    return commands.flatmap(lambda rest: st.sampled_from([[first, *rest], [*rest[:1], first, *rest[1:]]]))


def followup_holds(state: Any) -> bool:
    """Reports follow one from another by day; ids are unique; what is withdrawn is gone; decisions alternate."""
    by_day = sorted(state.reports, key=lambda report: report.said.as_of)
    ids = [report.report_id for report in state.reports]
    return (
        all(a.said.status not in MAY_NOT_FOLLOW.get(b.said.status, ()) for a, b in pairwise(by_day))
        and len(set(ids)) == len(ids)
        and not state.withdrawn & set(ids)
        and all((a[1] is None) != (b[1] is None) for a, b in pairwise(state.decisions))
        and (not state.decisions or state.decisions[0][1] is not None)
        and all((report.verification == "disputed") == bool(report.dispute) for report in state.reports)
    )


def recommendation_holds(state: Any) -> bool:
    """Informational elements bind nobody; nothing is linked to or superseded by itself."""
    return (
        not (state.nature == "informational" and state.addressees)
        and state.code not in state.links
        and state.superseded_by != state.code
        and (not state.code or bool(state.wording.text))
        and len(set(state.themes)) == len(state.themes)
    )


def meeting_holds(state: Any) -> bool:
    """Held meetings have days, days run forwards, and no meeting prepares itself."""
    if state.now is None:
        return state.state == "planned" and not state.parts
    now = state.now
    return (
        (now.starts_on is None) == (now.ends_on is None)
        and (now.starts_on is None or now.starts_on <= now.ends_on)
        and (state.state != "held" or now.starts_on is not None)
        and now.prepares != now.code
        and all(key == part.code for key, part in state.parts.items())
    )


def focal_points_hold(state: Any) -> bool:
    """On no day are there two main focal points, or one person twice."""
    for month in range(15):
        day = FIRST + timedelta(days=30 * month)
        holding = [each for each in state.appointments.values() if each.holds(day)]
        if sum(each.standing == "main" for each in holding) > 1:
            return False
        if len({each.person_id for each in holding}) != len(holding):
            return False
    return True


def partner_holds(state: Any) -> bool:
    """Memberships of one body last at least a day and never overlap."""
    members = list(state.memberships.items())
    return all(one.until is None or one.until > one.since for _, one in members) and not any(
        a[0] == b[0] and one.overlaps(two.since, two.until) for (a, one), (b, two) in combinations(members, 2)
    )


lines = st.lists(st.sampled_from(["1", "2-3", "3-2"]), max_size=1)
words = st.sampled_from(["", "One.", "Two."])
activity_commands = st.lists(
    st.one_of(
        st.builds(c.ReviseActivity, title=words, note=words),
        st.builds(
            c.MentionActivity,
            code=st.sampled_from(["CMM8-F01", "CMM8-F02", "CMM8-R01"]),
            meeting=st.just("CMM8"),
            text=words,
            lines=lines,
        ),
        st.builds(c.WithdrawMention, code=st.sampled_from(["CMM8-F01", "CMM8-F02"])),
        st.builds(
            c.LinkActivity, recommendation=st.sampled_from(["CMM8-R01", "CMM8-R02"]), basis=st.just("stated")
        ),
        st.builds(c.UnlinkActivity, recommendation=st.sampled_from(["CMM8-R01", "CMM8-R02"])),
    ),
    max_size=12,
)
ACTIVITY_RECORDED = c.RecordActivity(code="ASEM-ACT-01", body="ASEM-CMM", title="A portal")
MEETING_SCHEDULED = ScheduleMeeting(code="CMM8", body="ASEM-CMM", number=8)
FEATURES = {
    "followup": Feature(FOLLOWUP, st.lists(followup_histories.commands, max_size=25), followup_holds),
    "recommendation": Feature(
        RECOMMENDATION,
        st.lists(recommendation_histories.anything, max_size=25),
        recommendation_holds,
    ),
    "activity": Feature(
        ACTIVITY,
        after(ACTIVITY_RECORDED, activity_commands),
        lambda state: all(key == said.code for key, said in state.mentions.items()),
    ),
    "meeting": Feature(MEETING, after(MEETING_SCHEDULED, meeting_histories.meeting_commands), meeting_holds),
    "body": Feature(
        BODY,
        after(EstablishBody(code="ASEM-CMM", name="ASEM CMM"), meeting_histories.body_commands),
        lambda state: state.established is not None or not state.themes,
    ),
    "focal points": Feature(FOCAL_POINTS, people_histories.focal_point_commands, focal_points_hold),
    "partner": Feature(
        PARTNER,
        after(
            RegisterPartner(code="IDN", name="Indonesia", kind="country"), people_histories.partner_commands
        ),
        partner_holds,
    ),
    "person": Feature(
        PERSON,
        after(RegisterPerson(), people_histories.person_commands),
        lambda state: state.registered or not state.roles,
    ),
    "token": Feature(
        TOKEN,
        st.lists(
            st.one_of(
                st.builds(
                    IssueToken,
                    person_id=st.just("official"),
                    scopes=st.lists(st.sampled_from(["read.public", "followup.report"]), max_size=3),
                    expires_on=st.just(FIRST),
                    strong=st.booleans(),
                ),
                st.builds(RevokeToken),
            ),
            max_size=6,
        ),
        lambda state: state.issued or not state.revoked,
    ),
}


def answer(feature: Feature, command: Any, state: Any) -> list[Any] | str:
    """The events, or the sentence of the refusal; anything else that is raised is a fault."""
    try:
        return list(feature.decider.decide(command, state))
    except RuleBroken as refused:
        return refused.message


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_commands_in_any_order_are_refused_in_words_or_keep_the_invariants(
    feature: Feature, data: st.DataObject
) -> None:
    decider, past = feature.decider, list[Recorded]()
    state = decider.initial
    for command in data.draw(feature.commands):
        answered = answer(feature, command, state)
        assert answer(feature, command, decider.fold(past)) == answered
        if isinstance(answered, str):
            assert answered.endswith("."), answered
            assert len(answered.split()) >= 4, answered
            continue
        for event in answered:
            past.append(recorded(decider.stream("x"), len(past) + 1, event))
            state = decider.evolve(state, past[-1])
            assert registry.decode(*registry.name_of(type(event)), canonical.encode(event)) == event
        assert feature.holds(state), (command, state)
        assert decider.fold(past) == state


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_command_given_again_at_once_adds_nothing(feature: Feature, data: st.DataObject) -> None:
    decider, past = feature.decider, list[Recorded]()
    for command in data.draw(feature.commands):
        # Of two decisions by one meeting one is taken back at a time; names and addresses are in no event, so that the
        # rules cannot tell whether they are new.
        if isinstance(command, WithdrawDecision | RenamePerson | ChangeAddress):
            continue
        events = answer(feature, command, decider.fold(past))
        if isinstance(events, str):
            continue
        past += [recorded(decider.stream("x"), len(past) + n, event) for n, event in enumerate(events, 1)]
        again = answer(feature, command, decider.fold(past))
        assert again == [] or isinstance(again, str)
