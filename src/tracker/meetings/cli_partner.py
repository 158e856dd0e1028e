"""`tracker partner`: countries and organisations, and the bodies that they belong to.

It stands here and not beside the people, because only meetings know which bodies and groupings there are.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, get_args

import click
from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.people import commands as c
from tracker.people import directory, queries, service
from tracker.people.desk import Desk, reading, writing
from tracker.people.events import PartnerKind
from tracker.people.policy import Actor
from tracker.terminal.answer import Answer, table
from tracker.terminal.parameters import Code, Day, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

CODE = click.argument("code", type=Code())
BODY = click.argument("body", type=Code())


@click.group()
def partner() -> None:
    """List and register partners; let them join and leave bodies.

    \b
    Example:
      tracker partner list --body ASEM-CMM --grouping Asia
    """


@partner.command("list")
@click.option("--body", type=Code(), help="Only those that belong to this body.")
@click.option("--grouping", help="Only those of this grouping, such as Asia.")
@reading
def list_(desk: Desk, body: str | None, grouping: str | None) -> Answer:
    """List partners by code, with the bodies that they belong to.

    \b
    Examples:
      tracker partner list
      tracker partner list --body ASEM-CMM --grouping Asia --as-of 2026-11-01
    """
    with desk.reading() as (known, live, _):
        _check(live, body, grouping)
        rows = directory.partners(known, desk.today, body=body, grouping=grouping)
        of = len(queries.all_partners(known))
    return Answer(rows, lambda: _draw(rows, of))


@partner.command()
@CODE
@click.argument("name")
@click.option(
    "--kind", type=Words(*get_args(PartnerKind)), default="country", show_default=True, help="What it is."
)
@click.option("--source", default="", help="The document that lists it.")
@writing
def register(desk: Desk, code: str, name: str, kind: PartnerKind, source: str) -> Answer:
    """Make a partner known; let it join a body next. A country's code is that of ISO 3166-1, of three letters.

    \b
    Example:
      tracker partner register TLS Timor-Leste
    """
    return _handle(desk, code, c.RegisterPartner(code=code, name=name, kind=kind, source=source))


@partner.command()
@CODE
@click.argument("name")
@click.option("--reason", default="", help="Why.")
@writing
def rename(desk: Desk, code: str, name: str, reason: str) -> Answer:
    """Call a partner by another name; its code stays.

    \b
    Example:
      tracker partner rename IDN "Republic of Indonesia" --reason "as it asked"
    """
    return _handle(desk, code, c.RenamePartner(name=name, reason=reason))


@partner.command()
@CODE
@BODY
@click.option("--grouping", required=True, help="In which of the body's groupings, such as Asia.")
@click.option("--since", type=Day(), help="Its first day as a member; else today.")
@click.option("--note", default="", help="What a reader should know of it.")
@writing
def join(desk: Desk, code: str, body: str, grouping: str, since: date | None, note: str) -> Answer:
    """Let a partner belong to a body.

    \b
    Example:
      tracker partner join TLS ASEM-CMM --grouping Asia --since 2026-11-01
    """
    day = since or desk.today
    command = c.JoinBody(body=body, grouping=grouping, since=day, note=note)

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        _check(tx, body, grouping)
        return service.handle_partner(tx, actor, code, command, context)

    return desk.write(work, since=day)


@partner.command()
@CODE
@BODY
@click.option("--on", type=Day(), help="The first day on which it is no member; else today.")
@click.option("--reason", default="", help="Why.")
@writing
def leave(desk: Desk, code: str, body: str, on: date | None, reason: str) -> Answer:
    """End a partner's membership; from then on its focal points report for it no longer and get no digest.

    \b
    Example:
      tracker partner leave IDN ASEM-CMM --on 2026-11-01 --reason "it withdrew"
    """
    day = on or desk.today
    return _handle(desk, code, c.LeaveBody(body=body, until=day, reason=reason), since=day)


@partner.command()
@CODE
@BODY
@click.option("--since", type=Day(), help="Which membership, by its recorded first day; else the last.")
@click.option("--grouping", help="The right grouping; else as it was.")
@click.option("--joined", type=Day(), help="The right first day; else as it was.")
@click.option("--left", type=Day(), help="The right first day on which it was no member; else as it was.")
@click.option("--still", is_flag=True, help="It did not leave.")
@click.option("--reason", required=True, help="Why it is corrected; it stays in the history.")
@writing
def correct(
    desk: Desk,
    code: str,
    body: str,
    since: date | None,
    grouping: str | None,
    joined: date | None,
    left: date | None,
    still: bool,
    reason: str,
) -> Answer:
    """Put right when a partner belonged to a body and in which grouping.

    \b
    Example:
      tracker partner correct IDN ASEM-CMM --joined 1996-03-02 --reason "the day of the first summit"
    """

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        _check(tx, body, grouping)
        was = _membership(tx, code, body, since)
        command = c.CorrectMembership(
            body=body,
            since=was.since,
            grouping=grouping or was.grouping,
            joined=joined or was.since,
            until=None if still else left or was.until,
            reason=reason,
        )
        return service.handle_partner(tx, actor, code, command, context)

    return desk.write(work)


def _check(conn: Connection, body: str | None, grouping: str | None) -> None:
    """Raises `NotFound` for a body or grouping that there is not: a slip of the pen must not look like a fact."""
    bodies = [meetings.body(conn, body)] if body else meetings.bodies(conn)
    groupings = [each for own in bodies for each in own.groupings]
    if grouping and grouping not in groupings:
        known = ", ".join(groupings) or "none"
        raise NotFound(f"There is no grouping {grouping}; there are: {known}.", field="grouping")


def _membership(tx: Connection, code: str, body: str, since: date | None) -> queries.Member:
    queries.partner(tx, code)
    own = [each for each in queries.memberships_of(tx, code) if each.body == body]
    found = [each for each in own if since in (None, each.since)]
    if not found:
        known = ", ".join(f"since {each.since}" for each in own) or "none"
        when = f" since {since}" if since else ""
        raise NotFound(f"{code} has no membership of {body}{when}; it has {known}.", field="since")
    return found[-1]


def _handle(desk: Desk, code: str, command: c.PartnerCommand, *, since: date | None = None) -> Answer:
    return desk.write(
        lambda tx, actor, context: service.handle_partner(tx, actor, code, command, context), since=since
    )


def _draw(rows: Sequence[directory.Listed], of: int) -> Iterator["RenderableType"]:
    if rows:
        drawn = (
            (each.code, each.kind, [f"{own.body} ({own.grouping})" for own in each.memberships], each.name)
            for each in rows
        )
        yield table("Code", "Kind", "Belongs to", "~Name", rows=drawn)
        yield ""
    yield f"{len(rows)} of {of} partners."
