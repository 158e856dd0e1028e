"""Commands about digests: what somebody would get, send it, what became of those sent, and what an operator decides."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tracker.digests import queries, service
from tracker.kit.clock import utc_now
from tracker.kit.errors import RuleBroken
from tracker.kit.mailbox import transport_of
from tracker.people.desk import Desk, asking, id_of
from tracker.people.policy import require
from tracker.terminal.answer import Answer, heading, table, words

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = ("period", "state", "email", "subject", "sent_at", "attempts", "last_error", "id")


@click.group()
def digest() -> None:
    """Preview and send reminder digests; see what became of them.

    \b
    Example:
      tracker digest preview focal.point@example.org
    """


@digest.command()
@click.argument("email")
@asking
def preview(desk: Desk, email: str) -> Answer:
    """Show the digest that a person would get now; nothing is sent.

    \b
    Example:
      tracker digest preview focal.point@example.org
    """
    with desk.db.read() as conn:
        found = service.preview(conn, desk.actor(conn), id_of(conn, email), desk.now)
    if found is None:
        return Answer(None, lambda: ["There is nothing to say, so no mail would be sent."])
    return Answer(found, lambda: [f"Subject: {found.subject}\n", found.text])


@digest.command()
@click.argument("email")
@asking
def send(desk: Desk, email: str) -> Answer:
    """Send a person today's digest now, once a day at most; only if there is something to say.

    \b
    Example:
      tracker digest send focal.point@example.org
    """
    digest_id = desk.db.run(lambda tx: service.request(tx, desk.actor(tx), id_of(tx, email), desk.now))
    transport = transport_of(desk.settings)
    try:
        service.deliver(desk.db, digest_id, utc_now, transport)
    finally:
        transport.close()
    with desk.db.read() as conn:
        found = queries.digest(conn, digest_id)
    if found.state in queries.TROUBLED:
        raise RuleBroken(f"The digest is {found.state}: {found.last_error or found.smtp_response}")
    return Answer(found, lambda: [_told(found, desk.now)])


@digest.command()
@click.argument("digest_id", metavar="ID")
@asking
def resend(desk: Desk, digest_id: str) -> Answer:
    """Let a digest that is unknown, refused or parked be sent again: the same message, within a minute.

    \b
    Example:
      tracker digest resend 0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa
    """
    desk.db.run(lambda tx: service.resend(tx, desk.actor(tx), digest_id, desk.now))
    return _decided(desk, digest_id)


@digest.command()
@click.argument("digest_id", metavar="ID")
@asking
def drop(desk: Desk, digest_id: str) -> Answer:
    """Decide that a digest is not to be sent any more.

    \b
    Example:
      tracker digest drop 0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa
    """
    desk.db.run(lambda tx: service.drop(tx, desk.actor(tx), digest_id))
    return _decided(desk, digest_id)


@digest.command()
@asking
def skip(desk: Desk) -> Answer:
    """Drop every digest that waits: after restoring a backup, before the workers start.

    \b
    Example:
      tracker digest skip
    """
    dropped = desk.db.run(lambda tx: service.skip(tx, desk.actor(tx), desk.now))
    return Answer({"dropped": dropped}, lambda: [f"{dropped} digests that were waiting will not be sent."])


@digest.command("list")
@click.argument("email", required=False)
@asking
def list_(desk: Desk, email: str | None) -> Answer:
    """Show a person's digests, or those that wait for a decision: unknown, refused, parked.

    \b
    Examples:
      tracker digest list
      tracker digest list focal.point@example.org
    """
    with desk.db.read() as conn:
        require(desk.actor(conn), "digest.send")
        counts = queries.counts(conn)
        found = queries.of_person(conn, id_of(conn, email)) if email else queries.troubled(conn)
    return Answer({"counts": counts, "digests": found}, lambda: _draw(counts, found))


def _decided(desk: Desk, digest_id: str) -> Answer:
    with desk.db.read() as conn:
        found = queries.digest(conn, digest_id)
    return Answer(found, lambda: [f"The digest of {found.period} is {found.state}."])


def _told(found: queries.Digest, asked_at: datetime) -> str:
    if found.state == "sent" and found.sent_at is not None and found.sent_at < asked_at:
        return (
            f"Nothing was sent: {found.email} got the digest of {found.period} already, at {found.sent_at:%H:%M} UTC "
            "(one a day at most)."
        )
    what = {
        "sent": f"Sent to {found.email}: {found.subject} ({found.smtp_response})",
        "empty": "There was nothing to say, so no mail was sent.",
        "due": f"Not sent yet, it is tried again: {found.last_error}",
        "sending": "Another process is sending it at this moment.",
    }
    return what.get(found.state, f"The digest is {found.state}.")


def _draw(counts: dict[str, int], found: Sequence[queries.Digest]) -> "Iterator[RenderableType]":
    yield ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "No digests yet."
    if found:
        yield heading("Digests")
        yield table(
            *(words(name) or "" for name in COLUMNS),
            rows=[[getattr(each, name) for name in COLUMNS] for each in found],
        )
