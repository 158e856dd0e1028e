"""The smallest feature there can be, for tests of the log: one stream a person, roles given and taken."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tracker.eventstore.execute import Command, Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Context, Recorded
from tracker.kit.errors import RuleBroken
from tracker.people.events import RoleGranted, RoleWithdrawn

WHEN = datetime(2026, 1, 5, tzinfo=UTC)


class Give(Command):
    """Give a role within a scope."""

    scope: str


class Take(Command):
    """Take it back."""

    scope: str


class Held(msgspec.Struct, frozen=True):
    """The scopes held now."""

    scopes: frozenset[str] = frozenset()


def given(scope: str) -> RoleGranted:
    """The event of a role given."""
    return RoleGranted(role="reader", scope=scope)


def taken(scope: str) -> RoleWithdrawn:
    """The event of a role taken back."""
    return RoleWithdrawn(role="reader", scope=scope)


def decide(command: Give | Take, state: Held) -> Sequence[Event]:
    """One rule: what is not held cannot be taken."""
    match command:
        case Give(scope=scope):
            return [] if scope in state.scopes else [given(scope)]
        case Take(scope=scope) if scope not in state.scopes:
            raise RuleBroken(f"{scope} is not held; see what is.")
        case Take(scope=scope):
            return [taken(scope)]


def evolve(state: Held, recorded: Recorded) -> Held:
    """One event further."""
    match recorded.event:
        case RoleGranted(scope=scope):
            return Held(state.scopes | {scope})
        case RoleWithdrawn(scope=scope):
            return Held(state.scopes - {scope})
    return state


LEDGER = Decider[Held, Give | Take]("person", Held(), decide, evolve)


def context(command_id: str | None = None) -> Context:
    """Asked by a tester."""
    extra = {} if command_id is None else {"command_id": command_id}
    return Context(actor_id="tester", effective_at=WHEN, **extra)
