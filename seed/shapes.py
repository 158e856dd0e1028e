"""The shapes of the seed files; `seed/README.md` explains the fields."""

from datetime import date
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from seed.yamlfile import AT
from tracker.followups.events import Status
from tracker.meetings.events import MeetingKind
from tracker.people.events import PartnerKind
from tracker.recommendations.events import Basis, Nature, Relation

Text = Annotated[str, Meta(min_length=1)]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Lines = Annotated[list[str], Meta(min_length=1)]
Year = Annotated[int, Meta(ge=1900, le=2100)]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Anything in a file; `at` holds its line under "" and the lines of its fields."""

    at: dict[str, int] = msgspec.field(name=AT)

    def line(self, field: str = "") -> int:
        """The line of a field, or of the entry where the field is missing."""
        return self.at.get(field, self.at[""])


class Heading(Entry, frozen=True, kw_only=True):
    """Words of the source that are no element."""

    what: Text
    text: Text
    lines: Lines
    note: str = ""


class Source(Entry, frozen=True, kw_only=True):
    """A document; `key` is how the other files name it."""

    title: Text
    file: str = ""
    sha256: str = ""
    key: str = ""


class Said(Entry, frozen=True, kw_only=True):
    """Which source says something, and at which lines."""

    source: Text
    lines: Lines


class Grouping(Entry, frozen=True, kw_only=True):
    """A group of a body's partners."""

    code: Text
    name: Text


class Theme(Entry, frozen=True, kw_only=True):
    """A theme of a body."""

    code: Code
    title: Text


class Label(Entry, frozen=True, kw_only=True):
    """A word of the body's own scale, and the status that it means."""

    label: Text
    status: Status


class Body(Entry, frozen=True, kw_only=True):
    """`body.yaml`."""

    code: Code
    name: Text
    abbreviation: str = ""
    description: str = ""
    source: Source | None = None
    sources: list[Source] = []
    header: list[Heading] = []
    groupings: list[Grouping] = []
    themes: list[Theme] = []
    activity_kinds: list[str] = []
    scale: list[Label] = []

    def meaning(self, written: str) -> tuple[Status, str]:
        """The status that a word of the body's scale means, and the word; the tracker's own words mean themselves.
        Raises `LookupError` for any other."""
        for entry in self.scale:
            if entry.label == written:
                return entry.status, written
        found: tuple[Status, ...] = tuple(status for status in get_args(Status) if status == written)
        if not found:
            raise LookupError(written)
        return found[0], ""

    def documents(self) -> dict[str, Source]:
        """The documents by key; a body with one document needs no keys."""
        return {found.key: found for found in ([self.source] if self.source else self.sources)}


class Partner(Entry, frozen=True, kw_only=True):
    """A partner; without the year in which it `joined` it is known but belongs to no body."""

    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{2,12}$")]
    name: Text
    kind: PartnerKind
    grouping: Text
    joined: Year | None = None
    note: str = ""


class Printed(Entry, frozen=True, kw_only=True):
    """Words of a source: a workshop or a fact, and what the next two share."""

    code: Code
    text: Text
    lines: list[str] = []
    sources: list[Said] = []
    note: str = ""

    def printed_in(self, body: Body) -> tuple[str, list[str]]:
        """The document and the lines. What several documents say has no lines of its own: they stand with the titles."""
        if not self.sources:
            return "; ".join(found.title for found in body.documents().values()), self.lines
        if len(self.sources) == 1:
            return body.documents()[self.sources[0].source].title, self.sources[0].lines
        return "; ".join(self.quoted_from(body)), []

    def quoted_from(self, body: Body) -> list[str]:
        """Each document that says it, with the lines."""
        titles = {key: found.title for key, found in body.documents().items()}
        return [f"{titles[said.source]}, line {', '.join(said.lines)}" for said in self.sources]


class Progress(Entry, frozen=True, kw_only=True):
    """How far an addressee had come on a day, in a word of the scale and in the document's own text."""

    partner: Text
    status: Text
    as_of: date
    text: str = ""


class Rejoined(Entry, frozen=True, kw_only=True):
    """A word that a line break cut."""

    printed: Text
    text: Text


class Element(Printed, frozen=True, kw_only=True):
    """An element of the action plan or a recommendation."""

    nature: Nature
    themes: list[str] = []
    parent: str | None = None
    directed: Lines | None = None
    due_on: date | None = None
    progress: list[Progress] = []
    repeated: list[str] = []
    rejoined: list[Rejoined] = []


class FollowUp(Printed, frozen=True, kw_only=True):
    """An entry of the FOLLOW UP column: a mention of an activity."""

    activity: Text
    parent: str | None = None


class Announced(Entry, frozen=True, kw_only=True):
    """How a source announces a meeting."""

    text: Text
    year: Year | None = None
    source_lines: list[str] = []
    follow_up: str = ""


class Meeting(Entry, frozen=True, kw_only=True):
    """`meetings/<code>.yaml`."""

    code: Code
    body: Code
    title: Text
    state: Literal["planned", "held"]
    number: Annotated[int, Meta(ge=1, le=999)] | None = None
    kind: MeetingKind = "ministerial"
    prepares: Code | None = None
    place: str = ""
    country: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    host: str = ""
    host_basis: Basis | None = None
    host_lines: list[str] = []
    host_note: str = ""
    organisers: list[str] = []
    announced: Announced | None = None
    note: str = ""
    header: list[Heading] = []
    workshops: list[Printed] = []
    facts: list[Printed] = []
    action_plan: list[Element] = []
    recommendations: list[Element] = []
    follow_up: list[FollowUp] = []


class Implements(Entry, frozen=True, kw_only=True):
    """Which element an activity carries out, and how that is known."""

    recommendation: Text
    basis: Basis
    note: str = ""
    quote: str = ""


class Activity(Entry, frozen=True, kw_only=True):
    """An activity and the entries that speak of it."""

    code: Code
    title: Text
    kind: Text
    mentions: Lines
    implements: list[Implements] = []
    note: str = ""


class Link(Entry, frozen=True, kw_only=True):
    """A link from an element to an earlier one."""

    from_: Text = msgspec.field(name="from")
    to: Text
    relation: Relation
    basis: Basis
    note: str = ""
    quote: str = ""


class PartnersFile(Entry, frozen=True, kw_only=True):
    """`partners.yaml`; what it says of its own sources is for readers."""

    partners: list[Partner]
    source: Any = None
    note: str = ""
    joined_note: str = ""
    grouping_note: str = ""


class ActivitiesFile(Entry, frozen=True, kw_only=True):
    """`activities.yaml`."""

    activities: list[Activity]


class LinksFile(Entry, frozen=True, kw_only=True):
    """`links.yaml`."""

    links: list[Link]


def elements(meeting: Meeting) -> list[Element]:
    """What a meeting adopted: its action plan, then its recommendations."""
    return [*meeting.action_plan, *meeting.recommendations]
