"""Forms about people and focal points: what each asks, shown, refused with its text kept, or recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.eventstore.store import Recorded, load
from tracker.kit.errors import BadInput, Conflict, NotFound, RuleBroken, Stale
from tracker.kit.ids import new_id
from tracker.people import policy
from tracker.people.keeping import forget, remembered
from tracker.people.visit import Sender, Visit, recorders
from tracker.web.forms import Form

Subject = tuple[str, ...]
"""The parts of the address: a person's id, or body and partner, or nothing."""
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Ask:
    """One field of a form. `choices`: what a list offers, given whom the form is about."""

    field: str
    label: str
    kind: Literal["line", "area", "date", "email", "list"] = "line"
    hint: str = ""
    required: bool = True
    choices: Callable[[Connection, Subject], Choices] = lambda conn, subject: ()


@dataclass(frozen=True)
class Act:
    """One form. `build` makes the command, or notes errors; `run` lets it be done and says where to go on; `stream` names
    what it changes, where that is there already."""

    name: str
    action: str
    title: str
    asks: Sequence[Ask]
    build: Callable[[Form, Subject], Any]
    run: Callable[[Connection, Sender, Subject, Any], str]
    stream: Callable[[Subject], str] | None = None
    risky: bool = False
    rings: bool = False


Named = Callable[[Visit], tuple[str, str]]
"""About whom a form is, and the way back; asked after the policy, so that a refusal tells of nobody."""


def shown(visit: Visit, act: Act, subject: Subject, named: Named) -> Response:
    """An empty form, or what its reader typed before, for those who may send it."""
    _require(visit, act, subject)
    today = {each.field: visit.today.isoformat() for each in act.asks if each.kind == "date"}
    version = {"version": str(len(_stream(visit.live, act, subject)))}
    defaults = {"command_id": new_id(), "locale": "en", "time_zone": "UTC"}
    return _page(visit, act, subject, remembered(visit, defaults | today | version), *named(visit))


def sent(sender: Sender, act: Act, subject: Subject, named: Named) -> Response:
    """Records what the form says; or shows it again."""
    form, status = Form(sender.fields), 422
    if form["draft"] == "drop":
        return _dropped(sender, act, subject, named)
    command = act.build(form, subject)
    if not form.errors:
        try:
            where = sender.run(lambda tx: _run(tx, sender, act, subject, form, command))
        except Conflict:
            status = 409
        except (BadInput, NotFound, RuleBroken) as error:
            form.blame(error)
        else:
            done = RedirectResponse(where, 303)
            return sender.ringing(done) if act.rings else done
    with sender.reading() as visit:
        _require(visit, act, subject)
        about, back = named(visit)
        news: Sequence[Recorded] = []
        if status == 409:
            stream = _stream(visit.live, act, subject)
            news = stream[form.version() or 0 :]
            form.values |= {"version": str(len(stream)), "command_id": new_id()}
        return _page(visit, act, subject, form, about, back, status=status, news=news)


def _dropped(sender: Sender, act: Act, subject: Subject, named: Named) -> Response:
    with sender.reading() as visit:
        _require(visit, act, subject)
        back = named(visit)[1]
    sender.run(lambda tx: forget(tx, sender))
    return RedirectResponse(back, 303)


def _require(visit: Visit, act: Act, subject: Subject) -> None:
    body, partner = subject if len(subject) == 2 else (None, None)
    policy.require(visit.actor, act.action, body=body, partner=partner)


def _run(tx: Connection, sender: Sender, act: Act, subject: Subject, form: Form, command: Any) -> str:
    """Does it, unless somebody was quicker. Looked at again when all is written, since nobody else can write to the
    stream from then on."""
    command_id = sender.context().command_id
    _check_unmoved(tx, act, subject, form, command_id)
    where = act.run(tx, sender, subject, command)
    _check_unmoved(tx, act, subject, form, command_id)
    forget(tx, sender)
    return where


def _check_unmoved(tx: Connection, act: Act, subject: Subject, form: Form, command_id: str) -> None:
    """Raises `Stale` unless what followed after the form was made, if anything, is this command's own."""
    version = form.version()
    after = [] if version is None else _stream(tx, act, subject)[version:]
    if after and after[0].command_id != command_id:
        raise Stale("Someone changed this since you opened it; your text is kept.")


def _stream(conn: Connection, act: Act, subject: Subject) -> Sequence[Recorded]:
    return [] if act.stream is None else load(conn, act.stream(subject))


def _page(
    visit: Visit,
    act: Act,
    subject: Subject,
    form: Form,
    about: str,
    back: str,
    *,
    status: int = 200,
    news: Sequence[Recorded] = (),
) -> Response:
    return visit.page(
        "people/act.html",
        status=status,
        act=act,
        form=form,
        about=about,
        back=back,
        choices={each.field: each.choices(visit.live, subject) for each in act.asks},
        errors_on_page=bool(form.errors),
        news=news,
        known=status == 409 and not news,
        names=visit.names_then(recorders(news)),
    )


def refuse_the_past(visit: Visit) -> None:
    """Names and addresses are in no event: raises `BadInput` where an earlier day is asked for."""
    if visit.as_of is not None:
        raise BadInput(
            "The register shows people as they are now; “Access” tells who could do what on an earlier day."
        )
