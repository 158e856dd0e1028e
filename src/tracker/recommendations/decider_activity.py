"""The rules of an activity. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import BadInput, RuleBroken
from tracker.recommendations import commands as c
from tracker.recommendations import events as e
from tracker.recommendations.codes import check_activity, check_lines, check_mention

LONGEST_KIND = 30


@dataclass(frozen=True)
class State:
    """An activity as its events tell it; `code` is empty until it is recorded."""

    code: str = ""
    body: str = ""
    described: tuple[str, str, str] = ("", "", "")
    mentions: Mapping[str, e.ActivityMentioned] = field(default_factory=dict)
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def decide(command: c.ActivityCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    if isinstance(command, c.RecordActivity):
        return _record(command, state)
    if not state.code:
        raise RuleBroken("There is no such activity; record it first.")
    match command:
        case c.ReviseActivity(title=title, kind=kind, note=note, reason=reason):
            _check_kind(kind)
            _check_title(state.code, title)
            if (title, kind, note) == state.described:
                return []
            return [e.ActivityRevised(title=title, kind=kind, note=note, reason=reason)]
        case c.MentionActivity():
            return _mention(command, state)
        case c.WithdrawMention(code=code, reason=reason):
            if code not in state.mentions:
                raise RuleBroken(f"{state.code} has no mention {code} that could be withdrawn.")
            return [e.MentionWithdrawn(code=code, reason=reason)]
        case c.LinkActivity():
            return _link(command, state)
        case c.UnlinkActivity(recommendation=recommendation, reason=reason):
            if recommendation not in state.links:
                raise RuleBroken(
                    f"{state.code} is not linked to {recommendation}, so there is no link to withdraw."
                )
            return [e.ActivityUnlinked(recommendation=recommendation, reason=reason)]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.ActivityRecorded(code=code, body=body, title=title, kind=kind, note=note):
            return State(code=code, body=body, described=(title, kind, note))
        case e.ActivityRevised(title=title, kind=kind, note=note):
            return replace(state, described=(title, kind, note))
        case e.ActivityMentioned() as event:
            return replace(state, mentions={**state.mentions, event.code: event})
        case e.MentionWithdrawn(code=code):
            return replace(state, mentions={key: said for key, said in state.mentions.items() if key != code})
        case e.ActivityLinked(recommendation=recommendation, basis=basis, note=note):
            return replace(state, links={**state.links, recommendation: (basis, note)})
        case e.ActivityUnlinked(recommendation=recommendation):
            return replace(
                state, links={key: link for key, link in state.links.items() if key != recommendation}
            )
        case _:
            return state


def _record(command: c.RecordActivity, state: State) -> Sequence[Event]:
    check_activity(command.code)
    _check_title(command.code, command.title)
    if not state.code:
        return [e.ActivityRecorded(**{name: getattr(command, name) for name in command.__struct_fields__})]
    _check_kind(command.kind)
    asked = (command.code, command.body, (command.title, command.kind, command.note))
    if (state.code, state.body, state.described) != asked:
        raise RuleBroken(
            f"{state.code} is recorded already, and differently; revise it instead.", field="code"
        )
    return []


def _mention(command: c.MentionActivity, state: State) -> Sequence[Event]:
    check_mention(command.code, command.meeting)
    check_lines(command.lines)
    if not command.text:
        raise RuleBroken(f"Please give the words of {command.code}, as the document has them.")
    said = e.ActivityMentioned(**{name: getattr(command, name) for name in command.__struct_fields__})
    return [] if state.mentions.get(command.code) == said else [said]


def _link(command: c.LinkActivity, state: State) -> Sequence[Event]:
    there = state.links.get(command.recommendation)
    if there is None:
        linked = e.ActivityLinked(
            recommendation=command.recommendation, basis=command.basis, note=command.note
        )
        return [linked]
    if there != (command.basis, command.note):
        raise RuleBroken(
            f"{state.code} is linked to {command.recommendation} already; withdraw that link before making another.",
            field="recommendation",
        )
    return []


def _check_title(code: str, title: str) -> None:
    if not title:
        raise RuleBroken(f"Please give the title of {code}.")


DECIDER = Decider("activity", State(), decide, evolve)


def _check_kind(kind: str) -> None:
    if len(kind) > LONGEST_KIND:
        raise BadInput(f"A kind of activity has at most {LONGEST_KIND} characters.", field="kind")
