"""What a person may do about a follow-up by form: what each form asks, and which command it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from tracker.followups import commands as c
from tracker.followups.events import Ending, Evidence, Response, Status
from tracker.followups.evidence import clean_evidence
from tracker.followups.pages.withdrawals import withdraw_decision, withdraw_dispute, withdraw_report
from tracker.followups.queries import FollowupView
from tracker.kit.errors import BadInput, NotFound
from tracker.people.visit import Visit
from tracker.web.forms import Form

STATUSES, RESPONSES, ENDINGS = get_args(Status), get_args(Response), get_args(Ending)
EVIDENCE_ROWS = 3


@dataclass(frozen=True)
class Act:
    """One form. `about_report`: it is about one report, named in the form. `open_when`: whether the button shows."""

    name: str
    action: str
    button: str
    title: str
    build: Callable[[Form, str, str], c.FollowupCommand | None]
    about_report: bool = False
    open_when: Callable[[FollowupView], bool] = lambda view: (
        view.ending is None and view.superseded_by is None
    )
    main: bool = False
    takes_files: bool = False


def act_named(name: str) -> Act:
    """One act; raises `NotFound`."""
    if name not in ACTS:
        raise NotFound("There is no such form.")
    return ACTS[name]


def open_acts(visit: Visit, view: FollowupView) -> list[Act]:
    """What this reader may do about the follow-up as it stands."""
    return [act for act in ACTS.values() if act.open_when(view) and may(visit, act, view, view.report_id)]


def may(visit: Visit, act: Act, view: FollowupView, report_id: str | None) -> bool:
    """Whether the policy lets the reader do it, about this report where it is about one."""
    if act.about_report and report_id is None:
        return False
    reporter = reporter_of(view, report_id) if act.about_report else None
    return visit.may(act.action, body=view.body, partner=view.partner, reporter=reporter)


def reporter_of(view: FollowupView, report_id: str | None) -> str | None:
    """Who made a report of the follow-up."""
    return next((report["by"] for report in view.reports if report["id"] == report_id), None)


def prefilled(act: Act, view: FollowupView, report_id: str | None, today: date) -> dict[str, str]:
    """What a fresh form holds: for a correction what the report says, for a new report today's date."""
    values = {"version": str(view.version), "report_id": report_id or ""}
    report: Mapping[str, Any] = next((each for each in view.reports if each["id"] == report_id), {})
    if act.name == "correct" and report:
        values |= {name: report[name] for name in ("status", "as_of", "narrative")}
        values |= {f"keep_{item['file']['sha256']}": "yes" for item in report["evidence"] if item.get("file")}
        for row, item in enumerate((item for item in report["evidence"] if not item.get("file")), 1):
            values |= {f"evidence_{row}_url": item["url"], f"evidence_{row}_title": item.get("title", "")}
            values[f"evidence_{row}_restricted"] = "yes" if item.get("restricted") else ""
    if act.name == "report":
        values["as_of"] = today.isoformat()
    if act.name == "withdraw-decision":
        values["meeting"] = view.ended_by or ""
    return values


def evidence_rows(form: Form) -> int:
    """How many rows for evidence the form shows: one more than are filled, three at least."""
    filled = [row for row in range(1, 20) if form[f"evidence_{row}_url"] or form[f"evidence_{row}_title"]]
    return max(EVIDENCE_ROWS, min(max(filled, default=0) + 1, 20))


