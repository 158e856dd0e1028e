"""The rules of a token's life. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.people import commands as c
from tracker.people import events as e


@dataclass(frozen=True)
class State:
    """A token as its events tell it."""

    issued: bool = False
    revoked: bool = False


def decide(command: c.TokenCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    match command:
        case c.IssueToken(person_id=person_id, scopes=scopes, expires_on=expires_on, strong=strong):
            if state.issued:
                raise RuleBroken("There is such a token already; please make another one.")
            if not scopes:
                raise RuleBroken("Please say what the token is for.", field="scopes")
            return [
                e.TokenIssued(
                    person_id=person_id, scopes=sorted(set(scopes)), expires_on=expires_on, strong=strong
                )
            ]
        case c.RevokeToken(reason=reason):
            if not state.issued:
                raise RuleBroken("There is no such token.")
            return [] if state.revoked else [e.TokenRevoked(reason=reason)]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.TokenIssued():
            return replace(state, issued=True)
        case e.TokenRevoked():
            return replace(state, revoked=True)
    return state


TOKEN: Decider[State, c.TokenCommand] = Decider("token", State(), decide, evolve)
