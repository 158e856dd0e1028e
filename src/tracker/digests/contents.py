"""What a digest has to say to one reader, before any wording of pages or mails."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from fractions import Fraction
from textwrap import shorten
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection

from tracker.eventstore.store import head
from tracker.followups import queries as followups
from tracker.followups.queries import FollowupView
from tracker.meetings import queries as meetings
from tracker.metrics import queries as metrics
from tracker.people import queries as people
from tracker.people.queries import Person
from tracker.web.render import counted, day
from tracker.web.words import status

MOST_LINES = 8
LONGEST_TEXT = 150
NEW_DAYS = 30

HEADINGS = {
    "disputed": "Contested reports",
    "overdue": "Overdue",
    "due_soon": "Due soon",
    "new": "New for you",
    "stale": "Nothing heard for a while",
}


class Line(msgspec.Struct, frozen=True):
    """One follow-up: a code, the beginning of its text, and why it is here."""

    code: str
    partner: str
    text: str
    note: str
    url: str
    demonstration: bool


class Section(msgspec.Struct, frozen=True):
    """The first lines under a heading; `count` is of all."""

    key: str
    heading: str
    lines: Sequence[Line]
    count: int

    @property
    def more(self) -> int:
        """How many there are beside the lines shown."""
        return self.count - len(self.lines)


class Share(msgspec.Struct, frozen=True):
    """Implemented of so many assessed; the rate is None where nothing was assessed."""

    name: str
    implemented: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """Share of one."""
        return float(Fraction(self.implemented, self.denominator)) if self.denominator else None


class Ahead(msgspec.Struct, frozen=True):
    """The upcoming meeting: days left (None: it has no date), the last day for reports (None: none is set), and the shares as computed at a log position."""

    code: str
    title: str
    starts_on: date | None
    days: int | None
    reports_by: date | None
    url: str
    shares: Sequence[Share]
    as_of: date | None
    position: int | None


class Contents(msgspec.Struct, frozen=True):
    """Everything in one digest. `position`: the head of the log when it was written."""

    reader: str
    partners: Sequence[str]
    bodies: Sequence[str]
    sections: Sequence[Section]
    ahead: Sequence[Ahead]
    today: date
    position: int
    address: str
    demonstration: bool

    @property
    def lines(self) -> int:
        """How many follow-ups it speaks of, shown or not."""
        return sum(section.count for section in self.sections)


def gather(
    conn: Connection,
    person: Person,
    represents: Collection[tuple[str, str]],
    today: date,
    last_told: date | None,
    address: str,
) -> Contents | None:
    """What there is to say to a focal point of these (body, partner) today; None if there is nothing."""
    mine = followups.mine(conn, represents, today)
    sections = _sections(mine, today, last_told, address)
    if not sections:
        return None
    names = {partner.code: partner.name for partner in people.all_partners(conn)}
    bodies = {body.code: body for body in meetings.bodies(conn)}
    mine_of = {code: sorted(p for b, p in represents if b == code) for code, _ in sorted(represents)}
    ahead = [
        _ahead(conn, body, [(p, names.get(p, p)) for p in mine_of[body]], today, address) for body in mine_of
    ]
    return Contents(
        reader=person.name,
        partners=[names.get(code, code) for code in sorted({partner for _, partner in represents})],
        bodies=[bodies[code].name if code in bodies else code for code in mine_of],
        sections=sections,
        ahead=[each for each in ahead if each is not None],
        today=today,
        position=head(conn),
        address=address,
        demonstration=person.demonstration or any(line.demonstration for s in sections for line in s.lines),
    )


def _sections(mine: followups.Mine, today: date, last_told: date | None, address: str) -> Sequence[Section]:
    news_from = min(last_told or today, today - timedelta(days=NEW_DAYS))
    found: dict[str, list[FollowupView]] = {
        "disputed": mine.disputed,
        "overdue": sorted(mine.overdue, key=_due),
        "due_soon": sorted(mine.due_soon, key=_due),
        "new": sorted((view for view in mine.new if view.since >= news_from), key=_since, reverse=True),
        "stale": sorted(mine.stale, key=_since, reverse=True),
    }
    several = len({view.partner for views in found.values() for view in views}) > 1
    return [
        Section(
            key=key,
            heading=HEADINGS[key],
            lines=[_line(view, NOTES[key](view, today), several, address) for view in views[:MOST_LINES]],
            count=len(views),
        )
        for key, views in found.items()
        if views
    ]


def _line(view: FollowupView, note: str, several: bool, address: str) -> Line:
    return Line(
        code=view.recommendation,
        partner=view.partner_name if several else "",
        text=shorten(view.text, LONGEST_TEXT, placeholder=" …"),
        note=note,
        url=f"{address}/follow-ups/{quote(view.recommendation)}/{quote(view.partner)}",
        demonstration=view.demonstration,
    )


def _due(view: FollowupView) -> date:
    return view.due_on or date.max


def _since(view: FollowupView) -> date:
    return view.since


def _disputed(view: FollowupView, today: date) -> str:
    return f"the report as of {day(view.as_of)} is disputed ({status(view.status)})"


def _overdue(view: FollowupView, today: date) -> str:
    late = counted((today - _due(view)).days, "day")
    return f"was due {day(view.due_on)}, {late} ago{_due_mark(view)}; {_said(view)}"


def _due_soon(view: FollowupView, today: date) -> str:
    left = (_due(view) - today).days
    when = "today" if left == 0 else f"{day(view.due_on)}, in {counted(left, 'day')}"
    return f"due {when}{_due_mark(view)}; {_said(view)}"


def _due_mark(view: FollowupView) -> str:
    return " (a demonstration date)" if view.due_demonstration else ""


def _new(view: FollowupView, today: date) -> str:
    return f"directed to {view.partner_name} on {day(view.since)}"


def _stale(view: FollowupView, today: date) -> str:
    return _said(view)


def _said(view: FollowupView) -> str:
    if view.as_of is not None:
        return f"last report: {status(view.status)}, as of {day(view.as_of)}"
    if view.heard_at is not None:
        return f"no report yet; last heard on {day(view.heard_at)}"
    return "nothing was ever reported"


NOTES: dict[str, Callable[[FollowupView, date], str]] = {
    "disputed": _disputed,
    "overdue": _overdue,
    "due_soon": _due_soon,
    "new": _new,
    "stale": _stale,
}


def _ahead(
    conn: Connection, body: str, partners: Sequence[tuple[str, str]], today: date, address: str
) -> Ahead | None:
    meeting = meetings.upcoming(conn, body, today)
    if meeting is None or meeting.overdue:
        return None
    snapshot = metrics.latest(conn, meeting.code)
    wanted = {("partner", code): name for code, name in partners} | {("pairs", ""): "All partners"}
    figures = {} if snapshot is None else {(f.scope, f.key): f for f in snapshot.figures.figures}
    shares = [
        Share(name, figures[key].implemented, figures[key].denominator)
        for key, name in wanted.items()
        if key in figures
    ]
    return Ahead(
        code=meeting.code,
        title=meeting.title or meeting.code,
        starts_on=meeting.starts_on,
        days=None if meeting.starts_on is None else max(0, (meeting.starts_on - today).days),
        reports_by=meeting.reports_by,
        url=f"{address}/meetings/{quote(meeting.code)}",
        shares=shares,
        as_of=None if snapshot is None else snapshot.figures.as_of,
        position=None if snapshot is None else snapshot.position,
    )
