"""What programs may ask about recommendations and their follow-up."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from tracker.followups import lists, queries
from tracker.followups.opened import opened
from tracker.meetings import queries as meetings
from tracker.people.calling import AnyCaller
from tracker.recommendations import queries as recommendations
from tracker.recommendations.queries import in_order
from tracker.web.answers import Page, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)
Shown = Literal[
    "implemented",
    "partially_implemented",
    "under_implementation",
    "not_started",
    "not_implemented",
    "overtaken_by_events",
    "superseded",
    "closed_by_meeting",
    "no_information",
]
Limit = Annotated[int, Query(ge=1, le=200)]


class OfRecommendation(msgspec.Struct, frozen=True):
    """A recommendation with all that belongs to it."""

    recommendation: recommendations.Recommendation
    links: list[recommendations.Link]
    activities: list[recommendations.ImplementedBy]
    addressees: list[recommendations.Addressee]
    followups: list[queries.FollowupView]


@router.get("/recommendations", **gives(Page[lists.Listed]))
def index(
    visit: AnyCaller,
    body: str | None = None,
    meeting: str | None = None,
    theme: str | None = None,
    partner: str | None = None,
    kind: Literal["action_plan", "recommendation"] | None = None,
    status: Shown | None = None,
    overdue: bool = False,
    text: Annotated[str | None, Query(max_length=200)] = None,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Limit = 50,
) -> Response:
    """Recommendations for which all that is given holds, in the order of the codes, a part at a time."""
    lists.check_filters(visit.live, body=body, partner=partner, theme=theme, meeting=meeting)
    found = lists.matching(
        visit.conn,
        visit.today,
        status=status,
        overdue=overdue,
        partner=partner,
        body=body,
        meeting=meeting,
        theme=theme,
        kind=kind,
        text=text,
    )
    rest = [each for each in found if in_order(each.code) > in_order(after)]
    return answer(Page(rest[:limit], rest[limit - 1].code if rest[limit:] else None))


@router.get("/recommendations/{code}", **gives(OfRecommendation))
def show(visit: AnyCaller, code: str) -> Response:
    """The adopted text, its links, who follows it up and how."""
    conn = visit.conn
    found = recommendations.recommendation(conn, code)
    views = queries.of_recommendation(conn, code, visit.today)
    return answer(
        OfRecommendation(
            recommendation=found,
            links=recommendations.links(conn, code),
            activities=list(recommendations.activities_for(conn, code)),
            addressees=recommendations.addressees(conn, code),
            followups=[opened(view, visit.actor) for view in views],
        )
    )


@router.get("/followups/{recommendation}/{partner}", **gives(queries.FollowupView))
def followup(visit: AnyCaller, recommendation: str, partner: str) -> Response:
    """One follow-up; its ETag is what a command about it gives as If-Match."""
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    return answer(opened(view, visit.actor), {"ETag": f'"{view.version}"'})


@router.get("/grid", **gives(queries.Grid))
def grid(
    visit: AnyCaller,
    body: str | None = None,
    meeting: str | None = None,
    theme: str | None = None,
    grouping: str | None = None,
    partner: str | None = None,
    status: Shown | None = None,
) -> Response:
    """Who stands where, recommendation by partner, for which all that is given holds."""
    live = visit.live
    code = meetings.meeting(live, meeting).body if meeting and not body else lists.body_of(live, body)
    lists.check_filters(live, body=code, partner=partner, theme=theme, meeting=meeting, grouping=grouping)
    return answer(queries.grid(visit.conn, code, visit.today, meeting, theme, grouping, partner, status))
