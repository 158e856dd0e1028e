"""Commands about proof: seal, checkpoint, receipt, consistency."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec

from tracker.audit.queries import check_shown
from tracker.eventstore.seal import kept, proofs
from tracker.eventstore.seal.copy import copy_of
from tracker.eventstore.seal.keys import SETTING, add_key, private_keys
from tracker.eventstore.seal.proofs import Consistency, Receipt
from tracker.eventstore.seal.sealer import seal as seal_log
from tracker.kit.errors import NotFound
from tracker.people.desk import Desk, asking
from tracker.people.policy import require
from tracker.people.sight import seeing
from tracker.terminal.answer import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.command()
@click.option("--new-key", is_flag=True, help="Seal with a new key from now on; the old one signs for it.")
@asking
def seal(desk: Desk, new_key: bool) -> Answer:
    """Sign a checkpoint of the whole log now; the worker does so by itself when the log has moved.

    \b
    Examples:
      tracker seal
      tracker seal --new-key
    """
    with desk.db.read() as live:
        require(desk.actor(live), "log.verify")
    if new_key:
        given = add_key(desk.settings)
        if given is not None:
            words = f"Put this before what {SETTING} holds, with a comma between, and start the worker again:\n{given}"
            return Answer({"key": given}, lambda: [words])
    private, copy = private_keys(desk.settings), copy_of(desk.settings)
    note = desk.db.run(lambda tx: seal_log(tx, private, copy, desk.now))
    if note is None:
        raise NotFound("The log is empty; there is nothing to seal yet.")
    return Answer({"size": note.checkpoint.size, "note": note.text}, lambda: [note.text.rstrip()])


@click.command()
@click.argument("size", type=click.IntRange(min=1), required=False)
@asking
def checkpoint(desk: Desk, size: int | None) -> Answer:
    """Show the newest signed checkpoint, or that of so many events, to be kept and printed elsewhere.

    \b
    Examples:
      tracker checkpoint
      tracker checkpoint 589
    """
    with desk.db.read() as live:
        require(desk.actor(live), "read.public")
        note = kept.of_size(live, size) if size else kept.newest(live)
        if note is None:
            raise NotFound("The log was not sealed yet; `tracker seal` does it.")
        text = proofs.whole(live, note)
        keys = [each.key.text for each in kept.known_keys(live)]
    data = {"size": note.checkpoint.size, "note": text, "keys": keys}
    return Answer(data, lambda: [text.rstrip(), "", "Keys of this log, oldest first:", *keys])


@click.command()
@click.argument("position", type=click.IntRange(min=1))
@asking
def receipt(desk: Desk, position: int) -> Answer:
    """Prove that an event is in the log: a file that `verify-receipt` checks anywhere, without the tracker.

    \b
    Example:
      tracker receipt 7 > receipt.json
    """
    with desk.db.read() as live:
        require(actor := desk.actor(live), "audit.read")
        check_shown(seeing(live, actor), position)
        found = proofs.receipt(live, position)
    return Answer(found, lambda: _lines(found))


@click.command()
@click.argument("older", type=click.IntRange(min=1))
@click.argument("newer", type=click.IntRange(min=1))
@asking
def consistency(desk: Desk, older: int, newer: int) -> Answer:
    """Prove that the log of one checkpoint is the beginning of that of another; sizes as `checkpoint` shows them.

    \b
    Example:
      tracker consistency 589 602 > consistency.json
    """
    with desk.db.read() as live:
        require(desk.actor(live), "read.public")
        found = proofs.consistency(live, older, newer)
    return Answer(found, lambda: _lines(found))


def _lines(proof: Receipt | Consistency) -> "Iterator[RenderableType]":
    """The file itself: whoever redirects it has it."""
    yield msgspec.json.format(msgspec.json.encode(proof)).decode()
