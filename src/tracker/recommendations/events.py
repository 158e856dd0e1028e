"""What happened to adopted elements and to activities."""

from datetime import date
from typing import Literal

from tracker.eventstore.registry import Event, event

Kind = Literal["action_plan", "recommendation"]
Nature = Literal["operational", "informational"]
Relation = Literal["restates", "elaborates", "follows", "relates"]
Basis = Literal["stated", "inferred"]


@event("recommendation.recorded")
class RecommendationRecorded(Event, frozen=True):
    """An element was adopted by a meeting; the stream is `recommendation-<code>`. `lines` are those of the source."""

    BEGINS = True

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


@event("recommendation.revised")
class RecommendationRevised(Event, frozen=True):
    """The recorded wording or its placement was put right; the adopted text itself does not change."""

    text: str
    parent: str | None = None
    source: str = ""
    lines: list[str] = []
    note: str = ""
    reason: str = ""


@event("recommendation.classified")
class RecommendationClassified(Event, frozen=True):
    """Nature and themes were set anew."""

    nature: Nature
    themes: list[str]


@event("recommendation.repeated")
class RecommendationRepeated(Event, frozen=True):
    """The source prints the same element again at these lines."""

    MAKES = ("repetition", "source", "lines")

    source: str
    lines: list[str]
    note: str = ""


@event("recommendation.repetition_withdrawn")
class RepetitionWithdrawn(Event, frozen=True):
    """The source does not print the element again at these lines after all."""

    SPEAKS_OF = ("repetition", "source", "lines")
    PUTS_RIGHT = True

    source: str
    lines: list[str]
    reason: str = ""


@event("recommendation.linked")
class RecommendationLinked(Event, frozen=True):
    """This element restates, elaborates, follows or relates to another (mostly an earlier one)."""

    to: str
    relation: Relation
    basis: Basis
    note: str = ""


@event("recommendation.unlinked")
class RecommendationUnlinked(Event, frozen=True):
    """A link was withdrawn."""

    to: str
    reason: str = ""


@event("recommendation.superseded")
class RecommendationSuperseded(Event, frozen=True):
    """Another element takes this one's place; its follow-ups end as superseded."""

    MAKES = ("supersession",)

    by: str
    meeting: str
    reason: str = ""


@event("recommendation.supersession_withdrawn")
class SupersessionWithdrawn(Event, frozen=True):
    """That another element took its place was recorded by mistake; it stands again as though it never had."""

    SPEAKS_OF = ("supersession",)
    PUTS_RIGHT = True

    reason: str


@event("recommendation.directed")
class RecommendationDirected(Event, frozen=True):
    """The element is directed to these further partners; `rule` keeps how they were chosen, in words."""

    partners: list[str]
    on: date
    rule: str = ""


@event("recommendation.released")
class AddresseeReleased(Event, frozen=True):
    """The element is no longer directed to these partners; what they reported stays."""

    partners: list[str]
    reason: str


@event("recommendation.due_set")
class DueSet(Event, frozen=True):
    """The element is due on a date for all addressees; it had no date before."""

    MAKES = ("due",)

    due_on: date


@event("recommendation.due_moved")
class DueMoved(Event, frozen=True):
    """The due date moved; the original is kept."""

    SPEAKS_OF = ("due",)

    due_on: date
    reason: str


@event("recommendation.due_withdrawn")
class DueWithdrawn(Event, frozen=True):
    """The element is not due on any date; the dates that it had stand in the history."""

    SPEAKS_OF = ("due",)
    PUTS_RIGHT = True

    reason: str


@event("activity.recorded")
class ActivityRecorded(Event, frozen=True):
    """Something was done or is under way; the stream is `activity-<code>`."""

    BEGINS = True

    code: str
    body: str
    title: str
    kind: str = "other"
    note: str = ""


@event("activity.revised")
class ActivityRevised(Event, frozen=True):
    """Title, kind or note changed."""

    title: str
    kind: str = "other"
    note: str = ""
    reason: str = ""


@event("activity.mentioned")
class ActivityMentioned(Event, frozen=True):
    """A meeting's document speaks of the activity (its FOLLOW UP column); the mention's code again revises it."""

    MAKES = ("mention", "code")

    code: str
    meeting: str
    text: str
    source: str = ""
    lines: list[str] = []
    note: str = ""


@event("activity.mention_withdrawn")
class MentionWithdrawn(Event, frozen=True):
    """What a document says was put down to the wrong activity; it may be mentioned again with the right one."""

    SPEAKS_OF = ("mention", "code")
    PUTS_RIGHT = True

    code: str
    reason: str = ""


@event("activity.linked")
class ActivityLinked(Event, frozen=True):
    """The activity implements a recommendation: stated in the text, or inferred by editors."""

    recommendation: str
    basis: Basis
    note: str = ""


@event("activity.unlinked")
class ActivityUnlinked(Event, frozen=True):
    """The activity no longer counts as implementing a recommendation."""

    recommendation: str
    reason: str = ""
