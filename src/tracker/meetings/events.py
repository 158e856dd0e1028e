"""What happened to bodies and their meetings."""

from datetime import date
from typing import Literal

from tracker.eventstore.registry import Event, event

MeetingKind = Literal["ministerial", "senior_officials", "consultative"]


@event("body.established")
class BodyEstablished(Event):
    """A body is tracked; the stream is `body-<code>`. `validation`: a report counts only once it is validated."""

    ALWAYS = True

    code: str
    name: str
    description: str = ""
    groupings: list[str] = []
    validation: bool = False
    source: str = ""


@event("body.revised")
class BodyRevised(Event):
    """Name, description, groupings or the rule of validation changed."""

    name: str
    description: str = ""
    groupings: list[str] = []
    validation: bool = False
    reason: str = ""


@event("body.theme_defined")
class ThemeDefined(Event):
    """A theme under which the body's elements are counted; defining it again changes its title."""

    code: str
    title: str


@event("meeting.scheduled")
class MeetingScheduled(Event):
    """A meeting is planned; the stream is `meeting-<code>`. Dates may be unknown; `announced` keeps the source's words."""

    BEGINS = True

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


@event("meeting.revised")
class MeetingRevised(Event):
    """Title, place, host or notes were put right."""

    title: str = ""
    place: str = ""
    country: str = ""
    host: str = ""
    source: str = ""
    note: str = ""
    reason: str = ""


@event("meeting.corrected")
class MeetingCorrected(Event):
    """What was recorded wrongly about which meeting it is, or when it was held; the first wording stays in the
    history."""

    PUTS_RIGHT = True

    number: int | None = None
    kind: MeetingKind = "ministerial"
    prepares: str | None = None
    announced: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str = ""


@event("meeting.moved")
class MeetingMoved(Event):
    """The meeting has other dates, or has dates at last; place and country may move with it (empty: as before)."""

    starts_on: date
    ends_on: date
    place: str = ""
    country: str = ""
    reason: str = ""


@event("meeting.held")
class MeetingHeld(Event):
    """The meeting took place; what it adopted can be recorded."""

    starts_on: date
    ends_on: date


@event("meeting.embargoed")
class MeetingEmbargoed(Event):
    """What the meeting adopted is for those of its body alone, until it is released."""


@event("meeting.released")
class MeetingReleased(Event):
    """What the meeting adopted is public from now on, and stays so."""


@event("meeting.cutoff_set")
class CutoffSet(Event):
    """What the meeting looks at must be reported by a day (inclusive); None: no day is set any more."""

    reports_by: date | None
    reason: str = ""


@event("meeting.cancelled")
class MeetingCancelled(Event):
    """The meeting will not take place."""

    reason: str


@event("meeting.workshop_recorded")
class WorkshopRecorded(Event):
    """A workshop or theme of discussion of the meeting; recording its code again revises it."""

    code: str
    text: str
    lines: list[str] = []
    source: str = ""


@event("meeting.fact_recorded")
class FactRecorded(Event):
    """A fact about the meeting that is no recommendation (participants, observers); its code again revises it."""

    code: str
    text: str
    sources: list[str] = []
