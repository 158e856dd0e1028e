"""The addresses of the feeds. They are the same for everybody who asks."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tracker.feeds import atom, calendar, queries, sitemap
from tracker.feeds.queries import Day, Page
from tracker.kit.clock import at_midnight
from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.sight import as_the_public
from tracker.people.visit import Reading, Visit
from tracker.recommendations import queries as recommendations
from tracker.web.site import address_of

router = APIRouter(include_in_schema=False)
A_YEAR = timedelta(days=366)
KEPT = "public, max-age=900"
"""For how many seconds anybody in between may keep it."""
BEGINNING = at_midnight(date(2026, 1, 1))
"""When a feed that holds nothing yet was last changed."""


FEEDS_ARE_NOW = "Feeds, calendars and lists for search engines tell of now alone."
Asked = Annotated[Visit, Depends(Reading("read.public", FEEDS_ARE_NOW), scope="function")]


def _anybody(visit: Asked) -> Iterator[Visit]:
    """The visit as if nobody had signed in: what is kept in between must tell nobody more than everybody."""
    with as_the_public(visit.live):
        yield visit


Anybody = Annotated[Visit, Depends(_anybody, scope="function")]


@router.get("/feeds/all.atom")
def everything(visit: Anybody, before: str = "") -> Response:
    """News of all bodies."""
    page = queries.of_everything(visit.live, _before(before))
    return _atom(visit, "Follow-up tracker", "/", "/feeds/all.atom", before, page)


@router.get("/feeds/bodies/{code}.atom")
def body(visit: Anybody, code: str, before: str = "") -> Response:
    """News of one body."""
    name = meetings.body(visit.live, code).name
    page = queries.of_body(visit.live, code, _before(before))
    return _atom(visit, name, f"/meetings#{code}", f"/feeds/bodies/{code}.atom", before, page)


@router.get("/feeds/recommendations/{code}.atom")
def recommendation(visit: Anybody, code: str, before: str = "") -> Response:
    """News of one recommendation and its follow-ups."""
    recommendations.recommendation(visit.live, code)
    page = queries.of_recommendation(visit.live, code, _before(before))
    own = f"/feeds/recommendations/{code}.atom"
    return _atom(visit, f"Follow-up of {code}", f"/recommendations/{code}", own, before, page)


@router.get("/calendars/bodies/{code}.ics")
def calendar_of_body(visit: Anybody, code: str) -> Response:
    """A body's meetings and due dates."""
    name = meetings.body(visit.live, code).name
    today = visit.now.date()
    return _calendar(visit, name, queries.ahead_of_body(visit.live, code, today - A_YEAR))


@router.get("/calendars/partners/{code}.ics")
def calendar_of_partner(visit: Anybody, code: str) -> Response:
    """The meetings of a partner's bodies, and what it should have finished by when."""
    name = people.partner(visit.live, code).name
    today = visit.now.date()
    days = queries.ahead_of_partner(visit.live, code, today, today - A_YEAR)
    return _calendar(visit, f"Follow-up, {name}", days)


@router.get("/sitemap.xml")
def site_map(visit: Anybody) -> Response:
    """Every public page; where one list cannot hold them, the list of the lists."""
    site, found = address_of(visit.request), sitemap.pages(visit.live)
    if len(found) <= sitemap.MOST:
        return _same(visit.request, sitemap.written(site, found), sitemap.MEDIA_TYPE)
    parts = -(-len(found) // sitemap.MOST)
    return _same(visit.request, sitemap.index(site, parts), sitemap.MEDIA_TYPE)


@router.get("/sitemaps/{number}.xml")
def site_map_part(visit: Anybody, number: int) -> Response:
    """One of the lists, counted from 1."""
    found = sitemap.pages(visit.live)[(number - 1) * sitemap.MOST : number * sitemap.MOST]
    if number < 1 or not found:
        raise NotFound("There is no such list of pages; /sitemap.xml names those that there are.")
    return _same(visit.request, sitemap.written(address_of(visit.request), found), sitemap.MEDIA_TYPE)


@router.get("/robots.txt")
def robots(visit: Anybody) -> Response:
    """What robots should leave alone."""
    return PlainTextResponse(sitemap.robots(address_of(visit.request)), headers={"Cache-Control": KEPT})


def _atom(visit: Visit, title: str, page: str, own: str, before: str, found: Page) -> Response:
    feed = atom.Feed(
        site=address_of(visit.request),
        title=title,
        page=page,
        own=f"{own}?before={before}" if before else own,
        first=own,
        next=f"{own}?before={found.before}" if found.before else None,
        empty_since=BEGINNING,
    )
    newest = found.news[0].at if found.news else BEGINNING
    return _same(visit.request, atom.written(feed, found.news), atom.MEDIA_TYPE, newest)


def _calendar(visit: Visit, name: str, days: list[Day]) -> Response:
    text = calendar.written(address_of(visit.request), name, days)
    return _same(visit.request, text, calendar.MEDIA_TYPE)


def _same(request: Request, text: str, media_type: str, changed_at: datetime | None = None) -> Response:
    """The answer, or 304 to whoever has it already. `changed_at` is given where what is new is always the newest: a day
    that left a calendar leaves no date behind."""
    tag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'  # weak: it may be sent compressed
    headers = {"ETag": tag, "Cache-Control": KEPT}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.replace(microsecond=0), usegmt=True)
    if _has_it(request, tag, changed_at):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=media_type, headers=headers)


def _has_it(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """If-None-Match counts alone where it is given (RFC 9110, 13.2.2)."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or tag in [each.strip() for each in known.split(",")]
    since = request.headers.get("if-modified-since")
    try:
        return (
            since is not None
            and changed_at is not None
            and changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        )
    except (ValueError, TypeError):
        return False  # it is no date that counts


def _before(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise BadInput("A log position is a whole number.", field="before")
    return int(given)
