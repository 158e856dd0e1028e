"""Questions about bodies, their meetings and the cycles between them."""

from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, not_, or_, select

from tracker.kit.errors import NotFound
from tracker.meetings.tables import bodies as body_rows
from tracker.meetings.tables import facts as fact_rows
from tracker.meetings.tables import meetings as meeting_rows
from tracker.meetings.tables import themes as theme_rows
from tracker.meetings.tables import workshops as workshop_rows
from tracker.people.sight import hidden, outside, tells_what_is_withheld


class Body(msgspec.Struct, frozen=True):
    """What meets. `validation`: a report counts only once it is validated."""

    code: str
    name: str
    description: str
    groupings: list[str]
    validation: bool
    source: str
    demonstration: bool


class Theme(msgspec.Struct, frozen=True):
    """A theme under which a body's elements are counted."""

    body: str
    code: str
    title: str


class Meeting(msgspec.Struct, frozen=True):
    """One session of a body; `state` is `planned`, `held` or `cancelled`. Dates may be unknown while it is planned.
    `embargoed`: what it adopted is not released yet. `reports_by`: the last day on which reports for it are in time."""

    code: str
    body: str
    number: int | None
    title: str
    kind: str
    prepares: str | None
    state: str
    place: str
    country: str
    host: str
    starts_on: date | None
    ends_on: date | None
    reports_by: date | None
    announced: str
    source: str
    note: str
    embargoed: bool
    demonstration: bool


_MEETING = (
    *(column for column in meeting_rows.c if not column.name.endswith("demonstration")),
    or_(meeting_rows.c.demonstration, meeting_rows.c.days_demonstration).label("demonstration"),
)


class Upcoming(Meeting, frozen=True):
    """The meeting that a body looks ahead to. `undated`: no days are known. `overdue`: its days have passed, and nobody
    recorded whether it was held, moved or cancelled."""

    undated: bool
    overdue: bool


class Workshop(msgspec.Struct, frozen=True):
    """A workshop or theme of discussion of a meeting."""

    code: str
    meeting: str
    text: str
    lines: list[str]
    source: str


class Fact(msgspec.Struct, frozen=True):
    """Something recorded about a meeting that is no recommendation."""

    code: str
    meeting: str
    text: str
    sources: list[str]


class Cycle(NamedTuple):
    """From the end of the meeting held before (None: there is none) to the end of this one (None: it has no date)."""

    opens_on: date | None
    closes_on: date | None


def bodies(conn: Connection) -> list[Body]:
    """Every body, by code."""
    return [Body(**row) for row in conn.execute(select(body_rows).order_by(body_rows.c.code)).mappings()]


def body(conn: Connection, code: str) -> Body:
    """One body; raises `NotFound`."""
    row = conn.execute(select(body_rows).where(body_rows.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no body {code}; its code looks like ASEM-CMM.", field="body")
    return Body(**row)


def themes(conn: Connection, body: str) -> list[Theme]:
    """A body's themes, by title."""
    query = (
        select(theme_rows).where(theme_rows.c.body == body).order_by(theme_rows.c.title, theme_rows.c.code)
    )
    return [Theme(**row) for row in conn.execute(query).mappings()]


def meetings(conn: Connection, body: str | None = None) -> list[Meeting]:
    """The meetings of one body, or of all: oldest first, those without a date last."""
    query = select(*_MEETING).order_by(meeting_rows.c.body, *_in_time())
    if body is not None:
        query = query.where(meeting_rows.c.body == body)
    return [Meeting(**row) for row in conn.execute(query).mappings()]


def meeting(conn: Connection, code: str) -> Meeting:
    """One meeting; raises `NotFound`."""
    row = conn.execute(select(*_MEETING).where(meeting_rows.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no meeting {code}; its code looks like CMM8.", field="meeting")
    return Meeting(**row)


@tells_what_is_withheld
def withheld(conn: Connection) -> list[str]:
    """The codes of meetings of which the reader may not see yet what they adopted."""
    return list(conn.execute(_WITHHELD).scalars())


def opened(code: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition, of any row that names a meeting: what it adopted is not withheld from the reader."""
    return code.not_in(_WITHHELD) & not_(hidden(code))


def workshops(conn: Connection, meeting: str) -> list[Workshop]:
    """A meeting's workshops, by code."""
    query = select(workshop_rows).where(workshop_rows.c.meeting == meeting).order_by(workshop_rows.c.code)
    return [Workshop(**row) for row in conn.execute(query).mappings()]


def facts(conn: Connection, meeting: str) -> list[Fact]:
    """What is recorded about a meeting beside its recommendations, by code."""
    query = select(fact_rows).where(fact_rows.c.meeting == meeting).order_by(fact_rows.c.code)
    return [Fact(**row) for row in conn.execute(query).mappings()]


def upcoming(conn: Connection, body: str, today: date) -> Upcoming | None:
    """The meeting that a body looks ahead to, None if none is planned.

    The next planned ministerial meeting that is not over; else one without a date; else one whose days have passed.
    Consultative meetings stand in where no ministerial one is planned; senior officials' meetings never do.
    """
    column = meeting_rows.c
    ahead = func.coalesce(column.ends_on >= today, False)
    timing = case((ahead, 0), (column.starts_on.is_(None), 1), else_=2).label("timing")
    query = (
        select(*_MEETING, timing)
        .where(column.body == body, column.state == "planned", column.kind != "senior_officials")
        .order_by(case((column.kind == "ministerial", 0), else_=1), timing, *_in_time())
        .limit(1)
    )
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        return None
    fields = {name: row[name] for name in Meeting.__struct_fields__}
    return Upcoming(**fields, undated=row["timing"] == 1, overdue=row["timing"] == 2)


def cycle(conn: Connection, meeting: str) -> Cycle:
    """The cycle that a meeting ends: since the end of the ministerial meeting held before it (of the consultative one,
    for a consultative meeting). Raises `NotFound`."""
    row = conn.execute(_cycles().where(_this.c.code == meeting)).one_or_none()
    if row is None:
        raise NotFound(f"There is no meeting {meeting}; its code looks like CMM8.", field="meeting")
    return Cycle(*row[1:])


def cycles(conn: Connection, body: str) -> dict[str, Cycle]:
    """The cycle of each of a body's meetings, by code; one statement."""
    found = conn.execute(_cycles().where(_this.c.body == body))
    return {code: Cycle(opens_on, closes_on) for code, opens_on, closes_on in found}


_this = meeting_rows.alias("this")


def _cycles() -> Select[Any]:
    this, before = _this, meeting_rows.alias("before")
    earlier = and_(
        before.c.body == this.c.body,
        before.c.kind == case((this.c.kind == "consultative", "consultative"), else_="ministerial"),
        before.c.state == "held",
        before.c.code != this.c.code,
        or_(this.c.starts_on.is_(None), before.c.ends_on <= this.c.starts_on),
    )
    opens_on = select(func.max(before.c.ends_on)).where(earlier).correlate(this).scalar_subquery()
    return select(this.c.code, opens_on, this.c.ends_on)


def _in_time() -> tuple[ColumnElement[Any], ...]:
    column = meeting_rows.c
    return column.starts_on.nulls_last(), column.number.nulls_last(), column.code


_WITHHELD = select(meeting_rows.c.code).where(meeting_rows.c.embargoed, outside(meeting_rows.c.body))
