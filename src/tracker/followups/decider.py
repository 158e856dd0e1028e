"""The rules of one follow-up: what an addressee may report and what may become of it. Pure.

Which status may follow which is judged by the days they speak of (`as_of`), not by the order of arrival:

| reported | may not follow                                                  | needs a narrative                    |
|----------|-----------------------------------------------------------------|--------------------------------------|
| not started | under implementation, partially implemented, implemented     | no                                   |
| overtaken by events, not implemented | (follow anything)                   | yes, the reason                      |
| under or partially implemented, not implemented | (follow anything)        | yes; after implemented 10 characters |
| implemented | (follows anything)                                           | yes                                  |
| the same again | (follows itself)                                          | no: it means "no change"             |

Work that began cannot become "not started" again: an earlier report was wrong, and is to be corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.followups import commands as c
from tracker.followups import events as e
from tracker.kit.errors import RuleBroken

MAY_NOT_FOLLOW: dict[e.Status, frozenset[e.Status]] = {
    "not_started": frozenset({"under_implementation", "partially_implemented", "implemented"}),
}
SHORTEST_EXPLANATION = 10
"""Characters of narrative that a step back from implemented takes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says; a correction that says the same changes nothing."""

    status: e.Status
    as_of: date
    narrative: str
    evidence: tuple[e.Evidence, ...]
    raw_label: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands, and what others made of it; `dispute` is the reason while it is disputed."""

    report_id: str
    said: Said
    verification: str = "reported"
    dispute: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A follow-up as its events tell it; `reports` in recorded order. `closed_by` is the meeting, None while open."""

    response: tuple[str, str, str] | None = None
    reports: tuple[Report, ...] = ()
    due_on: date | None = None
    closed_by: str | None = None


def decide(command: c.FollowupCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    match command:
        case c.RecordResponse():
            return _respond(command, state)
        case c.ReportProgress():
            return _report(command, state)
        case c.CorrectReport():
            return _correct(command, state)
        case c.ValidateReport():
            return _validate(command, state)
        case c.VerifyReport():
            return _verify(command, state)
        case c.DisputeReport():
            return _dispute(command, state)
        case c.MoveFollowupDue():
            return _move_due(command, state)
        case c.CloseFollowup():
            return _close(command, state)
        case c.ReopenFollowup():
            return _reopen(command, state)


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.ResponseRecorded(response=response, note=note, raw_label=raw_label):
            return replace(state, response=(response, note, raw_label))
        case e.ProgressReported() as event:
            return replace(state, reports=(*state.reports, Report(event.report_id, _said(event))))
        case e.ReportCorrected() as event:
            return _with(state, Report(event.report_id, _said(event)))
        case e.ReportValidated(report_id=report_id):
            return _with(state, replace(_find(state, report_id), verification="validated"))
        case e.ReportVerified(report_id=report_id):
            return _with(state, replace(_find(state, report_id), verification="verified"))
        case e.ReportDisputed(report_id=report_id, reason=reason):
            return _with(state, replace(_find(state, report_id), verification="disputed", dispute=reason))
        case e.FollowupDueMoved(due_on=due_on):
            return replace(state, due_on=due_on)
        case e.FollowupClosed(meeting=meeting):
            return replace(state, closed_by=meeting)
        case e.FollowupReopened():
            return replace(state, closed_by=None)
        case _:
            return state


def _respond(command: c.RecordResponse, state: State) -> Sequence[Event]:
    _check_open(state, "takes no response")
    if state.response == (command.response, command.note, command.raw_label):
        return []
    return [e.ResponseRecorded(**_fields(command))]


def _report(command: c.ReportProgress, state: State) -> Sequence[Event]:
    _check_open(state, "takes no report")
    if any(report.report_id == command.report_id for report in state.reports):
        raise RuleBroken(
            f"There is a report {command.report_id} already; correct that one, or report anew under a new id."
        )
    _check_said(_said(command), before=[r.said for r in state.reports], after=[])
    return [e.ProgressReported(**_fields(command))]


def _correct(command: c.CorrectReport, state: State) -> Sequence[Event]:
    _check_open(state, "takes no correction")
    at = state.reports.index(_find(state, command.report_id))
    if state.reports[at].said == _said(command):
        return []
    said = [report.said for report in state.reports]
    _check_said(_said(command), before=said[:at], after=said[at + 1 :])
    return [e.ReportCorrected(**_fields(command))]


def _validate(command: c.ValidateReport, state: State) -> Sequence[Event]:
    report = _find(state, command.report_id)
    _check_undisputed(report, "validated")
    if report.verification in ("validated", "verified"):
        return []
    return [e.ReportValidated(report_id=command.report_id, note=command.note)]


def _verify(command: c.VerifyReport, state: State) -> Sequence[Event]:
    report = _find(state, command.report_id)
    _check_undisputed(report, "verified")
    if report.verification == "verified":
        return []
    if not report.said.evidence and not command.note:
        raise RuleBroken(
            "The report names no evidence; please say in the note what it was checked against.",
            field="note",
        )
    return [e.ReportVerified(report_id=command.report_id, note=command.note)]


def _dispute(command: c.DisputeReport, state: State) -> Sequence[Event]:
    report = _find(state, command.report_id)
    if not command.reason:
        raise RuleBroken(
            "Please give the reason why the report is disputed: whoever made it has to answer it.",
            field="reason",
        )
    if report.verification == "disputed" and report.dispute == command.reason:
        return []
    return [e.ReportDisputed(report_id=command.report_id, reason=command.reason)]


def _move_due(command: c.MoveFollowupDue, state: State) -> Sequence[Event]:
    _check_open(state, "has no due date to move")
    if command.due_on == state.due_on:
        return []
    if not command.reason:
        raise RuleBroken("Please give the reason why the due date moves.", field="reason")
    return [e.FollowupDueMoved(due_on=command.due_on, reason=command.reason)]


def _close(command: c.CloseFollowup, state: State) -> Sequence[Event]:
    if state.closed_by is not None:
        raise RuleBroken(
            f"{state.closed_by} has closed this follow-up already; a meeting may reopen it first."
        )
    if not command.reason:
        raise RuleBroken("Please give the reason why the meeting closes the follow-up.", field="reason")
    return [e.FollowupClosed(**_fields(command))]


def _reopen(command: c.ReopenFollowup, state: State) -> Sequence[Event]:
    if state.closed_by is None:
        raise RuleBroken(
            "This follow-up is open, so there is nothing to reopen; reports can be made at any time."
        )
    if not command.reason:
        raise RuleBroken("Please give the reason why the meeting reopens the follow-up.", field="reason")
    return [e.FollowupReopened(meeting=command.meeting, reason=command.reason)]


def _check_open(state: State, refused: str) -> None:
    if state.closed_by is not None:
        raise RuleBroken(f"{state.closed_by} closed this follow-up; it {refused} until a meeting reopens it.")


def _check_undisputed(report: Report, asked: str) -> None:
    if report.verification == "disputed":
        raise RuleBroken(f"The report is disputed and cannot be {asked}; its reporter must correct it first.")


def _check_said(said: Said, *, before: Sequence[Said], after: Sequence[Said]) -> None:
    """Holds `said` against its neighbours by day; `before` and `after` were recorded so."""
    earlier = [other for other in before if other.as_of <= said.as_of] + [
        o for o in after if o.as_of < said.as_of
    ]
    later = [other for other in before if other.as_of > said.as_of] + [
        o for o in after if o.as_of >= said.as_of
    ]
    # max takes the first among equals, min too: the one recorded last, or next, is what is meant.
    previous = max(reversed(earlier), key=lambda other: other.as_of, default=None)
    following = min(later, key=lambda other: other.as_of, default=None)
    if previous is not None:
        _check_follows(said, previous)
    if following is not None:
        _check_follows(following, said)
    _check_narrative(said, previous)


def _check_follows(said: Said, previous: Said) -> None:
    if previous.status in MAY_NOT_FOLLOW.get(said.status, ()):
        raise RuleBroken(
            f"“{_words(said.status)}” as of {said.as_of} cannot follow “{_words(previous.status)}” as of "
            f"{previous.as_of}: work that began stays begun. If one of the two is wrong, correct that report instead.",
            field="status",
        )


def _check_narrative(said: Said, previous: Said | None) -> None:
    if said.status == "not_started" or (previous is not None and previous.status == said.status):
        return
    if (
        previous is not None
        and previous.status == "implemented"
        and len(said.narrative) < SHORTEST_EXPLANATION
    ):
        raise RuleBroken(
            f"It was reported as implemented as of {previous.as_of}; please explain in at least "
            f"{SHORTEST_EXPLANATION} characters why it no longer is.",
            field="narrative",
        )
    if not said.narrative:
        raise RuleBroken(
            f"Please say in a sentence what “{_words(said.status)}” rests on.", field="narrative"
        )


def _words(status: str) -> str:
    return status.replace("_", " ")


def _said(told: c.ReportProgress | c.CorrectReport | e.ProgressReported | e.ReportCorrected) -> Said:
    return Said(told.status, told.as_of, told.narrative, tuple(told.evidence), told.raw_label)


def _find(state: State, report_id: str) -> Report:
    for report in state.reports:
        if report.report_id == report_id:
            return report
    raise RuleBroken(f"This follow-up has no report {report_id}; its history shows the ids of its reports.")


def _with(state: State, changed: Report) -> State:
    reports = tuple(changed if report.report_id == changed.report_id else report for report in state.reports)
    return replace(state, reports=reports)


def _fields(command: c.FollowupCommand) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


DECIDER = Decider("followup", State(), decide, evolve)
