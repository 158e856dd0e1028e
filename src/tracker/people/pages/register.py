"""Everybody with an account, for administrators and secretariats; and the focal points of each body's partners."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.kit.errors import NotFound
from tracker.people import called, queries, register
from tracker.people.acting import offered, routes
from tracker.people.pages.acts import EVERYBODY, NEWCOMERS, PERSONS
from tracker.people.pages.acts_focal_points import PARTNERS
from tracker.people.visit import Reading, Visit, recorders

router = APIRouter()
Keeper = Annotated[
    Visit,
    Depends(
        Reading(
            "person.read",
            "The register shows people as they are now; “Access” tells who could do what on an earlier day.",
        ),
        scope="function",
    ),
]
A_PAGE = 60


@router.get("/people")
def index(visit: Keeper, words: str = "", after: str = "", done: str = "") -> Response:
    """People by name, a page at a time, whose name or address holds the words."""
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    found = register.entries(visit.live, visit.today, words=words[:200], after=start, limit=A_PAGE + 1)
    return visit.page(
        "people/index.html",
        entries=found[:A_PAGE],
        words_asked=words,
        done=done,
        next_after=start + A_PAGE if len(found) > A_PAGE else None,
        bodies=queries.bodies(visit.live),
    )


router.include_router(routes(NEWCOMERS))
router.include_router(routes(EVERYBODY))


@router.get("/people/{person_id}")
def show(visit: Keeper, person_id: str, done: str = "") -> Response:
    """One person: roles, appointments, history, and what the reader may change."""
    entry, history = (
        register.entry(visit.live, person_id, visit.today),
        register.history(visit.live, person_id),
    )
    return visit.page(
        "people/person.html",
        entry=entry,
        history=history,
        names=visit.names_then(recorders(history)),
        acts=offered(visit, PERSONS, (person_id,)),
        done=done,
    )


@router.get("/focal-points/{body}")
def focal_points(visit: Keeper, body: str) -> Response:
    """Every partner of a body with its focal points; those without a main one first."""
    live = visit.live
    if body not in queries.bodies(live):
        raise NotFound(f"There is no body {body} with partners.")
    points = queries.focal_points_of_body(live, body, visit.today)
    return visit.page(
        "people/focal_points.html",
        body=body,
        without=set(queries.without_main(live, body, visit.today)),
        partners=queries.partners(live, body, visit.today),
        points={
            code: [each for each in points if each.partner == code] for code in {p.partner for p in points}
        },
        names=called.names(live, {each.person_id for each in points}),
    )


@router.get("/focal-points/{body}/{partner}")
def of_partner(visit: Keeper, body: str, partner: str) -> Response:
    """All that was and is: who reported for a partner in a body, and what may be changed."""
    name = queries.partner(visit.live, partner).name
    found = queries.all_appointments(visit.live, body, partner)
    history = register.of_focal_points(visit.live, body, partner)
    return visit.page(
        "people/partner.html",
        body=body,
        partner=partner,
        partner_name=name,
        found=found,
        names=called.names(visit.live, {each.person_id for each in found}),
        history=history,
        recorders=visit.names_then(recorders(history)),
        acts=offered(visit, PARTNERS, (body, partner)),
    )


for kind in (PERSONS, PARTNERS):
    router.include_router(routes(kind))
