"""Passkeys: added, shown in a session, used to sign in, removed. Each takes two forms: the first page that follows holds
what the browser is asked, and its one button hands the answer back."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.identity import passkeys
from tracker.identity.limits import PASSKEYS_BY_A_CLIENT
from tracker.identity.passkeys import Place
from tracker.kit.errors import RuleBroken
from tracker.people import door, factors, showing
from tracker.people.pages.factors import session_of
from tracker.people.pages.sign_in import signed_in
from tracker.people.sending import Sender, SendingForm
from tracker.web.local import local_path

router = APIRouter()


class Words(NamedTuple):
    """A page's heading and button, where its form goes, and where another way is."""

    heading: str
    button: str
    action: str
    back: str


ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]
SignsIn = Annotated[Sender, Depends(SendingForm("account.sign_in"))]
OWN, AGAIN, IN = "/account/factors", "/account/second-factor", "/sign-in-passkey"


@router.post(OWN + "/passkeys")
def begin(sender: ChangesOwn) -> Response:
    """What the browser is asked to make."""
    return _to_add(sender)


@router.post(OWN + "/passkeys/add")
def add(sender: ChangesOwn) -> Response:
    """Keeps what the browser made."""
    session, at, came, context = session_of(sender), _place(sender), sender.came, sender.context()
    name, answer = sender.fields.get("name", ""), sender.fields.get("credential", "")
    shown = sender.run(lambda tx: factors.add_passkey(tx, session, at, name, answer, context, came))
    if shown.token is None:
        return _to_add(sender, failed=True)
    return sender.ringing(signed_in(sender, shown.token, OWN + "?done=passkey"))


@router.post(OWN + "/passkeys/remove")
def remove(sender: ChangesOwn) -> Response:
    """Forgets one."""
    session, came, context = session_of(sender), sender.came, sender.context()
    passkey_id = sender.fields.get("passkey", "")
    sender.run(lambda tx: factors.remove_passkey(tx, session, passkey_id, context, came))
    return sender.ringing(RedirectResponse(OWN + "?done=removed", 303))


@router.post(AGAIN + "/passkey")
def ask(sender: ChangesOwn) -> Response:
    """What the browser is asked to show in this session."""
    return _to_show(sender)


@router.post(AGAIN + "/passkey/answer")
def show(sender: ChangesOwn) -> Response:
    """Takes what it showed."""
    session, at, came = session_of(sender), _place(sender), sender.came
    answer = sender.fields.get("credential", "")
    shown = sender.run(lambda tx: showing.show_passkey(tx, session, at, answer, came))
    if shown.token is None:
        return _to_show(sender, failed=True)
    return signed_in(sender, shown.token, _next(sender)["next"])


@router.post(IN)
def how(sender: SignsIn) -> Response:
    """What the browser is asked to sign somebody in, whoever that may be."""
    return _to_sign_in(sender)


@router.post(IN + "/answer")
def sign_in(sender: SignsIn) -> Response:
    """Begins a session for whoever's passkey it is."""
    at, came, answer = _place(sender), sender.came, sender.fields.get("credential", "")
    before = sender.session
    token = sender.run(lambda tx: showing.come_in(tx, at, answer, came, instead_of=before))
    if token is None:
        wait = sender.run(lambda tx: door.refuse(tx, came, "passkey"))
        if wait is not None:
            raise door.too_many(wait)
        return _to_sign_in(sender, failed=True)
    return signed_in(sender, token, _next(sender)["next"])


def _to_add(sender: Sender, *, failed: bool = False) -> Response:
    session, at, came = session_of(sender), _place(sender), sender.came
    kept = {name: sender.fields.get(name, "") for name in ("name", "command_id")}
    options = sender.run(lambda tx: factors.begin_passkey(tx, session, at, came))
    words = Words("Add a passkey", "Make the passkey", OWN + "/passkeys/add", OWN)
    return _page(sender, words, options, kept, failed=failed)


def _to_show(sender: Sender, *, failed: bool = False) -> Response:
    session, at, now = session_of(sender), _place(sender), sender.now
    about = {"person_id": session.person_id, "session_id": session.id}
    options = sender.run(lambda tx: passkeys.options_to_show(tx, at, now, **about))
    words = Words("Use a passkey", "Use the passkey", AGAIN + "/passkey/answer", AGAIN)
    return _page(sender, words, options, _next(sender), failed=failed)


def _to_sign_in(sender: Sender, *, failed: bool = False) -> Response:
    at, came = _place(sender), sender.came
    options = sender.run(lambda tx: showing.ask_passkey(tx, at, came))
    if options is None:
        raise door.too_many(PASSKEYS_BY_A_CLIENT.window)
    words = Words("Sign in with a passkey", "Use the passkey", IN + "/answer", "/sign-in")
    return _page(sender, words, options, _next(sender), failed=failed)


def _place(sender: Sender) -> Place:
    found = passkeys.place(sender.site.settings.address)
    if found is None:
        raise RuleBroken(
            f"Browsers allow no passkeys here: this tracker is reached at {sender.site.settings.address}, and passkeys "
            "need https and a host name (or localhost). Please use a mailed link and an app for codes."
        )
    return found


def _next(sender: Sender) -> dict[str, str]:
    return {"next": local_path(sender.fields.get("next", ""))}


def _page(sender: Sender, words: Words, options: str, kept: dict[str, str], *, failed: bool) -> Response:
    with sender.reading() as visit:
        given = {"options": options, "kept": kept, "failed": failed} | words._asdict()
        return visit.page("people/passkey.html", status=422 if failed else 200, **given)
