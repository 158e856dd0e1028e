"""What programs send about a follow-up. A field that is not here is refused."""

import re
from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr, StringConstraints

from tracker.followups import commands as c
from tracker.followups import events as e

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _iso(value: Any) -> Any:
    # Numbers would pass as seconds since 1970.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-24")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Code = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]*$", max_length=40)]
Text = StrictStr


class Sent(BaseModel, ABC):
    """A body that programs send."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @abstractmethod
    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """The command that it asks for; `new_id` is for what the command makes."""


class Evidence(BaseModel):
    """A link that proves; restricted ones are not shown to the public."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: StrictStr
    title: Text = ""
    restricted: StrictBool = False


class _Said(Sent):
    status: e.Status
    as_of: Day
    narrative: Text
    evidence: Annotated[list[Evidence], Field(max_length=20)] = []
    raw_label: Text = ""

    def said(self) -> dict[str, Any]:
        """The fields of a report, as commands take them."""
        given = {name: getattr(self, name) for name in ("status", "as_of", "narrative", "raw_label")}
        return given | {"evidence": [e.Evidence(**each.model_dump()) for each in self.evidence]}


class Report(_Said):
    """Where implementation stands on a day."""

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.ReportProgress(
            recommendation=recommendation, partner=partner, report_id=new_id, **self.said()
        )


class Correction(_Said):
    """The whole report as it is right; its first wording stays in the history."""

    report_id: StrictStr
    reason: Text

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.CorrectReport(report_id=self.report_id, reason=self.reason, **self.said())


class Response(Sent):
    """Whether the partner supports the recommendation."""

    response: e.Response
    note: Text = ""
    raw_label: Text = ""

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.RecordResponse(recommendation=recommendation, partner=partner, **self.model_dump())


class Validation(Sent):
    """The validating authority stands behind a report."""

    report_id: StrictStr
    note: Text = ""

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.ValidateReport(**self.model_dump())


class Verification(Sent):
    """A report was checked against evidence."""

    report_id: StrictStr
    note: Text = ""

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.VerifyReport(**self.model_dump())


class Dispute(Sent):
    """A report is contested."""

    report_id: StrictStr
    reason: Text

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.DisputeReport(**self.model_dump())


class Closing(Sent):
    """A meeting decided that nothing more is expected."""

    meeting: Code
    ending: e.Ending
    reason: Text

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.CloseFollowup(recommendation=recommendation, partner=partner, **self.model_dump())


class Reopening(Sent):
    """A meeting decided that reports are expected again."""

    meeting: Code
    reason: Text

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.ReopenFollowup(**self.model_dump())


class Due(Sent):
    """This partner has a due date of its own."""

    due_on: Day
    reason: Text

    def command(self, recommendation: str, partner: str, new_id: str) -> c.FollowupCommand:
        """As a command."""
        return c.MoveFollowupDue(**self.model_dump())
