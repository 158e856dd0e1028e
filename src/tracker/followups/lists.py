"""The list of recommendations with what became of them, as the command line and programs filter it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from tracker.followups import queries
from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations


class Listed(msgspec.Struct, frozen=True):
    """One recommendation of the list; `statuses`: how many of its addressees stand where."""

    code: str
    meeting: str
    kind: str
    text: str
    themes: list[str]
    due_on: date | None
    addressees: int
    overdue: int
    statuses: dict[str, int]
    demonstration: bool
    due_demonstration: bool


def matching(
    conn: Connection,
    today: date,
    *,
    status: str | None = None,
    overdue: bool = False,
    partner: str | None = None,
    **wanted: str | None,
) -> list[Listed]:
    """The recommendations for which all that is given holds, in the order of the codes; the rest of `wanted` is that of
    `recommendations.search`."""
    found = recommendations.search(conn, partner=partner, **wanted)
    bodies = sorted({each.body for each in found})
    grids = [queries.grid(conn, code, today, partner=partner) for code in bodies]
    cells = {row.recommendation: list(row.cells.values()) for grid in grids for row in grid.rows}
    rows = [_listed(each, cells.get(each.code, [])) for each in found]
    return [row for row in rows if (not status or status in row.statuses) and (not overdue or row.overdue)]


def check_filters(
    conn: Connection,
    *,
    body: str | None,
    partner: str | None,
    theme: str | None,
    meeting: str | None = None,
    grouping: str | None = None,
) -> None:
    """Raises `NotFound` for what nothing can be found under; a slip of the pen must not look like an empty answer."""
    if meeting:
        meetings.meeting(conn, meeting)
    if partner:
        people.partner(conn, partner)
    bodies = [meetings.body(conn, body)] if body else meetings.bodies(conn)
    themes = [each.code for own in bodies for each in meetings.themes(conn, own.code)]
    if theme and theme not in themes:
        raise NotFound(f"There is no theme {theme}; there are: {', '.join(themes) or 'none'}.", field="theme")
    groupings = [each for own in bodies for each in own.groupings]
    if grouping and grouping not in groupings:
        known = ", ".join(groupings) or "none"
        raise NotFound(f"There is no grouping {grouping}; there are: {known}.", field="grouping")


def body_of(conn: Connection, code: str | None) -> str:
    """The body that is meant: the one named, else the only one. Raises `NotFound`, or `BadInput` that names them."""
    if code is not None:
        return meetings.body(conn, code).code
    known = [body.code for body in meetings.bodies(conn)]
    if len(known) != 1:
        raise BadInput(
            f"Please say which body is meant: {', '.join(known) or 'there is none yet'}.", field="body"
        )
    return known[0]


def _listed(found: recommendations.Recommendation, cells: Sequence[queries.Cell]) -> Listed:
    return Listed(
        code=found.code,
        meeting=found.meeting,
        kind=found.kind,
        text=found.text,
        themes=found.themes,
        due_on=found.due_on,
        addressees=found.addressees,
        overdue=sum(cell.overdue for cell in cells),
        statuses=dict(Counter(cell.status for cell in cells)),
        demonstration=found.demonstration or any(cell.demonstration for cell in cells),
        due_demonstration=found.due_demonstration,
    )
