"""Commands about adopted elements: direct one to partners."""

from collections.abc import Sequence
from datetime import date

import click

from tracker.people.desk import Desk, writing
from tracker.recommendations import service
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Day


@click.command()
@click.argument("recommendation", type=Code())
@click.argument("partners", type=Code(), nargs=-1)
@click.option("--grouping", help="To all partners of this grouping, such as Asia.")
@click.option("--everyone", is_flag=True, help="To all partners of the body.")
@click.option("--on", type=Day(), help="The day whose membership counts; else today.")
@writing
def direct(
    desk: Desk,
    recommendation: str,
    partners: Sequence[str],
    grouping: str | None,
    everyone: bool,
    on: date | None,
) -> Answer:
    """Direct a recommendation to partners: named, of a grouping, or all.

    \b
    Examples:
      tracker direct CMM8-R03 IDN MYS
      tracker direct CMM8-R03 --grouping Asia --on 2018-03-02
    """
    day = on or desk.today
    return desk.write(
        lambda tx, actor, context: service.direct(
            tx,
            actor,
            recommendation,
            context,
            on=day,
            partners=list(partners) or None,
            grouping=grouping,
            everyone=everyone,
        ),
        since=day,
    )
