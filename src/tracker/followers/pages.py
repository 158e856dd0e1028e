"""Following by e-mail: a form, a link that confirms, a page that stops. Opening a link changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import PlainTextResponse, Response

from tracker.followers import queries, service
from tracker.kit.errors import BadInput, Gone
from tracker.people import door
from tracker.people.addresses import address
from tracker.people.sending import Arriving, Sender, SendingForm
from tracker.people.visit import Reading, Visit
from tracker.web.forms import Form

router = APIRouter(include_in_schema=False)
FOLLOWING_IS_NOW = "To follow something by e-mail, and to stop it, is done now."
Reader = Annotated[Visit, Depends(Reading("read.public", FOLLOWING_IS_NOW), scope="function")]
Follower = Annotated[Sender, Depends(SendingForm("news.follow"))]
# A mail program has no page of ours; the key in the address says whose mail it is.
OneClick = Annotated[Sender, Depends(Arriving("news.follow"))]


@router.get("/follow/{kind}/{code}")
def how(visit: Reader, kind: str, code: str) -> Response:
    """One field: the address that is to be told."""
    return _asking(visit, kind, code, Form({"email": ""}))


@router.post("/follow/{kind}/{code}")
def ask(sender: Follower, kind: str, code: str) -> Response:
    """Lets a link be mailed that confirms; the answer is the same whatever the address."""
    form = Form({"email": sender.fields.get("email", "")})
    try:
        email = address(form["email"])
    except BadInput as error:
        form.errors["email"] = error.message
        with sender.reading() as visit:
            return _asking(visit, kind, code, form, status=422)
    came, secret = sender.came, sender.site.secret
    wait = sender.run(lambda tx: service.ask(tx, kind, code, email, came, secret))
    if wait is not None:
        raise door.too_many(wait)
    with sender.reading() as visit:
        return sender.ringing(visit.page("follow/asked.html", email=email, kind=kind, code=code))


@router.get("/following/confirm/{token}")
def show(visit: Reader, token: str) -> Response:
    """What would be followed, and a button that confirms it."""
    found = queries.waiting(visit.live, token, visit.now)
    if found is None:
        return visit.page("follow/gone.html", status=410)
    name = queries.named(visit.live, found.kind, found.code)
    return visit.page("follow/confirm.html", follow=found, name=name)


@router.post("/following/confirm/{token}")
def confirm(sender: Follower, token: str) -> Response:
    """From now on the address is told."""
    try:
        found = sender.run(lambda tx: service.confirm(tx, token, sender.now))
    except Gone:
        wait = sender.run(lambda tx: door.refuse(tx, sender.came, "link"))
        if wait is not None:
            raise door.too_many(wait) from None
        with sender.reading() as visit:
            return visit.page("follow/gone.html", status=410)
    with sender.reading() as visit:
        name = queries.named(visit.live, found.kind, found.code)
        return visit.page("follow/confirmed.html", follow=found, name=name)


@router.get("/following/stop/{key}")
def what(visit: Reader, key: str) -> Response:
    """What is followed, each with a button that stops it, and one for all of it."""
    return _following(visit, key)


@router.post("/following/stop/{key}")
def stop(sender: Follower, key: str) -> Response:
    """Stops one thing, or all."""
    follower = service.follower_of(sender.site.secret, key)
    kind, code = sender.fields.get("kind") or None, sender.fields.get("code")
    sender.run(lambda tx: service.stop(tx, follower, kind, code))
    with sender.reading() as visit:
        return _following(visit, key, stopped=True)


@router.post("/following/stop/{key}/one-click")
def stop_at_once(sender: OneClick, key: str) -> Response:
    """RFC 8058: the reader pressed the button of their mail program."""
    follower = service.follower_of(sender.site.secret, key)
    sender.run(lambda tx: service.stop(tx, follower))
    return PlainTextResponse("No more mail comes.\n")


def _asking(visit: Visit, kind: str, code: str, form: Form, *, status: int = 200) -> Response:
    name = queries.named(visit.live, kind, code)
    return visit.page("follow/ask.html", status=status, form=form, kind=kind, code=code, name=name)


def _following(visit: Visit, key: str, *, stopped: bool = False) -> Response:
    follower = service.follower_of(visit.site.secret, key)
    found = queries.followed_by(visit.live, follower)
    return visit.page("follow/stop.html", follows=found, stopped=stopped)
