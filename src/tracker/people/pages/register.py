"""Everybody with an account, for administrators and secretariats; and the focal points of each body's partners."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.kit.errors import NotFound
from tracker.people import queries, register
from tracker.people.pages.acting import Act, Named, refuse_the_past, sent, shown
from tracker.people.pages.acts import END_ALL, INVITE, OF_A_PARTNER, OF_A_PERSON
from tracker.people.visit import Reading, Sender, SendingForm, Visit, recorders

router = APIRouter()
Keeper = Annotated[Visit, Depends(Reading("person.read"), scope="function")]
A_PAGE = 60


@router.get("/people")
def index(visit: Keeper, words: str = "", after: str = "", done: str = "") -> Response:
    """People by name, a page at a time, whose name or address holds the words."""
    refuse_the_past(visit)
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


@router.get("/people/invite")
def ask_invite(visit: Keeper) -> Response:
    """The form by which somebody is invited."""
    return shown(visit, INVITE, (), _newcomer)


@router.post("/people/invite")
def invite(sender: Annotated[Sender, Depends(SendingForm(INVITE.action))]) -> Response:
    """Opens an account and lets the invitation be mailed."""
    return sent(sender, INVITE, (), _newcomer)


@router.get("/people/end-sessions")
def ask_end(visit: Keeper) -> Response:
    """The button that ends everybody's sessions."""
    return shown(visit, END_ALL, (), _everybody)


@router.post("/people/end-sessions")
def end_all(sender: Annotated[Sender, Depends(SendingForm(END_ALL.action))]) -> Response:
    """Ends them, but for that of whoever asks."""
    return sent(sender, END_ALL, (), _everybody)


@router.get("/people/{person_id}")
def show(visit: Keeper, person_id: str, done: str = "") -> Response:
    """One person: roles, appointments, history, and what the reader may change."""
    refuse_the_past(visit)
    entry, history = (
        register.entry(visit.live, person_id, visit.today),
        register.history(visit.live, person_id),
    )
    wanted = ("enable" if entry.person.disabled else "disable", "grant", "withdraw", "end-sessions")
    acts = [OF_A_PERSON[name] for name in wanted if visit.may(OF_A_PERSON[name].action)]
    return visit.page(
        "people/person.html",
        entry=entry,
        history=history,
        names=visit.names_then(recorders(history)),
        acts=acts,
        done=done,
    )


@router.get("/people/{person_id}/{name}")
def ask_person(visit: Keeper, person_id: str, name: str) -> Response:
    """A form about a person."""
    return shown(visit, _act(OF_A_PERSON, name), (person_id,), _person(person_id))


@router.get("/focal-points/{body}")
def focal_points(visit: Keeper, body: str) -> Response:
    """Every partner of a body with its focal points; those without a main one first."""
    refuse_the_past(visit)
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
        names=queries.names(live, {each.person_id for each in points}),
    )


@router.get("/focal-points/{body}/{partner}")
def of_partner(visit: Keeper, body: str, partner: str) -> Response:
    """All that was and is: who reported for a partner in a body, and what may be changed."""
    refuse_the_past(visit)
    name = queries.partner(visit.live, partner).name
    found = queries.all_appointments(visit.live, body, partner)
    history = register.of_focal_points(visit.live, body, partner)
    return visit.page(
        "people/partner.html",
        body=body,
        partner=partner,
        partner_name=name,
        found=found,
        names=queries.names(visit.live, {each.person_id for each in found}),
        history=history,
        recorders=visit.names_then(recorders(history)),
        acts=list(OF_A_PARTNER.values()) if visit.may("focal_point.manage", body=body) else [],
    )


@router.get("/focal-points/{body}/{partner}/{name}")
def ask_focal_point(visit: Keeper, body: str, partner: str, name: str) -> Response:
    """A form about a partner's focal points."""
    return shown(visit, _act(OF_A_PARTNER, name), (body, partner), _partner(body, partner))


def _act(acts: dict[str, Act], name: str) -> Act:
    if name not in acts:
        raise NotFound("There is no such form.")
    return acts[name]


def _newcomer(visit: Visit) -> tuple[str, str]:
    return "Somebody who has no account yet", "/people"


def _everybody(visit: Visit) -> tuple[str, str]:
    return "All people", "/people"


def _person(person_id: str) -> Named:
    return lambda visit: (queries.person(visit.live, person_id).name, f"/people/{person_id}")


def _partner(body: str, partner: str) -> Named:
    back = f"/focal-points/{body}/{partner}"
    return lambda visit: (f"{queries.partner(visit.live, partner).name}, {body}", back)


def _sent_about_a_person(act: Act) -> Callable[..., Response]:
    def send(sender: Annotated[Sender, Depends(SendingForm(act.action))], person_id: str) -> Response:
        return sent(sender, act, (person_id,), _person(person_id))

    return send


def _sent_about_a_partner(act: Act) -> Callable[..., Response]:
    def send(
        sender: Annotated[Sender, Depends(SendingForm(act.action))], body: str, partner: str
    ) -> Response:
        return sent(sender, act, (body, partner), _partner(body, partner))

    return send


for each in OF_A_PERSON.values():
    router.add_api_route("/people/{person_id}/" + each.name, _sent_about_a_person(each), methods=["POST"])
for each in OF_A_PARTNER.values():
    address = "/focal-points/{body}/{partner}/" + each.name
    router.add_api_route(address, _sent_about_a_partner(each), methods=["POST"])
