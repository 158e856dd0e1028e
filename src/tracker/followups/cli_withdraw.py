"""`tracker withdraw`: take back what should not have been recorded; it stays in the history."""

from collections.abc import Sequence

import click

from tracker.followups import commands as c
from tracker.followups.cli_act import ELEMENT, PARTNER, REPORT, handle, named
from tracker.people.desk import Desk, writing
from tracker.recommendations import commands as r
from tracker.recommendations import service as recommendations
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code

REASON = click.option("--reason", required=True, help="Why; it stays in the history.")


@click.group()
def withdraw() -> None:
    """Take back what was recorded by mistake; it stays in the history.

    \b
    Example:
      tracker withdraw report CMM8-R03 IDN --reason "it was about another recommendation"
    """


@withdraw.command()
@ELEMENT
@PARTNER
@REPORT
@REASON
@writing
def report(desk: Desk, recommendation: str, partner: str, report_id: str | None, reason: str) -> Answer:
    """Take back a report that should not have been made; `tracker correct` puts right what is merely wrong in one.

    \b
    Example:
      tracker withdraw report CMM8-R03 IDN --reason "it was about another recommendation"
    """
    return handle(
        desk,
        recommendation,
        partner,
        lambda view: c.WithdrawReport(report_id=named(view, report_id), reason=reason),
    )


@withdraw.command()
@ELEMENT
@PARTNER
@REPORT
@REASON
@writing
def dispute(desk: Desk, recommendation: str, partner: str, report_id: str | None, reason: str) -> Answer:
    """No longer contest a report; its verification starts anew.

    \b
    Example:
      tracker withdraw dispute CMM8-R03 IDN --reason "the fund was opened after all"
    """
    return handle(
        desk,
        recommendation,
        partner,
        lambda view: c.WithdrawDispute(report_id=named(view, report_id), reason=reason),
    )


@withdraw.command()
@ELEMENT
@PARTNER
@click.option("--meeting", type=Code(), required=True, help="The meeting that decided last on it.")
@REASON
@writing
def decision(desk: Desk, recommendation: str, partner: str, meeting: str, reason: str) -> Answer:
    """Take back the last closing or reopening of a follow-up, because no meeting decided it.

    \b
    Example:
      tracker withdraw decision CMM2-R01 IDN --meeting CMM8 --reason "the ministers closed CMM2-R02"
    """
    return handle(desk, recommendation, partner, c.WithdrawDecision(meeting=meeting, reason=reason))


@withdraw.command()
@ELEMENT
@REASON
@writing
def due(desk: Desk, recommendation: str, reason: str) -> Answer:
    """Take a recommendation's due date away, because none was decided.

    \b
    Example:
      tracker withdraw due CMM8-R03 --reason "the ministers set no date"
    """
    return _element(desk, recommendation, r.WithdrawDue(reason=reason))


@withdraw.command()
@ELEMENT
@REASON
@writing
def supersession(desk: Desk, recommendation: str, reason: str) -> Answer:
    """Let a recommendation stand again that was recorded as superseded.

    \b
    Example:
      tracker withdraw supersession CMM2-R01 --reason "CMM8-R03 takes the place of CMM2-R02"
    """
    return _element(desk, recommendation, r.WithdrawSupersession(reason=reason))


@withdraw.command()
@ELEMENT
@click.option("--source", required=True, help="The document that was said to print it again.")
@click.option(
    "--line", "lines", multiple=True, required=True, help="Its lines, as recorded; may be repeated."
)
@REASON
@writing
def repetition(desk: Desk, recommendation: str, source: str, lines: Sequence[str], reason: str) -> Answer:
    """Take back that the source prints a recommendation again at these lines.

    \b
    Example:
      tracker withdraw repetition CMM8-R03 --source "Annex to CMM8" --line 12-15 --reason "other words"
    """
    command = r.WithdrawRepetition(source=source, lines=list(lines), reason=reason)
    return _element(desk, recommendation, command)


@withdraw.command()
@click.argument("activity", type=Code())
@click.argument("code", type=Code())
@REASON
@writing
def mention(desk: Desk, activity: str, code: str, reason: str) -> Answer:
    """Take back a mention that belongs to another activity.

    \b
    Example:
      tracker withdraw mention ASEM-ACT-01 CMM8-F90 --reason "it speaks of another network"
    """
    command = r.WithdrawMention(code=code, reason=reason)
    return desk.write(
        lambda tx, actor, context: recommendations.handle_activity(tx, actor, activity, command, context)
    )


def _element(desk: Desk, code: str, command: r.RecommendationCommand) -> Answer:
    return desk.write(lambda tx, actor, context: recommendations.handle(tx, actor, code, command, context))
