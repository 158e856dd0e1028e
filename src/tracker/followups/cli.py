"""Commands by which a follow-up changes: respond, report, correct, validate, verify, dispute, close, reopen."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

import click
import msgspec

from tracker.followups import commands as c
from tracker.followups import queries
from tracker.followups.cli_act import ELEMENT, PARTNER, REPORT, chosen, handle, named
from tracker.followups.events import Ending, Evidence, Response, Status
from tracker.people.desk import Desk, writing
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Day, Words

STATUS = Words(*get_args(Status))


@click.command()
@ELEMENT
@PARTNER
@click.argument("response", type=Words(*get_args(Response)))
@click.option("--note", default="", help="What the partner wants to say with it.")
@click.option("--raw-label", default="", help="The answer in the partner's own words.")
@writing
def respond(
    desk: Desk, recommendation: str, partner: str, response: Response, note: str, raw_label: str
) -> Answer:
    """Record whether a partner supports a recommendation.

    \b
    Example:
      tracker respond CMM8-R03 IDN supported --note "in line with our plan for 2027"
    """
    command = c.RecordResponse(
        recommendation=recommendation, partner=partner, response=response, note=note, raw_label=raw_label
    )
    return handle(desk, recommendation, partner, command)


@click.command()
@ELEMENT
@PARTNER
@click.option(
    "--status",
    type=STATUS,
    metavar="STATUS",
    required=True,
    help=f"Where it stands: {', '.join(STATUS.typed)}.",
)
@click.option("--as-of", type=Day(), help="The day of which this is true; else today.")
@click.option("--note", default="", help="What was done, in the partner's words.")
@click.option("--evidence", metavar="URL", multiple=True, help="A page that proves it; may be repeated.")
@click.option("--raw-label", default="", help="The status in the partner's own scale.")
@writing
def report(
    desk: Desk,
    recommendation: str,
    partner: str,
    status: Status,
    as_of: date | None,
    note: str,
    evidence: Sequence[str],
    raw_label: str,
) -> Answer:
    """Report where a partner stands with a recommendation.

    \b
    Example:
      tracker report CMM8-R03 IDN --status implemented --as-of 2026-05-01 \\
        --note "The law entered into force." --evidence https://example.org/law
    """
    day = as_of or desk.today
    command = c.ReportProgress(
        recommendation=recommendation,
        partner=partner,
        # The same command id must make the same command.
        report_id=str(uuid.uuid5(uuid.NAMESPACE_OID, desk.command_id)),
        status=status,
        as_of=day,
        narrative=note,
        evidence=[Evidence(url=url) for url in evidence],
        raw_label=raw_label,
    )
    return handle(desk, recommendation, partner, command, since=day)


@click.command()
@ELEMENT
@PARTNER
@REPORT
@click.option("--status", type=STATUS, metavar="STATUS", help="The right status; else as it was.")
@click.option("--as-of", type=Day(), help="The right day; else as it was.")
@click.option("--note", help="The right text; else as it was.")
@click.option("--evidence", metavar="URL", multiple=True, help="All evidence anew; else as it was.")
@click.option("--reason", default="", help="Why it is corrected.")
@writing
def correct(
    desk: Desk, recommendation: str, partner: str, report_id: str | None, reason: str, **said: Any
) -> Answer:
    """Put a report right; its first wording stays in the history.

    \b
    Example:
      tracker correct CMM8-R03 IDN --status "partially implemented" --reason "one law is still missing"
    """

    def command(view: queries.FollowupView) -> c.CorrectReport:
        was = chosen(view, report_id)
        evidence = [{"url": url} for url in said["evidence"]] or was["evidence"]
        return c.CorrectReport(
            report_id=was["id"],
            status=said["status"] or was["status"],
            as_of=said["as_of"] or date.fromisoformat(was["as_of"]),
            narrative=was["narrative"] if said["note"] is None else said["note"],
            evidence=msgspec.convert(evidence, list[Evidence]),
            raw_label="" if said["status"] else was["raw_label"],
            reason=reason,
        )

    return handle(desk, recommendation, partner, command)


@click.command()
@ELEMENT
@PARTNER
@REPORT
@click.option("--note", default="", help="What the authority wants to say with it.")
@writing
def validate(desk: Desk, recommendation: str, partner: str, report_id: str | None, note: str) -> Answer:
    """Stand behind a report as the partner's validating authority.

    \b
    Example:
      tracker validate CMM8-R03 IDN --as ministry@example.org
    """
    return handle(
        desk,
        recommendation,
        partner,
        lambda view: c.ValidateReport(report_id=named(view, report_id), note=note),
    )


@click.command("verify-report")
@ELEMENT
@PARTNER
@REPORT
@click.option("--note", default="", help="What it was checked against.")
@writing
def verify_report(desk: Desk, recommendation: str, partner: str, report_id: str | None, note: str) -> Answer:
    """Confirm a report after checking it against evidence.

    \b
    Example:
      tracker verify-report CMM8-R03 IDN --note "seen in the official gazette" --as auditor@example.org
    """
    return handle(
        desk,
        recommendation,
        partner,
        lambda view: c.VerifyReport(report_id=named(view, report_id), note=note),
    )


@click.command()
@ELEMENT
@PARTNER
@REPORT
@click.option("--reason", required=True, help="What is wrong with it.")
@writing
def dispute(desk: Desk, recommendation: str, partner: str, report_id: str | None, reason: str) -> Answer:
    """Contest a report; what was reported stays beside it.

    \b
    Example:
      tracker dispute CMM8-R03 IDN --reason "the fund was announced, not opened"
    """
    return handle(
        desk,
        recommendation,
        partner,
        lambda view: c.DisputeReport(report_id=named(view, report_id), reason=reason),
    )


@click.command()
@ELEMENT
@PARTNER
@click.option("--meeting", type=Code(), required=True, help="The meeting that decided it.")
@click.option(
    "--ending",
    type=Words(*get_args(Ending)),
    default="closed-by-meeting",
    show_default=True,
    help="How it ended.",
)
@click.option("--reason", required=True, help="Why nothing more is expected.")
@writing
def close(desk: Desk, recommendation: str, partner: str, meeting: str, ending: Ending, reason: str) -> Answer:
    """Close a follow-up by a meeting's decision, dated at the meeting.

    \b
    Example:
      tracker close CMM2-R01 IDN --meeting CMM8 --ending implemented --reason "reported to the ministers"
    """
    command = c.CloseFollowup(
        recommendation=recommendation, partner=partner, meeting=meeting, ending=ending, reason=reason
    )
    return handle(desk, recommendation, partner, command)


@click.command()
@ELEMENT
@PARTNER
@click.option("--meeting", type=Code(), required=True, help="The meeting that decided it.")
@click.option("--reason", required=True, help="Why reports are expected again.")
@writing
def reopen(desk: Desk, recommendation: str, partner: str, meeting: str, reason: str) -> Answer:
    """Reopen a follow-up by a meeting's decision, dated at the meeting.

    \b
    Example:
      tracker reopen CMM2-R01 IDN --meeting CMM8 --reason "the portal was closed again"
    """
    command = c.ReopenFollowup(meeting=meeting, reason=reason)
    return handle(desk, recommendation, partner, command)
