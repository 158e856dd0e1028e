"""What the queries of follow-ups answer with."""

from datetime import date, datetime
from typing import Any

import msgspec

from tracker.followups.events import Evidence


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One addressee's follow-up of one recommendation, as short as a grid shows it.

    `status`: as reported, or how it ended (`ending`, `superseded`), or `no_information`. `reopened_on`: a meeting
    reopened it then; what was reported as of an earlier day no longer finishes it. `overdue`: the due date has passed
    and it is not finished. `stale`: not finished and nothing heard for more than `STALE_DAYS`, or ever. `demonstration`: one of its own events is
    demonstration data, the rule by which the history and the figures mark it too; a date that demonstration data set
    for the recommendation is marked by `due_demonstration` alone.
    """

    recommendation: str
    partner: str
    partner_name: str
    meeting: str
    since: date
    status: str
    raw_label: str
    as_of: date | None
    verification: str | None
    ending: str | None
    reopened_on: date | None
    due_on: date | None
    finished: bool
    overdue: bool
    stale: bool
    demonstration: bool
    due_demonstration: bool
    version: int


class FollowupView(Cell, frozen=True, kw_only=True):
    """A whole follow-up. `evidence` holds restricted items too: whoever shows it asks the policy.

    `due_on` and `original_due_on` are the addressee's own, else the recommendation's.
    """

    text: str
    body: str
    response: str | None
    narrative: str
    evidence: list[Evidence]
    report_id: str | None
    reported_at: datetime | None
    reported_by: str | None
    heard_at: datetime | None
    original_due_on: date | None
    ended_by: str | None
    ended_on: date | None
    superseded_by: str | None
    reports: list[dict[str, Any]]


class GridRow(msgspec.Struct, frozen=True):
    """One recommendation of the grid and its cells by partner code."""

    recommendation: str
    meeting: str
    text: str
    themes: list[str]
    cells: dict[str, Cell]


class Grid(msgspec.Struct, frozen=True):
    """The grid of recommendation × partner; `counts`: how many cells there are of each shown status."""

    rows: list[GridRow]
    partners: dict[str, str]
    counts: dict[str, int]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What metrics need of one pair: `reports` and `decisions` as `tables` describes them."""

    recommendation: str
    partner: str
    since: date
    nature: str
    themes: list[str]
    superseded_on: date | None
    reports: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


class Facts(msgspec.Struct, frozen=True):
    """What the service must know of a pair before it lets a command pass."""

    body: str
    since: date
    superseded_by: str | None
    reports: list[dict[str, Any]] | None
    decisions: list[dict[str, Any]] | None

    def reporter(self, report_id: str | None) -> str | None:
        """The person who made the report, None if there is no such report."""
        return next((report["by"] for report in self.reports or [] if report["id"] == report_id), None)

    def evidence(self, report_id: str | None) -> list[dict[str, Any]]:
        """What the report rests on, none if there is no such report."""
        return next((report["evidence"] for report in self.reports or [] if report["id"] == report_id), [])


class Mine(msgspec.Struct, frozen=True):
    """What a focal point should look at, each follow-up once, under the first heading that fits."""

    disputed: list[FollowupView]
    overdue: list[FollowupView]
    due_soon: list[FollowupView]
    new: list[FollowupView]
    stale: list[FollowupView]