def _report(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    status, as_of, narrative, evidence = _said(form)
    if form.errors or as_of is None:
        return None
    return c.ReportProgress(
        recommendation=recommendation,
        partner=partner,
        report_id=form["command_id"],  # the same press of the button is the same report
        status=status,
        as_of=as_of,
        narrative=narrative,
        evidence=evidence,
    )


def _correct(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    status, as_of, narrative, evidence = _said(form)
    reason = form.text("reason", "reason", required=True)
    if form.errors or as_of is None:
        return None
    return c.CorrectReport(
        report_id=form["report_id"],
        status=status,
        as_of=as_of,
        narrative=narrative,
        evidence=evidence,
        reason=reason,
    )


def _said(form: Form) -> tuple[Any, date | None, str, list[Evidence]]:
    status = form.choice("status", STATUSES, "Please say where implementation stands.")
    as_of = form.day("as_of", "date")
    narrative = form.text("narrative", "description")
    evidence = []
    for row in range(1, evidence_rows(form) + 1):
        url, title = form[f"evidence_{row}_url"].strip(), form[f"evidence_{row}_title"].strip()
        if title and not url:
            form.errors[f"evidence_{row}_url"] = f"Please give the web address of “{title}”."
        elif url:
            item = Evidence(url=url, title=title, restricted=form[f"evidence_{row}_restricted"] == "yes")
            try:
                evidence += clean_evidence([item])
            except BadInput as error:
                form.errors[f"evidence_{row}_url"] = error.message
    return status, as_of, narrative, evidence


def _respond(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    response: Any = form.choice("response", RESPONSES, "Please choose a response.")
    note = form.text("note", "note")
    if form.errors:
        return None
    return c.RecordResponse(recommendation=recommendation, partner=partner, response=response, note=note)


def _validate(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    note = form.text("note", "note")
    return None if form.errors else c.ValidateReport(report_id=form["report_id"], note=note)


def _verify(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    note = form.text("note", "note")
    return None if form.errors else c.VerifyReport(report_id=form["report_id"], note=note)


def _dispute(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    reason = form.text("reason", "reason", required=True)
    return None if form.errors else c.DisputeReport(report_id=form["report_id"], reason=reason)


def _due(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    due_on, reason = form.day("due_on", "new due date"), form.text("reason", "reason", required=True)
    return None if form.errors or due_on is None else c.MoveFollowupDue(due_on=due_on, reason=reason)


def _close(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    meeting = form.text("meeting", "meeting", longest=40, required=True)
    ending: Any = form.choice("ending", ENDINGS, "Please say how it ended.")
    reason = form.text("reason", "reason", required=True)
    if form.errors:
        return None
    return c.CloseFollowup(
        recommendation=recommendation, partner=partner, meeting=meeting, ending=ending, reason=reason
    )


def _reopen(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    meeting = form.text("meeting", "meeting", longest=40, required=True)
    reason = form.text("reason", "reason", required=True)
    return None if form.errors else c.ReopenFollowup(meeting=meeting, reason=reason)


def _undecided(*states: str | None) -> Callable[[FollowupView], bool]:
    return lambda view: view.report_id is not None and view.verification in states


ACTS = {
    act.name: act
    for act in (
        Act(
            "report",
            "followup.report",
            "Report progress",
            "Report progress",
            _report,
            main=True,
            takes_files=True,
        ),
        Act("respond", "followup.respond", "Record a response", "Record a response", _respond),
        Act(
            "correct",
            "followup.correct",
            "Correct the report",
            "Correct a report",
            _correct,
            True,
            lambda view: view.ending is None and view.superseded_by is None and view.report_id is not None,
            takes_files=True,
        ),
        Act(
            "validate",
            "followup.validate",
            "Validate",
            "Validate the report",
            _validate,
            True,
            _undecided("reported"),
        ),
        Act(
            "verify",
            "followup.verify",
            "Verify",
            "Verify the report",
            _verify,
            True,
            _undecided("reported", "validated"),
        ),
        Act(
            "dispute",
            "followup.dispute",
            "Dispute",
            "Dispute the report",
            _dispute,
            True,
            _undecided("reported", "validated", "verified"),
        ),
        Act("due", "followup.due", "Move the due date", "Move the due date", _due),
        Act("close", "followup.close", "Close", "Close the follow-up", _close),
        Act(
            "reopen",
            "followup.reopen",
            "Reopen",
            "Reopen the follow-up",
            _reopen,
            False,
            lambda v: v.ending is not None,
        ),
        Act(
            "withdraw-report",
            "followup.correct",
            "Take the report back",
            "Take the report back",
            withdraw_report,
            True,
            lambda view: view.ending is None and view.report_id is not None,
        ),
        Act(
            "withdraw-dispute",
            "followup.dispute",
            "Take the dispute back",
            "Take the dispute back",
            withdraw_dispute,
            True,
            _undecided("disputed"),
        ),
        Act(
            "withdraw-decision",
            "followup.reopen",
            "Take the decision back",
            "Take the meeting’s decision back",
            withdraw_decision,
            False,
            lambda view: view.ending is not None or view.reopened_on is not None,
        ),
    )
}
