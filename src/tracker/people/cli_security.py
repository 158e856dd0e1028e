"""`tracker security-log`: what happened at the door."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tracker.identity import security_log as log
from tracker.identity.security_log import Entry
from tracker.kit.secret import secret_of
from tracker.people import called, queries
from tracker.people.desk import Desk, asking
from tracker.people.policy import require
from tracker.terminal.answer import Answer, table
from tracker.terminal.parameters import Instant

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.command("security-log")
@click.option("--what", help="Such as signed_in, refused, limited.")
@click.option(
    "--address", metavar="EMAIL", help="About this address, whether somebody has an account with it or not."
)
@click.option("--client", help="From this network address.")
@click.option("--since", type=Instant(), help="Only what happened since.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at the most."
)
@asking
def security_log(
    desk: Desk, what: str | None, address: str | None, client: str | None, since: datetime | None, limit: int
) -> Answer:
    """Show what happened at the door: links asked for, who signed in by what, what was refused. Newest first.

    \b
    Examples:
      tracker security-log --what refused --since 2026-11-24
      tracker security-log --address focal.point@example.org --json
    """
    with desk.db.read() as conn:
        require(desk.actor(conn), "security.read")
        known = queries.person_by_email(conn, address) if address else None
        found = log.entries(
            conn,
            what=what,
            client=client,
            since=since,
            limit=limit,
            person_id=known.person_id if known else None,
            address_hash=log.address_hash(secret_of(desk.settings), address) if address else None,
        )
        names = called.names(conn, {each.person_id for each in found if each.person_id})
    data = [msgspec.structs.asdict(each) for each in found]
    return Answer(data, lambda: _drawn(found, names))


def _drawn(found: Sequence[Entry], names: dict[str, str]) -> Iterator["RenderableType"]:
    yield table(
        "when",
        "what",
        "who",
        "from",
        "details",
        rows=(
            (
                f"{each.at:%Y-%m-%d %H:%M:%S}",
                each.what,
                names.get(each.person_id or "")
                or (each.address_hash and f"address {each.address_hash[:12]}"),
                each.client or None,
                ", ".join(f"{name}: {value}" for name, value in each.facts.items()) or None,
            )
            for each in found
        ),
    )
