"""What may be asked about elements and activities; the fields are those of the events."""

from datetime import date

from tracker.eventstore.execute import Command
from tracker.recommendations.events import Basis, Kind, Nature, Relation


class RecordRecommendation(Command):
    """Record an adopted element."""

    code: str
    meeting: str
    body: str
    kind: Kind
    text: str
    parent: str | None = None
    nature: Nature = "operational"
    themes: list[str] = []
    source: str = ""
    lines: list[str] = []
    note: str = ""


class ReviseRecommendation(Command):
    """Put recorded wording or placement right."""

    text: str
    parent: str | None = None
    source: str = ""
    lines: list[str] = []
    note: str = ""
    reason: str = ""


class ClassifyRecommendation(Command):
    """Set nature and themes."""

    nature: Nature
    themes: list[str]


class RepeatRecommendation(Command):
    """Note that the source prints the element again."""

    source: str
    lines: list[str]
    note: str = ""


class LinkRecommendation(Command):
    """Link to another element."""

    to: str
    relation: Relation
    basis: Basis
    note: str = ""


class UnlinkRecommendation(Command):
    """Withdraw a link."""

    to: str
    reason: str = ""


class SupersedeRecommendation(Command):
    """Let another element take this one's place, by a meeting's decision."""

    by: str
    meeting: str
    reason: str = ""


class DirectRecommendation(Command):
    """Direct the element to partners; those it is directed to already are passed over."""

    partners: list[str]
    on: date
    rule: str = ""


class ReleaseAddressees(Command):
    """No longer direct the element to partners."""

    partners: list[str]
    reason: str


class SetDue(Command):
    """Set the first due date."""

    due_on: date


class MoveDue(Command):
    """Move the due date."""

    due_on: date
    reason: str


class RecordActivity(Command):
    """Record an activity."""

    code: str
    body: str
    title: str
    kind: str = "other"
    note: str = ""


class ReviseActivity(Command):
    """Change title, kind or note."""

    title: str
    kind: str = "other"
    note: str = ""
    reason: str = ""


class MentionActivity(Command):
    """Note that a meeting's document speaks of the activity."""

    code: str
    meeting: str
    text: str
    source: str = ""
    lines: list[str] = []
    note: str = ""


class LinkActivity(Command):
    """Say that the activity implements a recommendation."""

    recommendation: str
    basis: Basis
    note: str = ""


class UnlinkActivity(Command):
    """Say that it does not."""

    recommendation: str
    reason: str = ""
