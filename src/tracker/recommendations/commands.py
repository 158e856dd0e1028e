"""What may be asked about elements and activities; the fields are those of the events."""

from datetime import date

from tracker.eventstore.execute import Command
from tracker.recommendations.events import Basis, Kind, Nature, Relation


class RecordRecommendation(Command, frozen=True):
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


class ReviseRecommendation(Command, frozen=True):
    """Put recorded wording or placement right."""

    text: str
    parent: str | None = None
    source: str = ""
    lines: list[str] = []
    note: str = ""
    reason: str = ""


class ClassifyRecommendation(Command, frozen=True):
    """Set nature and themes."""

    nature: Nature
    themes: list[str]


class RepeatRecommendation(Command, frozen=True):
    """Note that the source prints the element again."""

    source: str
    lines: list[str]
    note: str = ""


class WithdrawRepetition(Command, frozen=True):
    """Take back that the source prints the element again at these lines."""

    source: str
    lines: list[str]
    reason: str = ""


class LinkRecommendation(Command, frozen=True):
    """Link to another element."""

    to: str
    relation: Relation
    basis: Basis
    note: str = ""


class UnlinkRecommendation(Command, frozen=True):
    """Withdraw a link."""

    to: str
    reason: str = ""


class SupersedeRecommendation(Command, frozen=True):
    """Let another element take this one's place, by a meeting's decision."""

    by: str
    meeting: str
    reason: str = ""


class WithdrawSupersession(Command, frozen=True):
    """Let the element stand again, because it was recorded as superseded by mistake."""

    reason: str


class DirectRecommendation(Command, frozen=True):
    """Direct the element to partners; those it is directed to already are passed over."""

    partners: list[str]
    on: date
    rule: str = ""


class ReleaseAddressees(Command, frozen=True):
    """No longer direct the element to partners."""

    partners: list[str]
    reason: str


class SetDue(Command, frozen=True):
    """Set the first due date."""

    due_on: date


class MoveDue(Command, frozen=True):
    """Move the due date."""

    due_on: date
    reason: str


class WithdrawDue(Command, frozen=True):
    """Take the due date away, because none was decided."""

    reason: str


class RecordActivity(Command, frozen=True):
    """Record an activity."""

    code: str
    body: str
    title: str
    kind: str = "other"
    note: str = ""


class ReviseActivity(Command, frozen=True):
    """Change title, kind or note."""

    title: str
    kind: str = "other"
    note: str = ""
    reason: str = ""


class MentionActivity(Command, frozen=True):
    """Note that a meeting's document speaks of the activity."""

    code: str
    meeting: str
    text: str
    source: str = ""
    lines: list[str] = []
    note: str = ""


class WithdrawMention(Command, frozen=True):
    """Take back a mention that belongs to another activity."""

    code: str
    reason: str = ""


class LinkActivity(Command, frozen=True):
    """Say that the activity implements a recommendation."""

    recommendation: str
    basis: Basis
    note: str = ""


class UnlinkActivity(Command, frozen=True):
    """Say that it does not."""

    recommendation: str
    reason: str = ""


RecommendationCommand = (
    RecordRecommendation
    | ReviseRecommendation
    | ClassifyRecommendation
    | RepeatRecommendation
    | WithdrawRepetition
    | LinkRecommendation
    | UnlinkRecommendation
    | SupersedeRecommendation
    | WithdrawSupersession
    | DirectRecommendation
    | ReleaseAddressees
    | SetDue
    | MoveDue
    | WithdrawDue
)

ActivityCommand = (
    RecordActivity | ReviseActivity | MentionActivity | WithdrawMention | LinkActivity | UnlinkActivity
)
