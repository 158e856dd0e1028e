"""The rules of who reports for a partner in a body: appointed, handed over, retired, each from a date on. Pure.

An appointment holds its first day and not its last (`until`). At most one main focal point at a time, and nobody
twice at a time. One without an end lasts for ever; so an open main appointment is always the last one, and what was
before it is added with its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.eventstore.execute import Decider
from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.kit.errors import RuleBroken
from tracker.people import commands as c
from tracker.people import events as e


@dataclass(frozen=True)
class Appointment:
    """One person's time as a focal point; `until` is exclusive, None while no end is set."""

    person_id: str
    standing: e.Standing
    since: date
    until: date | None = None

    def lasts_beyond(self, day: date) -> bool:
        """True if any of it lies on the day or later; one that ended on its first day has no day at all."""
        return self.until is None or self.until > max(day, self.since)

    def holds(self, day: date) -> bool:
        """True if the person is appointed on this day."""
        return self.since <= day and self.lasts_beyond(day)

    def overlaps(self, since: date, until: date | None) -> bool:
        """True if any day belongs to both."""
        return self.lasts_beyond(since) and (until is None or self.since < until)


@dataclass(frozen=True)
class State:
    """Every appointment of the partner in the body, by person and first day."""

    appointments: Mapping[tuple[str, date], Appointment] = field(default_factory=dict)

    def during(self, since: date, until: date | None) -> list[Appointment]:
        """Those that share a day with this time, the earliest first."""
        found = [each for each in self.appointments.values() if each.overlaps(since, until)]
        return sorted(found, key=lambda each: each.since)

    def of(self, person_id: str) -> list[Appointment]:
        """Those of one person, the earliest first."""
        found = [each for each in self.appointments.values() if each.person_id == person_id]
        return sorted(found, key=lambda each: each.since)


def decide(command: c.FocalPointCommand, state: State) -> Sequence[Event]:
    """The events that follow from a command; raises `RuleBroken`."""
    match command:
        case c.AppointFocalPoint():
            return _appoint(command, state)
        case c.HandOver():
            return _hand_over(command, state)
        case c.RetireFocalPoint():
            return _retire(command, state)


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more event."""
    match recorded.event:
        case e.FocalPointAppointed(person_id=person_id, standing=standing, since=since, until=until):
            return _put(state, Appointment(person_id, standing, since, until))
        case e.FocalPointHandedOver() as event:
            ended = replace(state.appointments[event.from_person_id, event.since], until=event.on)
            return _put(_put(state, ended), Appointment(event.to_person_id, event.standing, event.on))
        case e.FocalPointRetired(person_id=person_id, since=since, on=on):
            return _put(state, replace(state.appointments[person_id, since], until=on))
    return state


FOCAL_POINTS: Decider[State, c.FocalPointCommand] = Decider("focal_points", State(), decide, evolve)


def _appoint(command: c.AppointFocalPoint, state: State) -> Sequence[Event]:
    person_id, standing, since, until = command.person_id, command.standing, command.since, command.until
    if until is not None and until <= since:
        raise RuleBroken(
            f"An appointment from {since} on cannot end on {until}; choose a later day.", field="until"
        )
    same = state.appointments.get((person_id, since))
    if same is not None and same.standing == standing and same.holds(since) and until in (None, same.until):
        return []
    step_up: list[Event] = []
    for other in state.during(since, until):
        if standing == other.standing == "main":
            raise RuleBroken(
                f"The partner has a main focal point {_time(other)}: appoint an alternate, hand over, or choose "
                "a day after that."
            )
        if other.person_id == person_id:
            if standing == "alternate" or until is not None or other.since >= since:
                raise RuleBroken(
                    f"This person is {_called(other)} {_time(other)} already, so cannot be appointed from {since}; "
                    "retire them first, or choose a day after that."
                )
            step_up.append(_retired(other, since, "Becomes main focal point."))
    return [*step_up, e.FocalPointAppointed(person_id=person_id, standing=standing, since=since, until=until)]


def _hand_over(command: c.HandOver, state: State) -> Sequence[Event]:
    if command.from_person_id == command.to_person_id:
        raise RuleBroken("Please choose another person to hand over to.", field="to_person_id")
    held = [each for each in state.of(command.from_person_id) if each.holds(command.on)]
    if not held:
        raise RuleBroken(f"The person who hands over is not a focal point of the partner on {command.on}.")
    if held[-1].until is not None:
        raise RuleBroken(
            f"The appointment to be handed over ends on {held[-1].until} already; appoint the successor from that day."
        )
    given = held[-1]
    handed_over = e.FocalPointHandedOver(
        from_person_id=given.person_id,
        to_person_id=command.to_person_id,
        standing=given.standing,
        since=given.since,
        on=command.on,
        note=command.note,
    )
    return [*_step_up(command, given, state), handed_over]


def _step_up(command: c.HandOver, given: Appointment, state: State) -> Sequence[Event]:
    """An alternate who takes over as main is no longer an alternate; any other appointment of theirs is in the way."""
    events = []
    for own in state.of(command.to_person_id):
        if not own.lasts_beyond(command.on):
            continue
        if own.standing == given.standing or own.standing == "main":
            raise RuleBroken(f"The person who is to take over is {_called(own)} {_time(own)} already.")
        if own.since > command.on:
            raise RuleBroken(
                f"The person who is to take over is {_called(own)} only from {own.since} on; hand over on that day or later."
            )
        events.append(_retired(own, command.on, "Takes over as main focal point."))
    return events


def _retire(command: c.RetireFocalPoint, state: State) -> Sequence[Event]:
    own = state.of(command.person_id)
    if not own:
        raise RuleBroken("This person is not a focal point of the partner, so cannot retire as one.")
    last = next((each for each in own if each.until is None), own[-1])
    if last.until == command.on:
        return []
    if last.until is not None and command.on > last.until:
        raise RuleBroken(
            f"This person was {_called(last)} {_time(last)}; appoint them again for the time after that."
        )
    if command.on < last.since:
        raise RuleBroken(
            f"This person is {_called(last)} {_time(last)}; please retire them on that day or later, not on {command.on}."
        )
    if last.until is not None and not command.reason:
        raise RuleBroken(
            f"This person was {_called(last)} {_time(last)}; to put an earlier end, please give the reason.",
            field="reason",
        )
    return [_retired(last, command.on, command.reason)]


def _retired(appointment: Appointment, on: date, reason: str) -> Event:
    return e.FocalPointRetired(person_id=appointment.person_id, since=appointment.since, on=on, reason=reason)


def _put(state: State, appointment: Appointment) -> State:
    key = (appointment.person_id, appointment.since)
    return State({**state.appointments, key: appointment})


def _called(appointment: Appointment) -> str:
    return f"{appointment.standing} focal point"


def _time(appointment: Appointment) -> str:
    since = f"from {appointment.since} on"
    return since if appointment.until is None else f"from {appointment.since} until {appointment.until}"
