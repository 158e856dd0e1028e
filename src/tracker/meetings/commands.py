"""What may be asked about bodies and meetings; the fields are those of the events."""

from datetime import date

from tracker.eventstore.execute import Command
from tracker.meetings.events import MeetingKind


class EstablishBody(Command):
    """Track a body."""

    code: str
    name: str
    description: str = ""
    groupings: list[str] = []
    validation: bool = False
    source: str = ""


class ReviseBody(Command):
    """Change a body's name, description, groupings or rule of validation."""

    name: str
    description: str = ""
    groupings: list[str] = []
    validation: bool = False
    reason: str = ""


class DefineTheme(Command):
    """Define a theme, or give it another title."""

    code: str
    title: str


class ScheduleMeeting(Command):
    """Plan a meeting."""

    code: str
    body: str
    number: int | None = None
    title: str = ""
    kind: MeetingKind = "ministerial"
    prepares: str | None = None
    place: str = ""
    country: str = ""
    host: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    announced: str = ""
    source: str = ""
    note: str = ""


class ReviseMeeting(Command):
    """Put title, place, host or notes right."""

    title: str = ""
    place: str = ""
    country: str = ""
    host: str = ""
    source: str = ""
    note: str = ""
    reason: str = ""


class CorrectMeeting(Command):
    """Put right which meeting it is, or the days on which it was held; the fields replace those that stand there."""

    number: int | None = None
    kind: MeetingKind = "ministerial"
    prepares: str | None = None
    announced: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str = ""


class MoveMeeting(Command):
    """Give a planned meeting other dates."""

    starts_on: date
    ends_on: date
    place: str = ""
    country: str = ""
    reason: str = ""


class HoldMeeting(Command):
    """Record that a meeting took place. `embargoed`: what it adopted is for its body alone, until it is released."""

    starts_on: date
    ends_on: date
    embargoed: bool = True


class ReleaseMeeting(Command):
    """Make public what a meeting adopted."""


class SetCutoff(Command):
    """Say by which day reports must be in, for a planned meeting; None: by none."""

    reports_by: date | None
    reason: str = ""


class CancelMeeting(Command):
    """Record that a meeting will not take place."""

    reason: str


class RecordWorkshop(Command):
    """Record or revise a workshop."""

    code: str
    text: str
    lines: list[str] = []
    source: str = ""


class RecordFact(Command):
    """Record or revise a fact about the meeting."""

    code: str
    text: str
    sources: list[str] = []


BodyCommand = EstablishBody | ReviseBody | DefineTheme
MeetingCommand = (
    ScheduleMeeting
    | ReviseMeeting
    | CorrectMeeting
    | MoveMeeting
    | HoldMeeting
    | ReleaseMeeting
    | SetCutoff
    | CancelMeeting
    | RecordWorkshop
    | RecordFact
)
