"""The list of recommendations with its filters, and one recommendation with all that came of it."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups import queries
from tracker.followups.tallies import ORDER, added, demonstrations, parts, tallies, total
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.acting import known
from tracker.people.visit import Reader, Visit, chosen, recorders
from tracker.recommendations import queries as recommendations
from tracker.web.words import NO_INFORMATION_CODE

router = APIRouter()
A_PAGE = 60
"""Recommendations on one page of the list: about 40 kB."""


@router.get("/recommendations")
def index(
    visit: Reader,
    body: str = "",
    meeting: str = "",
    theme: str = "",
    partner: str = "",
    status: str = "",
    words: str = "",
    after: str = "",
) -> Response:
    """Recommendations for which all that is chosen holds; they follow the code `after`, a page at a time."""
    conn = visit.conn
    bodies = meetings.bodies(conn)
    filters: dict[str, str | None] = {
        "body": chosen(body, [each.code for each in bodies]),
        "meeting": chosen(meeting),
        "theme": chosen(theme),
        "partner": chosen(partner),
        "text": chosen(words[:200]),
    }
    found = recommendations.search(conn, **filters)
    counts = tallies(
        conn, "recommendation", **{name: filters[name] for name in ("body", "meeting", "partner")}
    )
    wanted = chosen(status, ORDER)
    if wanted:
        found = [each for each in found if counts.get(each.code, {}).get(wanted)]
    start = next((at + 1 for at, each in enumerate(found) if each.code == after), 0)
    shown = found[start : start + A_PAGE]
    return visit.page(
        "recommendations/index.html",
        found=found,
        shown=shown,
        start=start,
        next_after=shown[-1].code if found[start + A_PAGE :] else None,
        filters=filters | {"status": wanted},
        whole=added({each.code: counts.get(each.code, {}) for each in found}),
        tallies=counts,
        marked=demonstrations(conn, "recommendation"),
        parts=parts,
        total=total,
        choices=_choices(visit, bodies, filters["body"]),
    )


def _choices(visit: Visit, bodies: list[meetings.Body], body: str | None) -> dict[str, Any]:
    """What the filters offer: of the body that is chosen, else of all."""
    themes = [
        theme
        for each in bodies
        if body in (None, each.code)
        for theme in meetings.themes(visit.conn, each.code)
    ]
    return {
        "bodies": [(each.code, each.name) for each in bodies],
        "meetings": [
            (each.code, f"{each.code} {each.place}") for each in meetings.meetings(visit.conn, body)
        ],
        "themes": sorted({theme.code: theme.title for theme in themes}.items(), key=lambda item: item[1]),
        "partners": sorted(
            ((each.code, each.name) for each in people.all_partners(visit.conn)), key=lambda it: it[1]
        ),
    }


@router.get("/recommendations/{code}")
def show(visit: Reader, code: str) -> Response:
    """The adopted text, where it comes from, what it is linked to, who follows it up and how, and its history."""
    conn = visit.conn
    element = recommendations.recommendation(conn, code)
    views = queries.of_recommendation(conn, code, visit.today)
    addressees = recommendations.addressees(conn, code)
    counts: dict[str, int] = {}
    for view in views:
        counts[view.status] = counts.get(view.status, 0) + 1
    history = known(visit, f"recommendation-{code}")
    return visit.page(
        "recommendations/show.html",
        element=element,
        meeting=meetings.meeting(conn, element.meeting),
        body=meetings.body(conn, element.body),
        themes={theme.code: theme.title for theme in meetings.themes(conn, element.body)},
        family=[each for each in recommendations.elements(conn, element.meeting) if _related(each, element)],
        links=recommendations.links(conn, code),
        activities=recommendations.activities_for(conn, code),
        rules=sorted({each.rule for each in addressees if each.rule}),
        heard=[view for view in views if view.status != NO_INFORMATION_CODE],
        silent=[view for view in views if view.status == NO_INFORMATION_CODE],
        counts=counts,
        marked_here=demonstrations(conn, "recommendation").get(code, 0),
        parts=parts,
        total=total,
        history=history,
        names=visit.names_then(recorders(history)),
    )


def _related(other: recommendations.Recommendation, element: recommendations.Recommendation) -> bool:
    """Whether the other one is its parent or one of its parts."""
    return other.code == element.parent or other.parent == element.code
