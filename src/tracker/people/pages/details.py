"""A person's own name and address. The address changes when both mails, to the old and to the new one, are answered."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.identity import links
from tracker.kit.errors import BadInput, Gone, RuleBroken
from tracker.kit.ids import new_id
from tracker.people import address_change, door, factors, lifecycle, queries
from tracker.people.address_change import OLD, SIDES
from tracker.people.keeping import forget, remembered
from tracker.people.pages.factors import session_of
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Arrived, Own, Visit
from tracker.web.forms import Form

router = APIRouter(prefix="/account")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]
Answers = Annotated[Sender, Depends(SendingForm("account.sign_in"))]
"""Whoever holds a mailed link; they need not be signed in."""


@router.get("/details")
def show(visit: Own, done: str = "") -> Response:
    """Name and address, each with a form to change it."""
    return _page(visit, done=done if done == "name" else "")


@router.post("/name")
def rename(sender: ChangesOwn) -> Response:
    """Another name from now on."""
    me, form = sender.actor, Form(sender.fields)
    context = sender.context()

    def work(tx: Connection) -> None:
        lifecycle.rename(tx, me, me.person_id, form["name"], context)
        forget(tx, sender)

    try:
        sender.run(work)
    except BadInput as error:
        return _again(sender, form, error)
    return RedirectResponse("/account/details?done=name", 303)


@router.post("/address")
def move(sender: ChangesOwn) -> Response:
    """Lets both addresses be written to, for whoever has just shown who they are."""
    me, form, session, came = sender.actor, Form(sender.fields), session_of(sender), sender.came

    def work(tx: Connection) -> str:
        factors.check_shown(tx, session, came.now)
        forget(tx, sender)
        return address_change.ask(tx, me, me.person_id, form["email"], came)

    try:
        email = sender.run(work)
    except BadInput as error:
        return _again(sender, form, error)
    with sender.reading() as visit:
        return sender.ringing(visit.page("people/address_asked.html", email=email))


@router.get("/address/{token}")
def ask(visit: Arrived, token: str) -> Response:
    """What the link of a mail would confirm, with a button; for the old address another one that stops it."""
    link = links.peek(visit.live, token, visit.now, *SIDES)
    wanted = address_change.new_email(visit.live, link.about, visit.now) if link else None
    if link is None or wanted is None or not door.may_come_in(visit.live, link.person_id):
        return visit.page("people/address.html", status=410, state="gone")
    person = queries.person(visit.live, link.person_id)
    return visit.page(
        "people/address.html", state="ask", person=person, wanted=wanted, may_stop=link.purpose == OLD
    )


@router.post("/address/{token}")
def confirm(sender: Answers, token: str) -> Response:
    """Answers one of the two mails."""
    came = sender.came
    try:
        done = sender.run(lambda tx: address_change.confirm(tx, token, came))
    except Gone:
        return _gone(sender)
    except RuleBroken as error:  # somebody else took the address meanwhile
        with sender.reading() as visit:
            return visit.page("people/address.html", status=422, state="taken", message=error.message)
    with sender.reading() as visit:
        return sender.ringing(visit.page("people/address.html", state="changed" if done else "half"))


@router.post("/address/{token}/cancel")
def cancel(sender: Answers, token: str) -> Response:
    """The old address stops the change."""
    came = sender.came
    try:
        sender.run(lambda tx: address_change.cancel(tx, token, came))
    except Gone:
        return _gone(sender)
    with sender.reading() as visit:
        return visit.page("people/address.html", state="stopped")


def _gone(sender: Sender) -> Response:
    came = sender.came
    wait = sender.run(lambda tx: door.refuse(tx, came, "address link"))
    if wait is not None:
        raise door.too_many(wait)
    with sender.reading() as visit:
        return visit.page("people/address.html", status=410, state="gone")


def _again(sender: Sender, form: Form, error: BadInput) -> Response:
    form.blame(error)
    with sender.reading() as visit:
        return _page(visit, form, status=422)


def _page(visit: Visit, form: Form | None = None, *, done: str = "", status: int = 200) -> Response:
    person = queries.person(visit.live, visit.actor.person_id)
    form = form or remembered(visit, {})
    own = factors.standing(visit.live, person.person_id)
    form.values = {"name": person.name, "email": ""} | form.values | {"command_id": new_id(), "version": ""}
    return visit.page(
        "people/details.html",
        status=status,
        form=form,
        person=person,
        done=done,
        has_factor=own.any,
        may_move=factors.may_set_up(own, visit.session, visit.now),
    )
