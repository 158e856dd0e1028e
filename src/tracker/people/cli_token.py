"""`tracker token`: what lets a program come in as a person."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click
import msgspec
from sqlalchemy import Connection

from tracker.identity import tokens as kept
from tracker.identity.came import from_console
from tracker.identity.tokens import DEFAULT_DAYS, LONGEST_DAYS, Token
from tracker.people import tokens
from tracker.people.desk import Desk, asking, id_of, writing
from tracker.people.policy import FAMILIES, require
from tracker.terminal.answer import Answer, fields, table

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.group()
def token() -> None:
    """Make, list and revoke tokens by which programs come in as a person.

    \b
    Example:
      tracker token issue auditor@example.org "Nightly export" --scope read --scope audit
    """


@token.command()
@click.argument("email")
@click.argument("name")
@click.option(
    "--scope",
    "families",
    type=click.Choice(list(FAMILIES)),
    multiple=True,
    required=True,
    help="What it is for; may be repeated.",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="How long it works.",
)
@writing
def issue(desk: Desk, email: str, name: str, families: Sequence[str], days: int) -> Answer:
    """Make a token for a person and print it, this once; it never may more than they may.

    \b
    Example:
      tracker token issue auditor@example.org "Nightly export" --scope read --scope audit
    """
    wanted, came = tokens.Wanted(name, families, days), from_console(desk.now)

    def work(tx: Connection) -> tokens.Made:
        actor = desk.actor(tx)
        context = desk.context(actor)
        return tokens.issue(tx, actor, id_of(tx, email), wanted, context, came, strong=desk.asker is None)

    made = desk.db.run(work)
    data = _data(made.token) | {"token": made.secret}
    told = (("Token", made.secret), ("Id", made.token.id), ("Works until", made.token.expires_on))
    return Answer(data, lambda: [fields(told), "Keep it now: it is not shown again."])


@token.command("list")
@click.argument("email")
@asking
def list_(desk: Desk, email: str) -> Answer:
    """List the tokens that a person has or had; never what opens them.

    \b
    Example:
      tracker token list auditor@example.org
    """
    with desk.db.read() as conn:
        person_id = id_of(conn, email)
        require(desk.actor(conn), "token.revoke", reporter=person_id)
        found = kept.of_person(conn, person_id)
    return Answer([_data(each) for each in found], lambda: _drawn(found))


@token.command()
@click.argument("token_id", metavar="ID")
@click.option("--reason", default="", help="Why; it stays in the history.")
@writing
def revoke(desk: Desk, token_id: str, reason: str) -> Answer:
    """Let a token work no longer; `tracker token list` shows the ids.

    \b
    Example:
      tracker token revoke 5c9ef7cb-8c94-5df0-8168-aaa47e3d5da2 --reason "the export moved"
    """
    came = from_console(desk.now)
    return desk.write(lambda tx, actor, context: tokens.revoke(tx, actor, token_id, reason, context, came))


def _data(each: Token) -> dict[str, object]:
    return msgspec.structs.asdict(each) | {"families": tokens.families_of(each.scopes)}


def _drawn(found: Sequence[Token]) -> Iterator["RenderableType"]:
    yield table(
        "Id",
        "Name",
        "For",
        "Made",
        "Works until",
        "Last used",
        "Revoked",
        rows=(
            (
                each.id,
                each.name,
                tokens.families_of(each.scopes),
                each.created_at,
                each.expires_on,
                each.used_at,
                each.revoked_at,
            )
            for each in found
        ),
    )
