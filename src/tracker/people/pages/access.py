"""Who could do what on a day, and all that one person held, for administrators and auditors."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.kit.errors import BadInput
from tracker.people import access, called, queries
from tracker.people.policy import ACTIONS
from tracker.people.visit import Reading, Visit, chosen

router = APIRouter()
Watcher = Annotated[
    Visit,
    Depends(
        Reading("access.read", "“Access” has a day of its own: choose it in the form of its page."),
        scope="function",
    ),
]
SEE = "read.restricted"


@router.get("/access")
def show(visit: Watcher, on: str = "", action: str = "", body: str = "", partner: str = "") -> Response:
    """Everyone who could on that day, and by what."""
    live, day, asked = visit.live, _day(on, visit.today), chosen(action, ACTIONS) or SEE
    about = {"body": chosen(body), "partner": chosen(partner)}
    return visit.page(
        "people/access.html",
        on=day,
        action=asked,
        actions=[(each, each) for each in sorted(ACTIONS)],
        about=about,
        bodies=[(code, code) for code in queries.bodies(live)],
        partners=[(each.code, each.name) for each in queries.all_partners(live)],
        could=access.who_could(live, asked, on=day, **about),
        anybody=access.anybody_could(asked),
    )


@router.get("/access/{person_id}")
def of_person(visit: Watcher, person_id: str) -> Response:
    """All that a person holds and held; an erased one has kept it, and no name."""
    name = called.names(visit.live, [person_id])[person_id]
    powers = access.of_person(visit.live, person_id)
    return visit.page("people/powers.html", name=name, powers=powers)


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError:
        raise BadInput(f"“{text}” is no date; write it as 2026-11-24.", field="on") from None
