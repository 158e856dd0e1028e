"""What happened between one addressee and one recommendation; the stream is `followup-<recommendation>:<partner>`."""

from datetime import date
from typing import Any, Literal

import msgspec

from tracker.eventstore.registry import Event, event, upcaster

Response = Literal["supported", "supported_in_part", "noted"]
Status = Literal[
    "not_started",
    "under_implementation",
    "partially_implemented",
    "implemented",
    "not_implemented",
    "overtaken_by_events",
]
Ending = Literal["implemented", "not_implemented", "overtaken_by_events", "superseded", "closed_by_meeting"]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file by the hash of its content, which is kept outside of the log; `size` in bytes."""

    sha256: str
    name: str
    media_type: str
    size: int


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A link or a file that proves, with a title; restricted evidence is not shown to the public. One of `url` and
    `file` is given."""

    url: str = ""
    title: str = ""
    restricted: bool = False
    file: File | None = None


@event("followup.response_recorded")
class ResponseRecorded(Event):
    """The addressee supports the recommendation, supports it in part, or notes it."""

    recommendation: str
    partner: str
    response: Response
    note: str = ""
    raw_label: str = ""


@event("followup.progress_reported", version=2)
class ProgressReported(Event):
    """The addressee reported where implementation stood on a date. `raw_label` keeps the reporter's own scale."""

    MAKES = ("report", "report_id")

    recommendation: str
    partner: str
    report_id: str
    status: Status
    as_of: date
    narrative: str
    evidence: list[Evidence] = []
    raw_label: str = ""


@event("followup.report_corrected", version=2)
class ReportCorrected(Event):
    """What a report said was put right; the first wording stays in the history, its verification starts anew."""

    MAKES = ("report", "report_id")
    SPEAKS_OF = ("report", "report_id")
    PUTS_RIGHT = True

    report_id: str
    status: Status
    as_of: date
    narrative: str
    evidence: list[Evidence] = []
    raw_label: str = ""
    reason: str = ""


@upcaster("followup.progress_reported", 1)
@upcaster("followup.report_corrected", 1)
def _evidence_was_links(old: dict[str, Any]) -> dict[str, Any]:
    """Version 2 can hold files."""
    return old | {"evidence": [item | {"file": None} for item in old["evidence"]]}


@event("followup.report_validated")
class ReportValidated(Event):
    """The partner's validating authority stands behind the report."""

    SPEAKS_OF = ("report", "report_id")

    report_id: str
    note: str = ""


@event("followup.report_verified")
class ReportVerified(Event):
    """Someone independent of the partner checked the report against evidence."""

    SPEAKS_OF = ("report", "report_id")

    report_id: str
    note: str = ""


@event("followup.report_disputed")
class ReportDisputed(Event):
    """The report is contested, with the reason; the reported status stays beside it."""

    MAKES = ("dispute", "report_id")
    SPEAKS_OF = ("report", "report_id")

    report_id: str
    reason: str


@event("followup.report_withdrawn")
class ReportWithdrawn(Event):
    """The report should never have been made (it was about another recommendation); the history keeps it, nothing
    else counts it."""

    SPEAKS_OF = ("report", "report_id")
    PUTS_RIGHT = True

    report_id: str
    reason: str


@event("followup.dispute_withdrawn")
class DisputeWithdrawn(Event):
    """The report is no longer contested; it stands as reported and can be validated and verified anew."""

    SPEAKS_OF = ("dispute", "report_id")
    PUTS_RIGHT = True

    report_id: str
    reason: str


@event("followup.due_moved")
class FollowupDueMoved(Event):
    """This addressee has a due date of its own; the original is kept."""

    due_on: date
    reason: str


@event("followup.closed")
class FollowupClosed(Event):
    """A meeting decided that nothing more is expected."""

    MAKES = ("decision", "meeting")

    recommendation: str
    partner: str
    meeting: str
    ending: Ending
    reason: str


@event("followup.reopened")
class FollowupReopened(Event):
    """A meeting decided that reports are expected again."""

    MAKES = ("decision", "meeting")

    meeting: str
    reason: str


@event("followup.decision_withdrawn")
class DecisionWithdrawn(Event):
    """The last closing or reopening was recorded by mistake; what held before it holds again."""

    SPEAKS_OF = ("decision", "meeting")
    PUTS_RIGHT = True

    meeting: str
    reason: str
