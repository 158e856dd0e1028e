"""What may be asked about one follow-up."""

from datetime import date

from tracker.eventstore.execute import Command
from tracker.followups.events import Ending, Evidence, Response, Status


class RecordResponse(Command):
    """Record the addressee's response."""

    recommendation: str
    partner: str
    response: Response
    note: str = ""
    raw_label: str = ""


class ReportProgress(Command):
    """Report where implementation stands; `report_id` is made by the door (a new id)."""

    recommendation: str
    partner: str
    report_id: str
    status: Status
    as_of: date
    narrative: str
    evidence: list[Evidence] = []
    raw_label: str = ""


class CorrectReport(Command):
    """Put a report right."""

    report_id: str
    status: Status
    as_of: date
    narrative: str
    evidence: list[Evidence] = []
    raw_label: str = ""
    reason: str = ""


class ValidateReport(Command):
    """Stand behind a report as the validating authority."""

    report_id: str
    note: str = ""


class VerifyReport(Command):
    """Confirm a report independently."""

    report_id: str
    note: str = ""


class DisputeReport(Command):
    """Contest a report."""

    report_id: str
    reason: str


class WithdrawReport(Command):
    """Take back a report that should never have been made; one that is merely wrong is corrected."""

    report_id: str
    reason: str


class WithdrawDispute(Command):
    """No longer contest a report."""

    report_id: str
    reason: str


class MoveFollowupDue(Command):
    """Give this addressee a due date of its own."""

    due_on: date
    reason: str


class CloseFollowup(Command):
    """Close by a meeting's decision."""

    recommendation: str
    partner: str
    meeting: str
    ending: Ending
    reason: str


class ReopenFollowup(Command):
    """Reopen by a meeting's decision."""

    meeting: str
    reason: str


class WithdrawDecision(Command):
    """Take back the last closing or reopening, that of `meeting`, because it was recorded by mistake."""

    meeting: str
    reason: str


FollowupCommand = (
    RecordResponse
    | ReportProgress
    | CorrectReport
    | ValidateReport
    | VerifyReport
    | DisputeReport
    | WithdrawReport
    | WithdrawDispute
    | MoveFollowupDue
    | CloseFollowup
    | ReopenFollowup
    | WithdrawDecision
)
