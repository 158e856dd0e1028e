"""The rules of an adopted element. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.recommendations import commands as c
from tracker.recommendations import events as e
from tracker.recommendations.codes import check_element, check_lines


@dataclass(frozen=True)
class Wording:
    """What a revision may put right."""

    text: str = ""
    parent: str | None = None
    source: str = ""
    lines: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True)
class State:
    """An element as its events tell it; `code` is empty until it is recorded."""

    code: str = ""
    meeting: str = ""
    body: str = ""
    kind: str = ""
    wording: Wording = Wording()
    nature: e.Nature = "operational"
    themes: Sequence[str] = ()
    repeats: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    links: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    addressees: frozenset[str] = frozenset()
    due_on: date | None = None
    superseded_by: str | None = None


def decide(command: c.RecommendationCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    if isinstance(command, c.RecordRecommendation):
        return _record(command, state)
    if not state.code:
        raise RuleBroken("There is no such recommendation; record it first.")
    match command:
        case c.ReviseRecommendation():
            return _revise(command, state)
        case c.ClassifyRecommendation():
            return _classify(command, state)
        case c.RepeatRecommendation():
            return _repeat(command, state)
        case c.WithdrawRepetition(source=source, lines=lines, reason=reason):
            if (source, tuple(lines)) not in state.repeats:
                raise RuleBroken(f"{state.code} is not recorded as printed again at {', '.join(lines)}.")
            return [e.RepetitionWithdrawn(source=source, lines=lines, reason=reason)]
        case c.LinkRecommendation():
            return _link(command, state)
        case c.UnlinkRecommendation(to=to, reason=reason):
            if to not in state.links:
                raise RuleBroken(
                    f"{state.code} is not linked to {to}; its links point the other way or were withdrawn."
                )
            return [e.RecommendationUnlinked(to=to, reason=reason)]
        case c.SupersedeRecommendation():
            return _supersede(command, state)
        case c.WithdrawSupersession(reason=reason):
            if state.superseded_by is None:
                raise RuleBroken(f"{state.code} was not superseded, so there is nothing to take back.")
            _check_reason(reason, f"{state.code} stands again")
            return [e.SupersessionWithdrawn(reason=reason)]
        case c.DirectRecommendation():
            return _direct(command, state)
        case c.ReleaseAddressees():
            return _release(command, state)
        case c.SetDue() | c.MoveDue():
            return _due(command, state)
        case c.WithdrawDue(reason=reason):
            if state.due_on is None:
                return []
            _check_reason(reason, f"{state.code} is not due any more")
            return [e.DueWithdrawn(reason=reason)]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.RecommendationRecorded() as event:
            first = State(code=event.code, meeting=event.meeting, body=event.body, kind=event.kind)
            return replace(first, wording=_wording(event), nature=event.nature, themes=tuple(event.themes))
        case e.RecommendationRevised() as event:
            return replace(state, wording=_wording(event))
        case e.RecommendationClassified(nature=nature, themes=themes):
            return replace(state, nature=nature, themes=tuple(themes))
        case e.RecommendationRepeated(source=source, lines=lines):
            return replace(state, repeats=state.repeats | {(source, tuple(lines))})
        case e.RepetitionWithdrawn(source=source, lines=lines):
            return replace(state, repeats=state.repeats - {(source, tuple(lines))})
        case e.RecommendationLinked(to=to, relation=relation, basis=basis, note=note):
            return replace(state, links={**state.links, to: (relation, basis, note)})
        case e.RecommendationUnlinked(to=to):
            return replace(state, links={code: link for code, link in state.links.items() if code != to})
        case e.RecommendationSuperseded(by=by):
            return replace(state, superseded_by=by)
        case e.SupersessionWithdrawn():
            return replace(state, superseded_by=None)
        case e.RecommendationDirected(partners=partners):
            return replace(state, addressees=state.addressees.union(partners))
        case e.AddresseeReleased(partners=partners):
            return replace(state, addressees=state.addressees.difference(partners))
        case e.DueSet(due_on=due_on) | e.DueMoved(due_on=due_on):
            return replace(state, due_on=due_on)
        case e.DueWithdrawn():
            return replace(state, due_on=None)
        case _:
            return state


def _record(command: c.RecordRecommendation, state: State) -> Sequence[Event]:
    check_element(command.code, command.meeting, command.kind)
    _check_wording(command.code, _wording(command))
    _check_themes(command.themes)
    if not state.code:
        return [
            e.RecommendationRecorded(**{name: getattr(command, name) for name in command.__struct_fields__})
        ]
    before = (state.code, state.meeting, state.body, state.kind, state.wording, state.nature, state.themes)
    asked = (command.code, command.meeting, command.body, command.kind, _wording(command), command.nature)
    if before != (*asked, tuple(command.themes)):
        raise RuleBroken(
            f"{state.code} is recorded already, and differently; revise or classify it instead.", field="code"
        )
    return []


def _revise(command: c.ReviseRecommendation, state: State) -> Sequence[Event]:
    _check_wording(state.code, _wording(command))
    if _wording(command) == state.wording:
        return []
    return [e.RecommendationRevised(**{name: getattr(command, name) for name in command.__struct_fields__})]


def _classify(command: c.ClassifyRecommendation, state: State) -> Sequence[Event]:
    _check_themes(command.themes)
    if (command.nature, tuple(command.themes)) == (state.nature, tuple(state.themes)):
        return []
    if command.nature == "informational" and state.addressees:
        raise RuleBroken(
            f"{state.code} is directed to {len(state.addressees)} partners; release them before it becomes informational.",
            field="nature",
        )
    return [e.RecommendationClassified(nature=command.nature, themes=command.themes)]


def _repeat(command: c.RepeatRecommendation, state: State) -> Sequence[Event]:
    check_lines(command.lines)
    if not command.lines:
        raise RuleBroken(f"Please give the lines at which {state.code} is printed again.")
    again = (command.source, tuple(command.lines))
    if again == (state.wording.source, tuple(state.wording.lines)):
        raise RuleBroken(
            f"{state.code} itself stands at these lines; give those at which it is printed again.",
            field="lines",
        )
    if again in state.repeats:
        return []
    return [e.RecommendationRepeated(source=command.source, lines=command.lines, note=command.note)]


def _link(command: c.LinkRecommendation, state: State) -> Sequence[Event]:
    if command.to == state.code:
        raise RuleBroken(f"{state.code} cannot be linked to itself; name another element.", field="to")
    _check_standing(state, "be linked")
    if command.to not in state.links:
        linked = e.RecommendationLinked(
            to=command.to, relation=command.relation, basis=command.basis, note=command.note
        )
        return [linked]
    if state.links[command.to] != (command.relation, command.basis, command.note):
        raise RuleBroken(
            f"{state.code} is linked to {command.to} already; withdraw that link before making another.",
            field="to",
        )
    return []


def _supersede(command: c.SupersedeRecommendation, state: State) -> Sequence[Event]:
    if command.by == state.code:
        raise RuleBroken(
            f"{state.code} cannot take its own place; name the element that supersedes it.", field="by"
        )
    _check_standing(state, "be superseded again")
    return [e.RecommendationSuperseded(by=command.by, meeting=command.meeting, reason=command.reason)]


def _direct(command: c.DirectRecommendation, state: State) -> Sequence[Event]:
    _check_standing(state, "be directed to anybody")
    _check_operational(state, "directed to anybody")
    if not command.partners:
        raise RuleBroken(f"Please name at least one partner to direct {state.code} to.")
    further = [partner for partner in dict.fromkeys(command.partners) if partner not in state.addressees]
    return [e.RecommendationDirected(partners=further, on=command.on, rule=command.rule)] if further else []


def _release(command: c.ReleaseAddressees, state: State) -> Sequence[Event]:
    if not command.partners:
        raise RuleBroken(f"Please name at least one partner to release from {state.code}.")
    _check_reason(command.reason, f"the partners are released from {state.code}")
    strangers = [partner for partner in command.partners if partner not in state.addressees]
    if strangers:
        raise RuleBroken(
            f"{state.code} is not directed to {', '.join(strangers)}; release only its addressees.",
            field="partners",
        )
    return [e.AddresseeReleased(partners=list(dict.fromkeys(command.partners)), reason=command.reason)]


def _due(command: c.SetDue | c.MoveDue, state: State) -> Sequence[Event]:
    _check_standing(state, "become due")
    _check_operational(state, "due")
    if command.due_on == state.due_on:
        return []
    if isinstance(command, c.SetDue):
        if state.due_on is not None:
            raise RuleBroken(
                f"{state.code} is due on {state.due_on} already; move the date and give the reason.",
                field="due_on",
            )
        return [e.DueSet(due_on=command.due_on)]
    if state.due_on is None:
        raise RuleBroken(f"{state.code} has no due date yet; set one first.")
    _check_reason(command.reason, f"the due date of {state.code} moves")
    return [e.DueMoved(due_on=command.due_on, reason=command.reason)]


def _wording(
    said: c.RecordRecommendation
    | c.ReviseRecommendation
    | e.RecommendationRecorded
    | e.RecommendationRevised,
) -> Wording:
    return Wording(said.text, said.parent, said.source, tuple(said.lines), said.note)


def _check_wording(code: str, wording: Wording) -> None:
    if not wording.text:
        raise RuleBroken(f"Please give the text of {code}.")
    if wording.parent == code:
        raise RuleBroken(f"{code} cannot be a part of itself; name its parent or none.")
    check_lines(wording.lines)


def _check_themes(themes: Sequence[str]) -> None:
    twice = sorted({theme for theme in themes if themes.count(theme) > 1})
    if twice:
        raise RuleBroken(f"The theme {twice[0]} is given twice; once is enough.")


def _check_reason(reason: str, why: str) -> None:
    if not reason:
        raise RuleBroken(f"Please give the reason why {why}.", field="reason")


def _check_standing(state: State, refused: str) -> None:
    if state.superseded_by is not None:
        raise RuleBroken(f"{state.code} was superseded by {state.superseded_by} and cannot {refused}.")


def _check_operational(state: State, refused: str) -> None:
    if state.nature == "informational":
        raise RuleBroken(
            f"{state.code} is informational: it asks nothing of anybody and cannot be {refused}. "
            "Classify it as operational first if it does."
        )


DECIDER = Decider("recommendation", State(), decide, evolve)
