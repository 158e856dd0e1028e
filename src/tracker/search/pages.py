"""The search page: a box, what was found, and links that narrow it down."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from tracker.people.visit import Reader
from tracker.search import queries
from tracker.search.asking import LONGEST

router = APIRouter(include_in_schema=False)


@router.get("/search")
def show(
    visit: Reader,
    words: str = "",
    kind: str = "",
    body: str = "",
    meeting: str = "",
    theme: str = "",
    partner: str = "",
    status: str = "",
    page: str = "",
) -> Response:
    """A page of what holds all the words, narrowed by what is chosen."""
    query = {
        "words": words[:LONGEST].strip(),
        "kind": kind,
        "body": body,
        "meeting": meeting,
        "theme": theme,
        "partner": partner,
        "status": status,
    }
    narrowed: dict[str, Any] = {name: value for name, value in query.items() if value and name != "words"}
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    found = queries.find(visit.conn, query["words"], queries.Filters(**narrowed), number)
    return visit.page(
        "search/show.html",
        query=query,
        asked=query["words"],
        longest=LONGEST,
        narrowed=narrowed,
        found=found,
        first=(found.page - 1) * queries.A_PAGE + 1,
    )
