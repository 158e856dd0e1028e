"""Forms that record something, declared in tables: what each asks, which command it becomes, what it is about. Shown,
refused with its text kept, or recorded and answered by a receipt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.eventstore.store import Receipt, Recorded, load, recall
from tracker.kit.errors import BadInput, Conflict, NotFound, RuleBroken, Stale
from tracker.kit.ids import new_id
from tracker.people import policy
from tracker.people.keeping import forget, remembered
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Reading, Visit, recorders
from tracker.web.forms import Form

Subject = tuple[str, ...]
"""The parts of the address: a code, a person's id, body and partner, or nothing."""
Choices = Sequence[tuple[str, str]]
Trail = list[tuple[str, str]]
"""Names and addresses from the outside in; the last one is what a form is about."""
NOT_YOURS = "There is no such record that you may change."
FORMS_ARE_NOW = "Forms are filled in now; nothing can be changed in the past."
SO_ALREADY = "That is what is recorded already, so nothing was changed."


@dataclass(frozen=True)
class Ask:
    """One field of a form. `choices`: what a list or boxes offer, given what the form is about."""

    field: str
    label: str
    kind: Literal["line", "area", "date", "email", "list", "boxes"] = "line"
    hint: str = ""
    required: bool = True
    choices: Callable[[Connection, Subject], Choices] = lambda conn, subject: ()


@dataclass(frozen=True)
class Act:
    """One form. `build` makes the command, or notes errors; `run` lets it be done and says where to go on. `values`: what
    a fresh form holds; `open_when`: whether there is anything to do it to."""

    name: str
    action: str
    title: str
    asks: Sequence[Ask]
    build: Callable[[Form, Subject], Any]
    run: Callable[[Connection, Sender, Subject, Any], str]
    says: str = ""
    risky: bool = False
    rings: bool = False
    values: Callable[[Connection, Subject], Mapping[str, str]] = lambda conn, subject: {}
    open_when: Callable[[Connection, Subject], bool] = lambda conn, subject: True


@dataclass(frozen=True)
class Kind:
    """What some forms are about. `belongs`: body and partner by which the right is decided; `stream`: where it is
    recorded, so that whoever was overtaken is told; `listed`: whether a page lists its forms; `hidden`: whether what one may not change is answered as if it did not exist."""

    address: str
    acts: Mapping[str, Act]
    trail: Callable[[Connection, Subject], Trail]
    belongs: Callable[[Connection, Subject], tuple[str | None, str | None]] = lambda conn, subject: (
        None,
        None,
    )
    stream: Callable[[Subject], str] | None = None
    reading: str = "read.public"
    hidden: bool = True
    listed: bool = True


def table(*acts: Act) -> dict[str, Act]:
    """Forms by name."""
    return {act.name: act for act in acts}


def answered(receipt: Receipt) -> str:
    """Where what was recorded is shown; raises `RuleBroken` if nothing was to be changed."""
    if receipt.last < receipt.first:
        raise RuleBroken(SO_ALREADY)
    return f"/receipts/{receipt.first}"


def routes(kind: Kind) -> APIRouter:
    """The routes at which the forms of a kind are shown and to which they are sent."""
    router = APIRouter()
    if kind.stream is not None and kind.listed:
        router.add_api_route(kind.address, _listing(kind), methods=["GET"])
    for act in kind.acts.values():
        at = f"{kind.address}/{act.name}"
        router.add_api_route(at, _asking(kind, act), methods=["GET"])
        router.add_api_route(at, _sending(kind, act), methods=["POST"])
    return router


def _listing(kind: Kind) -> Callable[..., Response]:
    def listed(
        visit: Annotated[Visit, Depends(Reading(kind.reading, FORMS_ARE_NOW), scope="function")],
    ) -> Response:
        return _list(visit, kind)

    return listed


def _asking(kind: Kind, act: Act) -> Callable[..., Response]:
    def ask(
        visit: Annotated[Visit, Depends(Reading(kind.reading, FORMS_ARE_NOW), scope="function")],
    ) -> Response:
        return _shown(visit, kind, act)

    return ask


def _sending(kind: Kind, act: Act) -> Callable[..., Response]:
    def send(sender: Annotated[Sender, Depends(SendingForm(act.action))]) -> Response:
        return _sent(sender, kind, act)

    return send


def offered(visit: Visit, kind: Kind, subject: Subject) -> list[Act]:
    """The forms that this reader may fill in about it, as it stands."""
    body, partner = kind.belongs(visit.conn, subject)
    return [
        act
        for act in kind.acts.values()
        if visit.may(act.action, body=body, partner=partner) and act.open_when(visit.conn, subject)
    ]


def check(visit: Visit, kind: Kind, subject: Subject, action: str) -> None:
    """Raises `NotAllowed` unless the reader may; `NotFound` to a secretariat about what is not its own, as about what
    there is not."""
    if not kind.hidden:
        body, partner = kind.belongs(visit.live, subject)
        policy.require(visit.actor, action, body=body, partner=partner)
        return
    try:
        body, partner = kind.belongs(visit.live, subject)
        kind.trail(visit.live, subject)
    except NotFound:
        there = False
    else:
        there = visit.may(action, body=body, partner=partner)
    if not there:
        if not visit.actor.has_anywhere("secretariat"):
            policy.require(visit.actor, action)  # in words that tell nothing of what there is
        raise NotFound(NOT_YOURS)


