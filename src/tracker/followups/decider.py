"""The rules of one follow-up: what an addressee may report and what may become of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.followups import commands as c
from tracker.followups import events as e
from tracker.followups.saying import Said, check_order, check_said
from tracker.kit.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands, and what others made of it; `dispute` is the reason while it is disputed."""

    report_id: str
    said: Said
    verification: str = "reported"
    dispute: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A follow-up as its events tell it; `reports` in recorded order, without those `withdrawn` (ids). `decisions`:
    meeting and ending (None: reopened)."""

    response: tuple[str, str, str] | None = None
    reports: tuple[Report, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    due_on: date | None = None
    decisions: tuple[tuple[str, e.Ending | None], ...] = ()

    @property
    def closed_by(self) -> str | None:
        """The meeting, None while open."""
        meeting, ending = self.decisions[-1] if self.decisions else ("", None)
        return None if ending is None else meeting


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
        case c.WithdrawReport():
            return _withdraw_report(command, state)
        case c.WithdrawDispute():
            return _withdraw_dispute(command, state)
        case c.MoveFollowupDue():
            return _move_due(command, state)
        case c.CloseFollowup():
            return _close(command, state)
        case c.ReopenFollowup():
            return _reopen(command, state)
        case c.WithdrawDecision():
            return _withdraw_decision(command, state)


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
        case e.ReportWithdrawn(report_id=report_id):
            left = tuple(report for report in state.reports if report.report_id != report_id)
            return replace(state, reports=left, withdrawn=state.withdrawn | {report_id})
        case e.DisputeWithdrawn(report_id=report_id):
            return _with(state, replace(_find(state, report_id), verification="reported", dispute=""))
        case e.FollowupDueMoved(due_on=due_on):
            return replace(state, due_on=due_on)
        case e.FollowupClosed(meeting=meeting, ending=ending):
            return replace(state, decisions=(*state.decisions, (meeting, ending)))
        case e.FollowupReopened(meeting=meeting):
            return replace(state, decisions=(*state.decisions, (meeting, None)))
        case e.DecisionWithdrawn():
            return replace(state, decisions=state.decisions[:-1])
        case _:
            return state


def _respond(command: c.RecordResponse, state: State) -> Sequence[Event]:
    _check_open(state, "takes no response")
    if state.response == (command.response, command.note, command.raw_label):
        return []
    return [e.ResponseRecorded(**_fields(command))]


def _report(command: c.ReportProgress, state: State) -> Sequence[Event]:
    _check_open(state, "takes no report")
    if command.report_id in state.withdrawn.union(report.report_id for report in state.reports):
        raise RuleBroken(
            f"There is a report {command.report_id} already; correct that one, or report anew under a new id."
        )
    check_said([*(report.said for report in state.reports), _said(command)], -1)
    return [e.ProgressReported(**_fields(command))]


def _correct(command: c.CorrectReport, state: State) -> Sequence[Event]:
    _check_open(state, "takes no correction")
    at = state.reports.index(_find(state, command.report_id))
    if state.reports[at].said == _said(command):
        return []
    said = [report.said for report in state.reports]
    said[at] = _said(command)
    check_said(said, at)
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


def _withdraw_report(command: c.WithdrawReport, state: State) -> Sequence[Event]:
    if command.report_id in state.withdrawn:
        return []
    _check_open(state, "keeps its reports")
    _find(state, command.report_id)
    _check_reason(command.reason, "the report is taken back")
    check_order([report.said for report in state.reports if report.report_id != command.report_id])
    return [e.ReportWithdrawn(report_id=command.report_id, reason=command.reason)]


def _withdraw_dispute(command: c.WithdrawDispute, state: State) -> Sequence[Event]:
    if _find(state, command.report_id).verification != "disputed":
        raise RuleBroken("The report is not disputed, so there is no dispute to take back.")
    _check_reason(command.reason, "the dispute is taken back")
    return [e.DisputeWithdrawn(report_id=command.report_id, reason=command.reason)]


def _move_due(command: c.MoveFollowupDue, state: State) -> Sequence[Event]:
    _check_open(state, "has no due date to move")
    if command.due_on == state.due_on:
        return []
    _check_reason(command.reason, "the due date moves")
    return [e.FollowupDueMoved(due_on=command.due_on, reason=command.reason)]


def _close(command: c.CloseFollowup, state: State) -> Sequence[Event]:
    if state.closed_by is not None:
        raise RuleBroken(
            f"{state.closed_by} has closed this follow-up already; a meeting may reopen it first."
        )
    _check_reason(command.reason, "the meeting closes the follow-up")
    return [e.FollowupClosed(**_fields(command))]


def _reopen(command: c.ReopenFollowup, state: State) -> Sequence[Event]:
    if state.closed_by is None:
        raise RuleBroken(
            "This follow-up is open, so there is nothing to reopen; reports can be made at any time."
        )
    _check_reason(command.reason, "the meeting reopens the follow-up")
    return [e.FollowupReopened(**_fields(command))]


def _withdraw_decision(command: c.WithdrawDecision, state: State) -> Sequence[Event]:
    if not state.decisions:
        raise RuleBroken("No meeting has closed this follow-up, so there is no decision to take back.")
    if command.meeting != state.decisions[-1][0]:
        raise RuleBroken(
            f"{state.decisions[-1][0]} decided last on this follow-up; take back that decision first.",
            field="meeting",
        )
    _check_reason(command.reason, "the decision is taken back")
    return [e.DecisionWithdrawn(**_fields(command))]


def _check_open(state: State, refused: str) -> None:
    if state.closed_by is not None:
        raise RuleBroken(f"{state.closed_by} closed this follow-up; it {refused} until a meeting reopens it.")


def _check_reason(reason: str, why: str) -> None:
    if not reason:
        raise RuleBroken(f"Please give the reason why {why}.", field="reason")


def _check_undisputed(report: Report, asked: str) -> None:
    if report.verification == "disputed":
        raise RuleBroken(
            f"The report is disputed and cannot be {asked}; its reporter must correct it, or "
            "whoever disputed it take that back."
        )


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
