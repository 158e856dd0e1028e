"""Several things done as one: all in one transaction, or none, with the reason for each that is refused."""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.eventstore.store import Context, Receipt, Recorded
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, NotAllowed, NotFound, RuleBroken, Stale

MOST_ITEMS = 600
"""What one form may do at once: writing them takes a few seconds, in which others wait."""


class Item(NamedTuple):
    """One thing to do: what it is about, as a code, and how."""

    about: str
    run: Callable[[Connection, Context], Receipt]


class Outcome(NamedTuple):
    """What came of an item: its answer, or why it is refused."""

    about: str
    receipt: Receipt | None
    refusal: str = ""

    @property
    def events(self) -> Sequence[Recorded]:
        """What happened, nothing where it was so already."""
        return () if self.receipt is None else self.receipt.events


class Refused(RuleBroken):
    """Some items are refused, or things changed since they were rehearsed; nothing was written."""

    def __init__(self, message: str, outcomes: Sequence[Outcome]) -> None:
        super().__init__(message)
        self.outcomes = outcomes


class _TakenBack(Exception):
    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes


def rehearse(database: Database, items: Sequence[Item], context: Context) -> Sequence[Outcome]:
    """What would happen: all of it is done, and taken back."""

    def work(tx: Connection) -> None:
        raise _TakenBack(_each(tx, items, context))

    try:
        database.run(work)
    except _TakenBack as done:
        return done.outcomes
    raise AssertionError("unreachable")


def carry_out(
    tx: Connection, items: Sequence[Item], context: Context, expected: str | None
) -> Sequence[Outcome]:
    """Does all of it. Raises `Refused` if any item is refused, or if something else than the `expected` seal of the
    rehearsal would happen. The same command id again gives the stored answers."""
    outcomes = _each(tx, items, context)
    if any(each.refusal for each in outcomes):
        raise Refused("Nothing was recorded: some of it is refused.", outcomes)
    repeated = all(each.receipt is not None and each.receipt.repeated for each in outcomes)
    if not repeated and expected != seal(outcomes):
        raise Refused("Nothing was recorded: someone changed something meanwhile.", outcomes)
    return outcomes


def seal(outcomes: Sequence[Outcome]) -> str:
    """A hash of all that happened, whoever did it and when."""
    told = [[each.about, [[e.event_type, e.event] for e in each.events]] for each in outcomes]
    return hashlib.sha256(canonical.encode(told)).hexdigest()


def _each(tx: Connection, items: Sequence[Item], context: Context) -> list[Outcome]:
    return [_one(tx, item, context) for item in items]


def _one(tx: Connection, item: Item, context: Context) -> Outcome:
    own = replace(context, command_id=f"{context.command_id}:{item.about}", correlation_id=context.command_id)
    try:
        return Outcome(item.about, item.run(tx, own))
    except (BadInput, NotAllowed, NotFound, RuleBroken, Stale) as error:
        return Outcome(item.about, None, error.message)
