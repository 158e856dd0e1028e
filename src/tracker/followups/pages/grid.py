"""The grid of recommendation × partner: a sign a cell, for seeing gaps at a glance; one partner as a list."""

from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from tracker.followups import queries
from tracker.followups.facets import Facets, facets
from tracker.followups.pages.selected import SELECTIONS
from tracker.followups.tallies import ORDER, total
from tracker.followups.views import Cell, Grid, GridRow
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.visit import Reader, Visit, chosen
from tracker.web.words import SHORT
from tracker.web.words import status as in_words

router = APIRouter()
EVERY = "all"
"""Stands in the address for the elements of all meetings."""


@dataclass(frozen=True)
class Asked:
    """What the reader looks at: `at` is the meeting, None for all of them."""

    body: str
    at: meetings.Meeting | None
    filters: dict[str, str | None]


@router.get("/grid")
def show(
    visit: Reader,
    body: str = "",
    meeting: str = "",
    grouping: str = "",
    partner: str = "",
    theme: str = "",
    status: str = "",
    words: str = "",
) -> Response:
    """The grid of one meeting of one body, or of all; without a choice, of the last meeting that adopted something."""
    bodies = meetings.bodies(visit.conn)
    held = [each for each in meetings.meetings(visit.conn) if each.state == "held"]
    only = chosen(body, [each.code for each in bodies])
    at = next((each for each in held if each.code == meeting and only in (None, each.body)), None)
    code = at.body if at else only or (bodies[0].code if bodies else "")
    if meeting != EVERY:
        at = at or next((each for each in reversed(held) if each.body == code), None)
    counts = facets(visit.conn, code, visit.today, at.code if at else None)
    filters = {
        "grouping": chosen(grouping, counts.groupings),
        "partner": chosen(partner, counts.partners),
        "theme": chosen(theme, counts.themes),
        "status": chosen(status, ORDER),
        "text": chosen(words[:200]),
    }
    asked = Asked(code, at, filters)
    mine = [each for each in held if each.body == code]
    return _page(visit, asked, counts, bodies, mine)


def _page(
    visit: Visit, asked: Asked, counts: Facets, bodies: list[meetings.Body], held: list[meetings.Meeting]
) -> Response:
    at = asked.at
    grid = queries.grid(visit.conn, asked.body, visit.today, meeting=at.code if at else None, **asked.filters)
    groupings = people.groupings_of(visit.conn, asked.body, visit.today)
    # Those that left stand last.
    columns = sorted(
        grid.partners, key=lambda code: (code not in groupings, groupings.get(code, ""), grid.partners[code])
    )
    acts = [act for act in SELECTIONS.values() if visit.may(act.action, body=asked.body)]
    return visit.page(
        "followups/grid.html",
        grid=grid,
        at=at,
        body=asked.body,
        filters=asked.filters,
        shared={
            "body": asked.body,
            "meeting": at.code if at else EVERY,
            **{name: asked.filters[name] for name in ("theme", "status")},
            "words": asked.filters["text"],
        },
        columns=columns,
        groups=_groups(columns, groupings),
        cells=_cells(visit, grid, columns) if asked.filters["partner"] is None else {},
        acts=[] if visit.as_of else acts,
        bodies=[(each.code, each.name) for each in bodies],
        order=ORDER,
        zoom=sorted(counts.groupings.items()),
        total=total,
        **_choices(visit, asked, counts, held),
    )


def _choices(visit: Visit, asked: Asked, counts: Facets, held: list[meetings.Meeting]) -> dict[str, Any]:
    """What the filters offer, each with how many follow-ups there are."""
    names = {each.code: each.name for each in people.all_partners(visit.conn)}
    every = (EVERY, f"All meetings ({sum(counts.meetings.values()):,})")
    return {
        "names": names,
        "meetings": [
            every,
            *((m.code, f"{m.code} {m.place} ({counts.meetings.get(m.code, 0):,})") for m in held[::-1]),
        ],
        "themes": [
            (each.code, f"{each.title} ({counts.themes[each.code]:,})")
            for each in meetings.themes(visit.conn, asked.body)
            if each.code in counts.themes
        ],
        "statuses": [
            (code, f"{in_words(code)} ({counts.statuses.get(code, 0):,})")
            for code in ORDER
            if code in counts.statuses or code == asked.filters["status"]
        ],
        "partners": sorted(
            ((code, f"{names[code]} ({count:,})") for code, count in counts.partners.items()),
            key=lambda each: each[1],
        ),
    }


def _groups(columns: list[str], groupings: dict[str, str]) -> list[tuple[str, int]]:
    """The groupings over the columns, each with how many columns it spans."""
    found: dict[str, int] = {}
    for code in columns:
        name = groupings.get(code, "")
        found[name] = found.get(name, 0) + 1
    return list(found.items())


def _cells(visit: Visit, grid: Grid, columns: list[str]) -> dict[str, Markup]:
    """The cells of each row, as HTML; a template would escape and look through the same few words 9,000 times."""
    moment = f"?{escape(urlencode(visit.asked.query))}" if visit.asked else ""
    ends = {code: f'{escape(code)}{moment}">' for code in columns}
    looks: dict[tuple[str, bool, bool], tuple[str, str]] = {}
    return {row.recommendation: Markup("".join(_row(row, ends, looks))) for row in grid.rows}  # noqa: S704


def _row(
    row: GridRow, ends: dict[str, str], looks: dict[tuple[str, bool, bool], tuple[str, str]]
) -> list[str]:
    start = f'href="/follow-ups/{escape(row.recommendation)}/'
    found = []
    for code, end in ends.items():
        cell = row.cells.get(code)
        if cell is None:
            found.append("<td></td>")
            continue
        key = (cell.status, cell.overdue, cell.demonstration)
        if key not in looks:
            looks[key] = _look(cell)
        before, after = looks[key]
        found.append(f"{before}{start}{end}{after}")
    return found


def _look(cell: Cell) -> tuple[str, str]:
    """What stands before and after the address: the style shows the sign, and hides the words from the eye alone."""
    sign = SHORT[cell.status] + ("!" if cell.overdue else "") + ("*" if cell.demonstration else "")
    said = in_words(cell.status) + (", overdue" if cell.overdue else "")
    said += ", demonstration" if cell.demonstration else ""
    late = " late" if cell.overdue else ""
    return f'<td class="{cell.status}{late}"><a data-sign="{sign}" ', f"{said}</a></td>"
