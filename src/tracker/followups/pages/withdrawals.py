"""What the forms say that take something back."""

from tracker.followups import commands as c
from tracker.web.forms import Form


def withdraw_report(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    """A report that should not have been made."""
    reason = form.text("reason", "reason", required=True)
    return None if form.errors else c.WithdrawReport(report_id=form["report_id"], reason=reason)


def withdraw_dispute(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    """A dispute that is settled."""
    reason = form.text("reason", "reason", required=True)
    return None if form.errors else c.WithdrawDispute(report_id=form["report_id"], reason=reason)


def withdraw_decision(form: Form, recommendation: str, partner: str) -> c.FollowupCommand | None:
    """The last closing or reopening, which no meeting decided."""
    meeting = form.text("meeting", "meeting", longest=40, required=True)
    reason = form.text("reason", "reason", required=True)
    return None if form.errors else c.WithdrawDecision(meeting=meeting, reason=reason)
