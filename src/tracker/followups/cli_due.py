"""Commands by which due dates are set and moved, for all addressees or for one."""

from datetime import date

import click

from tracker.followups.cli_act import handle
from tracker.followups.commands import MoveFollowupDue
from tracker.people.desk import Desk, writing
from tracker.recommendations import service as recommendations
from tracker.recommendations.commands import MoveDue, SetDue
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Day


@click.group()
def due() -> None:
    """Set and move due dates; the original is kept.

    \b
    Example:
      tracker due set CMM8-R03 2028-03-01
    """


@due.command("set")
@click.argument("recommendation", type=Code())
@click.argument("day", type=Day())
@writing
def set_due(desk: Desk, recommendation: str, day: date) -> Answer:
    """Set the first due date of a recommendation, for all its addressees.

    \b
    Example:
      tracker due set CMM8-R03 2028-03-01
    """
    command = SetDue(due_on=day)
    return desk.write(
        lambda tx, actor, context: recommendations.handle(tx, actor, recommendation, command, context)
    )


@due.command("move")
@click.argument("recommendation", type=Code())
@click.argument("day", type=Day())
@click.option("--partner", type=Code(), help="Only for this addressee.")
@click.option("--reason", required=True, help="Why it moves.")
@writing
def move_due(desk: Desk, recommendation: str, day: date, partner: str | None, reason: str) -> Answer:
    """Move the due date of a recommendation, or of one addressee's follow-up.

    \b
    Example:
      tracker due move CMM8-R03 2029-03-01 --partner IDN --reason "elections"
    """
    if partner is None:
        command = MoveDue(due_on=day, reason=reason)
        return desk.write(
            lambda tx, actor, context: recommendations.handle(tx, actor, recommendation, command, context)
        )
    return handle(desk, recommendation, partner, MoveFollowupDue(due_on=day, reason=reason))
