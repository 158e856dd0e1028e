"""The rules of bodies and meetings: two kinds of stream. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.meetings import commands as c
from tracker.meetings import events as e

_BODY_CODE = re.compile(r"(?=.{2,40}$)[A-Z0-9]+(-[A-Z0-9]+)*")
_THEME_CODE = re.compile(r"(?=.{2,60}$)[a-z0-9]+(-[a-z0-9]+)*")
# Without hyphens, so that the code of an element, CMM8-R03, tells its meeting.
_MEETING_CODE = re.compile(r"[A-Z][A-Z0-9]{1,19}")
_COUNTRY = re.compile(r"([A-Z]{3})?")
_PART = re.compile(r"[A-Z]{1,4}\d{1,3}(-\d{1,3})?")


@dataclass(frozen=True)
class BodyState:
    """A body as its events tell it; `established` is None until it is tracked. `themes`: titles by code."""

    established: e.BodyEstablished | None = None
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MeetingState:
    """A meeting as its events tell it: as first `scheduled`, and as it stands `now`."""

    scheduled: e.MeetingScheduled | None = None
    now: e.MeetingScheduled | None = None
    state: str = "planned"
    embargoed: bool = False
    reports_by: date | None = None
    parts: Mapping[str, Event] = field(default_factory=dict)


def decide_body(command: c.BodyCommand, state: BodyState) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    now = state.established
    if isinstance(command, c.EstablishBody):
        return _establish(command, now)
    if now is None:
        raise RuleBroken("There is no such body yet; establish it first.")
    match command:
        case c.ReviseBody():
            _check_body(command)
            changed = any(value != getattr(now, name) for name, value in _fields(command, "reason").items())
            return [e.BodyRevised(**_fields(command))] if changed else []
        case c.DefineTheme(code=code, title=title):
            if not _THEME_CODE.fullmatch(code):
                raise RuleBroken(
                    f"“{code}” is no code of a theme; it looks like cultural-diversity.", field="code"
                )
            if not title:
                raise RuleBroken("Please give the theme's title.", field="title")
            return [] if state.themes.get(code) == title else [e.ThemeDefined(code=code, title=title)]


def evolve_body(state: BodyState, recorded: Recorded) -> BodyState:
    """The state after one more event."""
    match recorded.event:
        case e.BodyEstablished() as event:
            return replace(state, established=event)
        case e.BodyRevised() as event:
            known = _fields(state.established) | _fields(event, "reason")
            return replace(state, established=e.BodyEstablished(**known))
        case e.ThemeDefined(code=code, title=title):
            return replace(state, themes={**state.themes, code: title})
    return state


def decide_meeting(command: c.MeetingCommand, state: MeetingState) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    now = state.now
    if isinstance(command, c.ScheduleMeeting):
        return _schedule(command, state)
    if now is None:
        raise RuleBroken("There is no such meeting yet; schedule it first.")
    match command:
        case c.ReviseMeeting():
            _check_country(command.country)
            changed = any(value != getattr(now, name) for name, value in _fields(command, "reason").items())
            return [e.MeetingRevised(**_fields(command))] if changed else []
        case c.CorrectMeeting():
            return _correct(command, now, state.state)
        case c.MoveMeeting():
            return _move(command, now, state.state)
        case c.ReleaseMeeting():
            return _release(now.code, state)
        case c.HoldMeeting():
            return _hold(command, now, state.state)
        case c.SetCutoff():
            return _cut_off(command, now, state)
        case c.CancelMeeting():
            return _cancel(command, now.code, state.state)
        case c.RecordWorkshop() | c.RecordFact():
            return _record(command, now.code, state.parts.get(command.code))


def evolve_meeting(state: MeetingState, recorded: Recorded) -> MeetingState:
    """The state after one more event."""
    match recorded.event:
        case e.MeetingScheduled() as event:
            return MeetingState(scheduled=event, now=event)
        case (e.MeetingRevised() | e.MeetingCorrected()) as event:
            return _with(state, _fields(event, "reason"))
        case e.MeetingMoved() as event:
            return _with(state, {name: value for name, value in _fields(event, "reason").items() if value})
        case e.MeetingHeld() as event:
            return replace(_with(state, _fields(event)), state="held")
        case e.MeetingEmbargoed() | e.MeetingReleased():
            return replace(state, embargoed=isinstance(recorded.event, e.MeetingEmbargoed))
        case e.CutoffSet(reports_by=reports_by):
            return replace(state, reports_by=reports_by)
        case e.MeetingCancelled():
            return replace(state, state="cancelled")
        case (e.WorkshopRecorded() | e.FactRecorded()) as event:
            return replace(state, parts={**state.parts, event.code: event})
    return state


BODY: Decider[BodyState, c.BodyCommand] = Decider("body", BodyState(), decide_body, evolve_body)
MEETING: Decider[MeetingState, c.MeetingCommand] = Decider(
    "meeting", MeetingState(), decide_meeting, evolve_meeting
)


def _establish(command: c.EstablishBody, now: e.BodyEstablished | None) -> Sequence[Event]:
    if not _BODY_CODE.fullmatch(command.code):
        raise RuleBroken(f"“{command.code}” is no code of a body; it looks like ASEM-CMM.", field="code")
    _check_body(command)
    event = e.BodyEstablished(**_fields(command))
    if now is None:
        return [event]
    if now == event:
        return []
    raise RuleBroken(f"{command.code} is tracked already, as {now.name}; to change it, revise it.")


def _check_body(command: c.EstablishBody | c.ReviseBody) -> None:
    if not command.name:
        raise RuleBroken("Please give the body's name.", field="name")
    if "" in command.groupings or len(set(command.groupings)) != len(command.groupings):
        raise RuleBroken(
            "Each grouping needs a name of its own; one is empty or given twice.", field="groupings"
        )


def _schedule(command: c.ScheduleMeeting, state: MeetingState) -> Sequence[Event]:
    code = command.code
    if not _MEETING_CODE.fullmatch(code):
        raise RuleBroken(
            f"“{code}” is no code of a meeting; it looks like CMM8: letters and digits.", field="code"
        )
    _check_identity(code, command)
    _check_country(command.country)
    event = e.MeetingScheduled(**_fields(command))
    if state.scheduled is None:
        return [event]
    if event in (state.scheduled, state.now):
        return []
    raise RuleBroken(f"{code} is scheduled already; revise it, or move it to other days.")


def _check_identity(code: str, command: c.ScheduleMeeting | c.CorrectMeeting) -> None:
    if command.number is not None and command.number < 1:
        raise RuleBroken(
            f"A meeting's number counts from 1, so it cannot be {command.number}.", field="number"
        )
    if command.prepares == code:
        raise RuleBroken(
            f"{code} cannot prepare itself; name the meeting that it prepares.", field="prepares"
        )
    if (command.starts_on is None) != (command.ends_on is None):
        raise RuleBroken("Please give both the first and the last day, or neither.", field="ends_on")
    _check_days(command.starts_on, command.ends_on)


def _correct(command: c.CorrectMeeting, now: e.MeetingScheduled, state: str) -> Sequence[Event]:
    _check_identity(now.code, command)
    other_days = (command.starts_on, command.ends_on) != (now.starts_on, now.ends_on)
    if other_days and state != "held":
        raise RuleBroken(
            f"{now.code} is {state}: only the days of a meeting that was held are corrected; move a planned one.",
            field="starts_on",
        )
    if state == "held" and command.starts_on is None:
        raise RuleBroken(f"{now.code} was held; please give its first and last day.", field="starts_on")
    if all(value == getattr(now, name) for name, value in _fields(command, "reason").items()):
        return []
    if not command.reason:
        raise RuleBroken(f"Please give the reason why {now.code} is corrected.", field="reason")
    return [e.MeetingCorrected(**_fields(command))]


def _move(command: c.MoveMeeting, now: e.MeetingScheduled, state: str) -> Sequence[Event]:
    _check_days(command.starts_on, command.ends_on)
    _check_country(command.country)
    if state != "planned":
        raise RuleBroken(f"{now.code} was {state}, so it cannot be moved; only a planned meeting can.")
    wanted = {name: value for name, value in _fields(command, "reason").items() if value}
    changed = any(value != getattr(now, name) for name, value in wanted.items())
    return [e.MeetingMoved(**_fields(command))] if changed else []


def _hold(command: c.HoldMeeting, now: e.MeetingScheduled, state: str) -> Sequence[Event]:
    _check_days(command.starts_on, command.ends_on)
    if state == "cancelled":
        raise RuleBroken(
            f"{now.code} was cancelled, so it cannot have been held; schedule a meeting with a new code."
        )
    if state == "planned":
        held = e.MeetingHeld(**_fields(command, "embargoed"))
        return [held, e.MeetingEmbargoed()] if command.embargoed else [held]
    if (command.starts_on, command.ends_on) == (now.starts_on, now.ends_on):
        return []
    raise RuleBroken(
        f"{now.code} is recorded as held from {now.starts_on} to {now.ends_on} already; if that is wrong, correct it."
    )


def _release(code: str, state: MeetingState) -> Sequence[Event]:
    if state.state != "held":
        raise RuleBroken(f"{code} is not recorded as held; record that first, then what it adopted.")
    return [e.MeetingReleased()] if state.embargoed else []


def _cut_off(command: c.SetCutoff, now: e.MeetingScheduled, state: MeetingState) -> Sequence[Event]:
    if state.state != "planned":
        raise RuleBroken(f"{now.code} was {state.state}; only a planned meeting waits for reports.")
    if command.reports_by == state.reports_by:
        return []
    if command.reports_by is not None and now.starts_on is not None and command.reports_by > now.starts_on:
        raise RuleBroken(
            f"{now.code} starts on {now.starts_on}; reports must be in by then, not by {command.reports_by}.",
            field="reports_by",
        )
    if state.reports_by is not None and not command.reason:
        raise RuleBroken(f"Please give the reason why the day moves from {state.reports_by}.", field="reason")
    return [e.CutoffSet(reports_by=command.reports_by, reason=command.reason)]


def _cancel(command: c.CancelMeeting, code: str, state: str) -> Sequence[Event]:
    if state == "cancelled":
        return []
    if state == "held":
        raise RuleBroken(f"{code} was held, so it cannot be cancelled.")
    if not command.reason:
        raise RuleBroken("Please give the reason why the meeting will not take place.", field="reason")
    return [e.MeetingCancelled(reason=command.reason)]


def _record(command: c.RecordWorkshop | c.RecordFact, meeting: str, known: Event | None) -> Sequence[Event]:
    prefix, _, part = command.code.partition("-")
    letter = "W" if isinstance(command, c.RecordWorkshop) else "N"
    if prefix != meeting or not _PART.fullmatch(part):
        raise RuleBroken(
            f"“{command.code}” is no code within {meeting}; it looks like {meeting}-{letter}01.", field="code"
        )
    if not command.text:
        raise RuleBroken("Please give the text.", field="text")
    kind = e.WorkshopRecorded if isinstance(command, c.RecordWorkshop) else e.FactRecorded
    event = kind(**_fields(command))
    if known is not None and type(known) is not kind:
        raise RuleBroken(
            f"{command.code} stands for something else in {meeting}; choose another code.", field="code"
        )
    return [] if event == known else [event]


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise RuleBroken(
            f"A meeting cannot end on {ends_on}, before it starts on {starts_on}.", field="ends_on"
        )


def _check_country(country: str) -> None:
    if not _COUNTRY.fullmatch(country):
        raise RuleBroken(
            f"“{country}” is no country code; it has three letters, such as IDN.", field="country"
        )


def _fields(given: Any, *without: str) -> dict[str, Any]:
    """The fields of a command or event; those of a command are those of its event."""
    return {name: getattr(given, name) for name in given.__struct_fields__ if name not in without}


def _with(state: MeetingState, changed: dict[str, Any]) -> MeetingState:
    return replace(state, now=e.MeetingScheduled(**(_fields(state.now) | changed)))
