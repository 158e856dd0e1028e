"""Where every follow-up stands: each (recommendation, addressee) pair, with or without a row of its own."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    true,
    tuple_,
)

from tracker.followups.events import Evidence
from tracker.followups.tables import followups
from tracker.followups.views import Cell as Cell
from tracker.followups.views import Facts as Facts
from tracker.followups.views import FollowupView as FollowupView
from tracker.followups.views import Grid as Grid
from tracker.followups.views import GridRow as GridRow
from tracker.followups.views import Mine as Mine
from tracker.followups.views import Standing as Standing
from tracker.kit.errors import NotFound
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

STALE_DAYS = 180
"""Nothing heard for longer than this, and not finished: stale."""
DUE_SOON_DAYS = 30
NEW_DAYS = 60
"""How long a follow-up of which nothing was heard yet is new to its focal point."""
FINISHED = ("implemented", "overtaken_by_events")
"""Reported statuses after which nothing more is expected, unless a meeting reopens the follow-up."""

DIRECTED, NAMED = recommendations.directed(), people.named()
own, pair = followups.c, DIRECTED.c

shown_status = case(
    (own.ending.is_not(None), own.ending),
    (pair.superseded_by.is_not(None), "superseded"),
    else_=func.coalesce(own.status, "no_information"),
)
"""What people see: how it ended, if it ended; else what was reported last; else that nobody reported."""


def followup(conn: Connection, recommendation: str, partner: str, today: date) -> FollowupView:
    """One follow-up; raises `NotFound` if the recommendation is not directed to the partner."""
    found = _views(conn, today, pair.recommendation == recommendation, pair.partner == partner)
    if not found:
        raise NotFound(f"{recommendation} is not directed to {partner}; its page lists the addressees.")
    return found[0]


def of_recommendation(conn: Connection, code: str, today: date) -> list[FollowupView]:
    """The follow-ups of one recommendation, by the partners' names."""
    return _views(conn, today, pair.recommendation == code)


def of_partner(conn: Connection, partner: str, today: date, body: str | None = None) -> list[FollowupView]:
    """What is directed to one partner, in one body or all, in the order of the codes."""
    return _views(conn, today, pair.partner == partner, true() if body is None else pair.body == body)


def overdue(conn: Connection, today: date, body: str | None = None) -> list[FollowupView]:
    """What should be finished by now and is not, the longest overdue first."""
    past = func.coalesce(own.due_on, pair.due_on) < today
    views = _views(conn, today, past, own.ending.is_(None), true() if body is None else pair.body == body)
    return sorted((view for view in views if view.overdue), key=lambda view: view.due_on or today)


def to_check(conn: Connection, body: str, today: date) -> list[FollowupView]:
    """Open follow-ups whose last report waits for somebody to say whether it holds, in the order of the codes."""
    open_ones = (own.ending.is_(None), pair.superseded_by.is_(None))
    waits = own.verification.in_(("reported", "validated", "disputed"))
    return _views(conn, today, pair.body == body, waits, *open_ones)


def of_represented(
    conn: Connection, represents: Collection[tuple[str, str]], today: date
) -> list[FollowupView]:
    """All that is directed to these (body, partner)."""
    return _views(conn, today, tuple_(pair.body, pair.partner).in_(sorted(represents)))


def mine(conn: Connection, represents: Collection[tuple[str, str]], today: date) -> Mine:
    """What a focal point of these (body, partner) should look at today, for the digest."""
    return sorted_out(of_represented(conn, represents, today), today)


def sorted_out(views: Iterable[FollowupView], today: date) -> Mine:
    """Which of them somebody should look at today, and why."""
    found: dict[str, list[FollowupView]] = {name: [] for name in Mine.__struct_fields__}
    for view in views:
        heading = _heading(view, today)
        if heading is not None:
            found[heading].append(view)
    return Mine(**found)


def grid(
    conn: Connection,
    body: str,
    today: date,
    meeting: str | None = None,
    theme: str | None = None,
    grouping: str | None = None,
    partner: str | None = None,
    status: str | None = None,
    text: str | None = None,
) -> Grid:
    """The cells for which everything that is given holds; `grouping` is that of today, `status` the shown one."""
    wanted: list[ColumnElement[bool]] = [pair.body == body]
    if meeting is not None:
        wanted.append(pair.meeting == meeting)
    if theme is not None:
        themed = recommendations.themed()
        wanted.append(pair.recommendation.in_(select(themed.c.recommendation).where(themed.c.theme == theme)))
    if grouping is not None:
        wanted.append(pair.partner.in_(people.members(conn, body, today, grouping)))
    if partner is not None:
        wanted.append(pair.partner == partner)
    if status is not None:
        wanted.append(shown_status == status)
    if text:
        codes = [found.code for found in recommendations.search(conn, body=body, meeting=meeting, text=text)]
        wanted.append(pair.recommendation.in_(codes))
    return _grid(
        conn.execute(_pairs(*CELL).where(*wanted)), recommendations.wordings(conn, body, meeting), today
    )


