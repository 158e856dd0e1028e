"""Activities: what was done, in the words of the meetings' documents, and what it implements."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.meetings import queries as meetings
from tracker.people.acting import known
from tracker.people.visit import Reader, chosen, recorders
from tracker.recommendations import queries

router = APIRouter()


@router.get("/activities")
def index(visit: Reader, body: str = "", kind: str = "") -> Response:
    """The activities of each body, by kind if asked."""
    bodies = meetings.bodies(visit.conn)
    only = chosen(body, [each.code for each in bodies])
    found = queries.activities(visit.conn, only)
    kinds = sorted({each.kind for each in found})
    wanted = chosen(kind, kinds)
    return visit.page(
        "activities/index.html",
        bodies=bodies,
        body=only,
        kinds=kinds,
        kind=wanted,
        activities=[each for each in found if wanted in (None, each.kind)],
    )


@router.get("/activities/{code}")
def show(visit: Reader, code: str) -> Response:
    """One activity: every mention of it, and the recommendations that it implements."""
    history = queries.only_shown(visit.live, known(visit, f"activity-{code}"))
    return visit.page(
        "activities/show.html",
        activity=queries.activity(visit.conn, code),
        mentions=queries.mentions_of(visit.conn, code),
        history=history,
        names=visit.names_then(recorders(history[:1])),
        implements=queries.implements(visit.conn, code),
    )
