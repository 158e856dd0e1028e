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

    def overlaps(self, since: date, until: date | None) -> bool:
        """True if any day belongs to both."""
        return (until is None or self.since < until) and (self.until is None or since < self.until)


@dataclass(frozen=True)
class State:
    """A partner as its events tell it; `code` is empty until it is registered. `memberships` by body and first day."""

    code: str = ""
    name: str = ""
    kind: str = ""
    source: str = ""
    memberships: Mapping[tuple[str, date], Membership] = field(default_factory=dict)

    def latest(self, body: str) -> Membership | None:
        """The newest membership of a body."""
        own = [member for (of, _), member in self.memberships.items() if of == body]
        return max(own, key=lambda member: member.since, default=None)


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
        case c.CorrectMembership():
            return _correct(command, state)
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
            return _put(state, body, Membership(grouping, since))
        case e.MembershipCorrected() as event:
            left = {key: one for key, one in state.memberships.items() if key != (event.body, event.since)}
            corrected = Membership(event.grouping, event.joined, event.until)
            return _put(replace(state, memberships=left), event.body, corrected)
        case e.PartnerLeft(body=body, since=since, until=until):
            return _put(state, body, replace(state.memberships[body, since], until=until))
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
    _check_grouping(grouping)
    latest = state.latest(body)
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


def _correct(command: c.CorrectMembership, state: State) -> Sequence[Event]:
    body, joined, until = command.body, command.joined, command.until
    own = {since: member for (of, since), member in state.memberships.items() if of == body}
    known = own.pop(command.since, None)
    if known is None:
        raise RuleBroken(
            f"{state.code} has no membership of {body} since {command.since}; its page lists those that it has.",
            field="since",
        )
    _check_grouping(command.grouping)
    if until is not None and until <= joined:
        raise RuleBroken(
            f"{state.code} cannot leave {body} on {until}, before it joined on {joined}.", field="until"
        )
    corrected = Membership(command.grouping, joined, until)
    if corrected == known:
        return []
    for other in own.values():
        if other.overlaps(joined, until):
            raise RuleBroken(
                f"{state.code} belonged to {body} from {other.since} until {other.until or 'now'} as well; "
                "the two may not overlap.",
                field="joined",
            )
    if not command.reason:
        raise RuleBroken("Please give the reason why the membership is corrected.", field="reason")
    return [
        e.MembershipCorrected(
            body=body,
            since=known.since,
            grouping=command.grouping,
            joined=joined,
            until=until,
            reason=command.reason,
        )
    ]


def _leave(command: c.LeaveBody, state: State) -> Sequence[Event]:
    body, until, latest = command.body, command.until, state.latest(command.body)
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


def _put(state: State, body: str, member: Membership) -> State:
    return replace(state, memberships={**state.memberships, (body, member.since): member})


def _check_grouping(grouping: str) -> None:
    if not grouping:
        raise RuleBroken("Please say in which of the body's groupings the partner is.", field="grouping")


def _check_name(name: str) -> None:
    if not name:
        raise RuleBroken("Please give the partner's name.", field="name")