def standing(conn: Connection, body: str) -> list[Standing]:
    """Every pair of the body with its reports and decisions, for metrics; one statement."""
    columns = (
        pair.recommendation,
        pair.partner,
        pair.since,
        pair.nature,
        pair.themes,
        pair.superseded_on,
        own.reports,
        own.decisions,
    )
    found = conn.execute(
        _pairs(*columns).where(pair.body == body).order_by(pair.recommendation, pair.partner)
    )
    return [
        Standing(**(row._asdict() | {"reports": row.reports or [], "decisions": row.decisions or []}))
        for row in found
    ]


def facts(conn: Connection, recommendation: str, partner: str) -> Facts | None:
    """What the service must know, in one statement; None if the recommendation is not directed to the partner."""
    found = conn.execute(_FACTS, {"of": recommendation, "by": partner}).one_or_none()
    return None if found is None else Facts(*found)


CELL = (
    pair.recommendation,
    pair.partner,
    NAMED.c.name.label("partner_name"),
    pair.meeting,
    pair.since,
    shown_status.label("status"),
    func.coalesce(own.raw_label, "").label("raw_label"),
    own.as_of,
    own.verification,
    own.ending,
    own.decisions,
    own.heard_at,
    func.coalesce(own.due_on, pair.due_on).label("due_on"),
    func.coalesce(own.demonstration, False).label("demonstration"),
    case((own.due_on.is_not(None), own.demonstration), else_=pair.due_demonstration).label(
        "due_demonstration"
    ),
    func.coalesce(own.version, 0).label("version"),
)
VIEW = (
    *CELL,
    pair.text,
    pair.body,
    own.response,
    func.coalesce(own.narrative, "").label("narrative"),
    own.evidence,
    own.report_id,
    own.reported_at,
    own.reported_by,
    func.coalesce(pair.original_due_on, own.original_due_on).label("original_due_on"),
    own.ended_by,
    own.ended_on,
    pair.superseded_by,
    own.reports,
)


def _pairs(*columns: ColumnElement[Any]) -> Select[Any]:
    mine = and_(own.recommendation == pair.recommendation, own.partner == pair.partner)
    return select(*columns).select_from(
        DIRECTED.join(NAMED, NAMED.c.code == pair.partner).outerjoin(followups, mine)
    )


# Every command asks it: composed once.
_FACTS = _pairs(pair.body, pair.since, pair.superseded_by, own.reports, own.decisions).where(
    pair.recommendation == bindparam("of"), pair.partner == bindparam("by")
)


def _views(conn: Connection, today: date, *wanted: ColumnElement[bool]) -> list[FollowupView]:
    views = []
    for row in conn.execute(_pairs(*VIEW).where(*wanted)):
        whole = _cell(row, today) | {name: getattr(row, name) for name in _WHOLE}
        whole["evidence"] = msgspec.convert(row.evidence or [], list[Evidence])
        views.append(FollowupView(**(whole | {"reports": row.reports or []})))
    return sorted(views, key=lambda view: (recommendations.in_order(view.recommendation), view.partner_name))


_WHOLE = [name for name in FollowupView.__struct_fields__ if name not in Cell.__struct_fields__]


def _cell(row: Row[Any], today: date) -> dict[str, Any]:
    """The fields of a `Cell`: what the columns hold, and what follows from them and today's date."""
    # A whole body's grid has thousands: by position, since a row's values by name took twice as long.
    cell = dict(zip(_CELL, row, strict=False))
    decisions, heard_at = cell.pop("decisions"), cell.pop("heard_at")
    last = decisions[-1] if decisions else None
    reopened_on = date.fromisoformat(last["on"]) if last and last["ending"] is None else None
    status, as_of, due_on = cell["status"], cell["as_of"], cell["due_on"]
    unfinished_again = reopened_on is not None and (as_of is None or as_of < reopened_on)
    ended = cell["ending"] is not None or status == "superseded"
    finished = ended or (status in FINISHED and not unfinished_again)
    cell["reopened_on"], cell["finished"] = reopened_on, finished
    cell["overdue"] = not finished and due_on is not None and due_on < today
    cell["stale"] = not finished and (
        heard_at is None or today - heard_at.date() > timedelta(days=STALE_DAYS)
    )
    return cell


_CELL = [column.key for column in CELL]


def _grid(found: Iterable[Row[Any]], wordings: Mapping[str, recommendations.Wording], today: date) -> Grid:
    rows: dict[str, GridRow] = {}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in found:
        cell = Cell(**_cell(row, today))
        at = rows.get(cell.recommendation)
        if at is None:
            said = wordings[cell.recommendation]
            at = rows[cell.recommendation] = GridRow(
                cell.recommendation, cell.meeting, said.text, said.themes, {}
            )
        at.cells[cell.partner] = cell
        names[cell.partner] = cell.partner_name
        counts[cell.status] = counts.get(cell.status, 0) + 1
    ordered = sorted(rows.values(), key=lambda row: recommendations.in_order(row.recommendation))
    return Grid(ordered, dict(sorted(names.items(), key=lambda item: item[1])), counts)


def _heading(view: FollowupView, today: date) -> str | None:
    if view.verification == "disputed" and view.ending is None and view.status != "superseded":
        return "disputed"
    if view.overdue:
        return "overdue"
    if view.finished:
        return None
    if view.due_on is not None and view.due_on - today <= timedelta(days=DUE_SOON_DAYS):
        return "due_soon"
    if view.heard_at is None and today - view.since <= timedelta(days=NEW_DAYS):
        return "new"
    return "stale" if view.stale else None
