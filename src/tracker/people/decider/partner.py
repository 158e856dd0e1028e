"""The rules of a partner and its memberships. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.people import commands as c
from tracker.people import events as e

_CODE = {"country": re.compile(r"[A-Z]{3}"), "organisation": re.compile(r"[A-Z0-9]{2,12}")}
_BODY = re.compile(r"(?=.{2,40}$)[A-Z0-9]+(-[A-Z0-9]+)*")
_CODE_SAYS = {
    "country": "three upper-case letters (ISO 3166-1 alpha-3), such as IDN",
    "organisation": "two to twelve upper-case letters or digits, such as ASEAN",
}


@dataclass(frozen=True)
class Membership:
    """In a grouping of a body since a date, until another (exclusive; None: still)."""

    grouping: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class State:
    """A partner as its events tell it; `code` is empty until it is registered. `latest`: its newest membership by body."""

    code: str = ""
    name: str = ""
    kind: str = ""
    source: str = ""
    latest: Mapping[str, Membership] = field(default_factory=dict)


def decide(command: c.PartnerCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    if isinstance(command, c.RegisterPartner):
        return _register(command, state)
    if not state.code:
        raise RuleBroken("There is no such partner yet; register it first.")
    match command:
        case c.RenamePartner():
            return _rename(command, state)
        case c.JoinBody():
            return _join(command, state)
        case c.LeaveBody():
            return _leave(command, state)


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.PartnerRegistered(code=code, name=name, kind=kind, source=source):
            return replace(state, code=code, name=name, kind=kind, source=source)
        case e.PartnerRenamed(name=name):
            return replace(state, name=name)
        case e.PartnerJoined(body=body, grouping=grouping, since=since):
            return replace(state, latest={**state.latest, body: Membership(grouping, since)})
        case e.PartnerLeft(body=body, until=until):
            return replace(state, latest={**state.latest, body: replace(state.latest[body], until=until)})
    return state


PARTNER: Decider[State, c.PartnerCommand] = Decider("partner", State(), decide, evolve)


def _register(command: c.RegisterPartner, state: State) -> Sequence[Event]:
    code, name, kind, source = command.code, command.name, command.kind, command.source
    if not _CODE[kind].fullmatch(code):
        raise RuleBroken(f"“{code}” is no code for a {kind}; it has {_CODE_SAYS[kind]}.", field="code")
    _check_name(name)
    if not state.code:
        return [e.PartnerRegistered(code=code, name=name, kind=kind, source=source)]
    if (state.code, state.name, state.kind, state.source) == (code, name, kind, source):
        return []
    raise RuleBroken(f"{code} is registered already, as {state.name}; to change its name, rename it.")


def _rename(command: c.RenamePartner, state: State) -> Sequence[Event]:
    _check_name(command.name)
    return [] if command.name == state.name else [e.PartnerRenamed(name=command.name, reason=command.reason)]


def _join(command: c.JoinBody, state: State) -> Sequence[Event]:
    body, grouping, since = command.body, command.grouping, command.since
    if not _BODY.fullmatch(body):
        raise RuleBroken(f"“{body}” is no code of a body; it looks like ASEM-CMM.", field="body")
    if not grouping:
        raise RuleBroken("Please say in which of the body's groupings the partner is.", field="grouping")
    latest = state.latest.get(body)
    if latest is not None:
        if (latest.grouping, latest.since) == (grouping, since):
            return []
        if latest.until is None:
            raise RuleBroken(
                f"{state.code} belongs to {body} ({latest.grouping}) since {latest.since}; end that membership first."
            )
        if since < latest.until:
            raise RuleBroken(
                f"{state.code} belonged to {body} until {latest.until}; it can join again from then on."
            )
    return [e.PartnerJoined(body=body, grouping=grouping, since=since, note=command.note)]


def _leave(command: c.LeaveBody, state: State) -> Sequence[Event]:
    body, until, latest = command.body, command.until, state.latest.get(command.body)
    if latest is None:
        raise RuleBroken(f"{state.code} never joined {body}, so it cannot leave it.")
    if latest.until == until:
        return []
    if latest.until is not None:
        raise RuleBroken(f"{state.code} left {body} on {latest.until} already.")
    if until <= latest.since:
        raise RuleBroken(
            f"{state.code} joined {body} on {latest.since}; it can leave on a later day, not on {until}."
        )
    return [e.PartnerLeft(body=body, since=latest.since, until=until, reason=command.reason)]


def _check_name(name: str) -> None:
    if not name:
        raise RuleBroken("Please give the partner's name.", field="name")
