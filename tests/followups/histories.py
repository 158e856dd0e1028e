"""Random histories of one follow-up, as the decider lets them happen."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

from hypothesis import strategies as st

from tests.builders import recorded
from tracker.eventstore.store import Recorded
from tracker.followups import commands as c
from tracker.followups import events as e
from tracker.followups.decider import DECIDER
from tracker.kit.clock import at_midnight
from tracker.kit.errors import RuleBroken

PAIR = {"recommendation": "CMM8-R03", "partner": "IDN"}
FIRST = date(2018, 3, 2)
KEY = "CMM8-R03:IDN"

days = st.integers(0, 2_000).map(lambda day: FIRST + timedelta(days=day))
ids = st.sampled_from(["r1", "r2", "r3", "r4"])
statuses = st.sampled_from(get_args(e.Status))
texts = st.sampled_from(["", "Short.", "As told by the ministry."])
links = st.lists(st.just(e.Evidence(url="https://example.org/")), max_size=1)
meetings = st.sampled_from(["CMM9", "CMM10"])
said = {"status": statuses, "as_of": days, "narrative": texts, "evidence": links}

commands: st.SearchStrategy[c.FollowupCommand] = st.one_of(
    st.builds(
        c.RecordResponse,
        **{n: st.just(v) for n, v in PAIR.items()},
        response=st.sampled_from(get_args(e.Response)),
    ),
    st.builds(c.ReportProgress, **{n: st.just(v) for n, v in PAIR.items()}, report_id=ids, **said),
    st.builds(c.CorrectReport, report_id=ids, **said),
    st.builds(c.ValidateReport, report_id=ids),
    st.builds(c.VerifyReport, report_id=ids, note=texts),
    st.builds(c.DisputeReport, report_id=ids, reason=texts),
    st.builds(c.WithdrawReport, report_id=ids, reason=texts),
    st.builds(c.WithdrawDispute, report_id=ids, reason=texts),
    st.builds(c.MoveFollowupDue, due_on=days, reason=texts),
    st.builds(
        c.CloseFollowup,
        **{n: st.just(v) for n, v in PAIR.items()},
        meeting=meetings,
        ending=st.sampled_from(get_args(e.Ending)),
        reason=texts,
    ),
    st.builds(c.ReopenFollowup, meeting=meetings, reason=texts),
    st.builds(c.WithdrawDecision, meeting=meetings, reason=texts),
)
steps = st.lists(st.tuples(commands, days, st.booleans()), max_size=25)


def lived(asked: Sequence[tuple[c.FollowupCommand, date, bool]]) -> list[Recorded]:
    """The events of those commands that the decider accepts, each effective on its day."""
    history: list[Recorded] = []
    for command, day, demonstration in asked:
        try:
            events = DECIDER.decide(command, DECIDER.fold(history))
        except RuleBroken:
            continue
        metadata = {"demonstration": True} if demonstration else {}
        for event in events:
            one = recorded(DECIDER.stream(KEY), len(history) + 1, event, metadata)
            fields = {name: getattr(one, name) for name in one.__struct_fields__}
            history.append(Recorded(**(fields | {"effective_at": at_midnight(day)})))
    return history


histories = steps.map(lived)