def _subject(visit: Visit | Sender) -> Subject:
    return tuple(visit.request.path_params.values())


def _list(visit: Visit, kind: Kind) -> Response:
    """What may be changed about one thing, and what was changed already."""
    subject = _subject(visit)
    check(visit, kind, subject, next(iter(kind.acts.values())).action)
    history = load(visit.live, kind.stream(subject))[::-1] if kind.stream else []
    return visit.page(
        "acts/list.html",
        acts=offered(visit, kind, subject),
        trail=kind.trail(visit.live, subject),
        history=history,
        names=visit.names_then(recorders(history)),
    )


def _shown(visit: Visit, kind: Kind, act: Act) -> Response:
    subject = _subject(visit)
    check(visit, kind, subject, act.action)
    values = {
        each.field: visit.today.isoformat() for each in act.asks if each.kind == "date" and each.required
    }
    values |= act.values(visit.live, subject)
    asked = {each.field for each in act.asks}
    values |= {name: text for name, text in visit.request.query_params.items() if name in asked}
    version = str(len(load(visit.live, kind.stream(subject)))) if kind.stream else ""
    form = remembered(visit, values | {"command_id": new_id(), "version": version})
    return _page(visit, kind, act, subject, form)


def _run(tx: Connection, sender: Sender, kind: Kind, act: Act, form: Form, command: Any) -> str:
    """Does it, unless somebody was quicker. Looked at again when all is written, since nobody else can write to the
    stream from then on."""
    subject = _subject(sender)
    _check_unmoved(tx, sender, kind, form)
    where = act.run(tx, sender, subject, command)
    _check_unmoved(tx, sender, kind, form)
    forget(tx, sender)
    return where


def _check_unmoved(tx: Connection, sender: Sender, kind: Kind, form: Form) -> None:
    """Raises `Stale` unless what followed after the form was made, if anything, is this command's own."""
    version = form.version()
    if kind.stream is None or version is None:
        return
    after = load(tx, kind.stream(_subject(sender)))[version:]
    if after and after[0].correlation_id != sender.context().command_id:
        raise Stale("Someone changed this since you opened it; your text is kept.")


def _sent(sender: Sender, kind: Kind, act: Act) -> Response:
    """Records what the form says, once however often it is sent; or shows it again."""
    subject, form = _subject(sender), Form(sender.fields)
    with sender.reading() as visit:
        check(visit, kind, subject, act.action)
        back = kind.trail(visit.live, subject)[-1][1]
    if form["draft"] == "drop":
        sender.run(lambda tx: forget(tx, sender))
        return RedirectResponse(back, 303)
    command = act.build(form, subject)
    if not form.errors:
        try:
            where = sender.run(lambda tx: _run(tx, sender, kind, act, form, command))
        except Conflict:
            return _overtaken(sender, kind, act, subject, form)
        except (BadInput, NotFound, RuleBroken) as error:
            form.blame(error)
        else:
            done = RedirectResponse(where, 303)
            return sender.ringing(done) if act.rings else done
    with sender.reading() as visit:
        return _page(visit, kind, act, subject, form, status=422)


def _overtaken(sender: Sender, kind: Kind, act: Act, subject: Subject, form: Form) -> Response:
    """What is new beside what was typed, and the form again with a fresh id: nothing is lost."""
    with sender.reading() as visit:
        stream = load(visit.live, kind.stream(subject)) if kind.stream else []
        since = form.version() or 0
        news = [each for each in stream if each.stream_version > since]
        known = _known(visit, sender.context().command_id)
        form.values |= {"version": str(len(stream)) if kind.stream else "", "command_id": new_id()}
        return _page(visit, kind, act, subject, form, status=409, news=news[::-1], known=known)


def _known(visit: Visit, command_id: str) -> bool:
    """Whether this very form was recorded before, with another text."""
    try:
        return recall(visit.live, command_id, b"") is not None
    except Conflict:
        return True


def _page(
    visit: Visit,
    kind: Kind,
    act: Act,
    subject: Subject,
    form: Form,
    *,
    status: int = 200,
    news: Sequence[Recorded] = (),
    known: bool = False,
) -> Response:
    return visit.page(
        "acts/form.html",
        status=status,
        act=act,
        form=form,
        trail=kind.trail(visit.live, subject),
        choices={each.field: each.choices(visit.live, subject) for each in act.asks},
        errors_on_page=bool(form.errors),
        news=news,
        known=known,
        names=visit.names_then(recorders(news)),
    )


def known(visit: Visit, stream_id: str) -> list[Recorded]:
    """All that was recorded about one thing until the reader's moment, the newest first."""
    return [each for each in load(visit.live, stream_id) if each.position <= visit.position][::-1]
