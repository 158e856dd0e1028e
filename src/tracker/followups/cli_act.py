"""What the commands about one follow-up share: which one, which report of it, and how it is asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt, load
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.kit.errors import NotFound
from tracker.people.desk import Desk
from tracker.people.policy import Actor
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code

ELEMENT = click.argument("recommendation", type=Code())
PARTNER = click.argument("partner", type=Code())
REPORT = click.option("--report", "report_id", metavar="ID", help="Which report; else the one that stands.")


def handle(
    desk: Desk,
    recommendation: str,
    partner: str,
    command: c.FollowupCommand | Callable[[queries.FollowupView], c.FollowupCommand],
    *,
    since: date | None = None,
) -> Answer:
    """Runs a command, which may depend on what stands there now."""

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        made = (
            command(_standing(tx, recommendation, partner, context.command_id, desk.today))
            if callable(command)
            else command
        )
        return service.handle(tx, actor, recommendation, partner, made, context, now=desk.now)

    return desk.write(work, since=since)


def chosen(view: queries.FollowupView, report_id: str | None) -> dict[str, Any]:
    """The report with this id, else the one that stands; raises `NotFound`."""
    wanted = report_id or view.report_id
    found = next((report for report in view.reports if report["id"] == wanted), None)
    if found is None:
        raise _no_report(view, report_id)
    return found


def named(view: queries.FollowupView, report_id: str | None) -> str:
    """The id of that report; raises `NotFound`."""
    wanted = report_id or view.report_id
    if wanted is None or wanted not in {view.report_id, *(report["id"] for report in view.reports)}:
        raise _no_report(view, report_id)
    return wanted


def _standing(
    tx: Connection, recommendation: str, partner: str, command_id: str, today: date
) -> queries.FollowupView:
    """The follow-up as it stands; for a command that is repeated, its report is the one that the command was about."""
    view = queries.followup(tx, recommendation, partner, today)
    for recorded in load(tx, f"followup-{recommendation}:{partner}"):
        if recorded.command_id == command_id:
            return replace(view, report_id=getattr(recorded.event, "report_id", view.report_id))
    return view


def _no_report(view: queries.FollowupView, report_id: str | None) -> NotFound:
    where = f"{view.recommendation}:{view.partner}"
    known = f"has no report {report_id}" if report_id else "has no report yet"
    return NotFound(f"{where} {known}; `tracker show {where}` lists its reports.", field="report")
