"""How every command runs: the stored answer if it is a repeat; else load, fold, decide, append, project."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar, dataclass_transform

import msgspec
from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.eventstore.projector import record
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Context, Receipt, Recorded, Write, load, recall
from tracker.kit.errors import Stale


# mypy does not see that subclasses are frozen and by keyword too.
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, in the imperative; only a decider answers."""


S = TypeVar("S")
C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Decider(Generic[S, C]):
    """The pure heart of a feature.

    `decide` answers a command with the events that follow, none if nothing is to change, or raises `RuleBroken` with
    its sentence; `evolve` folds one recorded event into the state. No I/O, clock or randomness in either.
    """

    category: str
    initial: S
    decide: Callable[[C, S], Sequence[Event]]
    evolve: Callable[[S, Recorded], S]

    def stream(self, key: str) -> str:
        """The stream's name, such as `followup-CMM8-R03:IDN`."""
        return f"{self.category}-{key}"

    def fold(self, history: Sequence[Recorded]) -> S:
        """The state after this history."""
        return reduce(self.evolve, history, self.initial)


def execute(
    tx: Connection,
    decider: Decider[S, C],
    key: str,
    command: C,
    context: Context,
    *,
    expected_version: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> Receipt:
    """Runs one command on the stream `key` and returns where its events stand.

    `check` asks what the decider cannot know, and is passed over when the stored answer is given again. With `expected_version` (what the person saw) a stream that moved on is `Stale`; without, the decision is
    taken on what is there now. Whoever opened the transaction commits it.
    """
    request = request_of(decider.stream(key), command)
    answer = recall(tx, context.command_id, request)
    if answer is not None:
        return answer
    check()
    return record(tx, [decided(tx, decider, key, command, expected_version)], context, request)


def decided(
    tx: Connection, decider: Decider[S, C], key: str, command: C, expected_version: int | None = None
) -> Write:
    """What a command would write on the stream `key`. Raises what the decider raises, and `Stale` as `execute` does."""
    history = load(tx, decider.stream(key))
    if expected_version is not None and expected_version != len(history):
        raise Stale(
            "Someone changed this since you opened it; your text is kept. Please look at the change and send it again."
        )
    return Write(decider.stream(key), len(history), decider.decide(command, decider.fold(history)))


def request_of(stream_id: str, command: Command) -> bytes:
    """The canonical form of a request, by which a repeated command id is held against the first."""
    return canonical.encode({"stream": stream_id, "command": type(command).__name__, "with": command})
