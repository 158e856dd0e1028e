"""Further commands of `tracker person`: who has an account, a role that is taken back, sessions that are ended."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

import click

from tracker.identity.came import from_console
from tracker.kit.errors import BadInput
from tracker.people import directory, ending, service
from tracker.people.commands import WithdrawRole
from tracker.people.desk import Desk, asking, id_of, writing
from tracker.people.events import Role
from tracker.people.policy import require
from tracker.terminal.answer import Answer, table, words
from tracker.terminal.parameters import Code, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

ROLES = Words(*(role for role in get_args(Role) if role not in ("focal_point", "service")))
"""Those that are given; focal points are appointed."""


@click.command("list")
@click.option("--role", type=ROLES, help="Only those with this role.")
@click.option("--body", type=Code(), help="Only those who report for a partner of this body.")
@click.option("--partner", type=Code(), help="Only those who report for this partner.")
@asking
def list_(desk: Desk, role: str | None, body: str | None, partner: str | None) -> Answer:
    """List who has an account, with addresses, roles and for whom they report today.

    \b
    Examples:
      tracker person list
      tracker person list --partner IDN
    """
    with desk.db.read() as conn:
        require(desk.actor(conn), "person.read")
        rows = directory.accounts(conn, desk.today, role=role, body=body, partner=partner)
        of = len(directory.accounts(conn, desk.today))
    return Answer(rows, lambda: _draw(rows, of))


@click.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--scope", default="*", show_default=True, help="The scope in which it was given.")
@click.option("--reason", default="", help="Why; it stays in the history.")
@writing
def withdraw(desk: Desk, email: str, role: Role, scope: str, reason: str) -> Answer:
    """Take a role back. Focal points retire instead.

    \b
    Example:
      tracker person withdraw secretariat@example.org secretariat --scope ASEM-CMM --reason "moved on"
    """
    command = WithdrawRole(role=role, scope=scope, reason=reason)
    return desk.write(
        lambda tx, actor, context: service.handle_person(tx, actor, id_of(tx, email), command, context)
    )


@click.command("end-sessions")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="Of all people, after a break-in or from a restored backup.")
@asking
def end_sessions(desk: Desk, email: str | None, everybody: bool) -> Answer:
    """Sign a person, or everybody, out in every browser; no mailed link that is still out works any longer.

    \b
    Examples:
      tracker person end-sessions old@example.org
      tracker person end-sessions --everybody
    """
    if everybody == (email is not None):
        raise BadInput("Name one person by their address, or --everybody.")
    came = from_console(desk.now)
    with desk.db.write() as tx:
        actor = desk.actor(tx)
        require(actor, "session.end")
        if email is None:
            ended = ending.of_everybody(tx, actor, came)
        else:
            ended = ending.of_person(tx, actor, id_of(tx, email), came)
    return Answer({"sessions_ended": ended}, lambda: [f"Sessions that were ended: {ended}."])


def _draw(rows: Sequence[directory.Account], of: int) -> Iterator["RenderableType"]:
    if rows:
        drawn = ((row.email, _does(row), row.name) for row in rows)
        yield table("Address", "Does", "~Name", rows=drawn)
        yield ""
    yield f"{len(rows)} of {of} accounts."


def _does(row: directory.Account) -> list[str]:
    reports = [f"{each.standing} focal point {each.body}:{each.partner}" for each in row.appointments]
    held = [f"{words(each.role)} {'everywhere' if each.scope == '*' else each.scope}" for each in row.roles]
    return [*(["disabled"] if row.disabled else []), *held, *reports]
