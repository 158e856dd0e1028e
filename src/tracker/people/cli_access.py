"""`tracker access`: who could do what on a day, or all that one person could do and when."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.kit.errors import BadInput
from tracker.people.access import Could, Held, Power, anybody_could, of_person, who_could
from tracker.people.desk import Desk, asking, id_of
from tracker.people.policy import ACTIONS, require
from tracker.terminal.answer import Answer, table, words
from tracker.terminal.parameters import Code, Day

if TYPE_CHECKING:
    from rich.console import RenderableType

SEE = "read.restricted"


@click.command()
@click.argument("email", required=False)
@click.option("--on", type=Day(), help="The day, for each person in their own time zone; else today.")
@click.option(
    "--action",
    type=click.Choice(sorted(ACTIONS)),
    metavar="ACTION",
    default=SEE,
    show_default=True,
    help="Such as read.restricted (see what the public does not) or followup.report; docs/rights.md lists them.",
)
@click.option("--body", type=Code(), help="About this body.")
@click.option("--partner", type=Code(), help="About this partner.")
@asking
def access(
    desk: Desk, email: str | None, on: date | None, action: str, body: str | None, partner: str | None
) -> Answer:
    """Show who could do something on a day; or all that one person holds and held.

    \b
    Examples:
      tracker access --on 2026-11-24 --body ASEM-CMM --partner IDN
      tracker access --action followup.verify --body ASEM-CMM --json
      tracker access auditor@example.org
    """
    day = on or desk.today
    with desk.db.read() as conn:
        require(desk.actor(conn), "access.read")
        if email is not None:
            if on or body or partner:
                raise BadInput(
                    "For one person every day, body and partner is shown; leave out --on, --body and --partner."
                )
            powers = of_person(conn, id_of(conn, email))
            return Answer(powers, lambda: _draw_powers(powers))
        could = who_could(conn, action, on=day, body=body, partner=partner)
    anybody = anybody_could(action)
    data = {
        "on": day,
        "action": action,
        "body": body,
        "partner": partner,
        "anybody": anybody,
        "people": could,
    }
    return Answer(data, lambda: _draw_could(could, day, anybody))


def _draw_could(could: Sequence[Could], day: date, anybody: bool) -> "Iterator[RenderableType]":
    if anybody:
        yield "Everybody could, without an account too."
    elif not could:
        yield f"Nobody could on {day}, but the operator of the server."
    if could:
        rows = [(each.name, "; ".join(map(described, each.by))) for each in could]
        yield table("who", "by", rows=rows)


def _draw_powers(powers: Sequence[Power]) -> "Iterator[RenderableType]":
    yield table(
        "what",
        "known to the tracker from",
        "until",
        "opens",
        rows=[
            (
                described(each.held),
                each.held.known_from,
                each.held.known_until,
                ", ".join(each.actions) or None,
            )
            for each in powers
        ],
    )


def described(held: Held) -> str:
    """Such as `focal point of ASEM-CMM:IDN, since 2018-03-02 until 2026-11-24`."""
    scope = f" of {'all' if held.scope == '*' else held.scope}" if held.scope else ""
    until = f" until {held.until}" if held.until else ""
    return f"{words(held.held)}{scope}, since {held.since}{until}"
