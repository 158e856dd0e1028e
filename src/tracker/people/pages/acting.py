"""Forms about people and focal points: what each asks, shown, refused with its text kept, or recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.kit.errors import BadInput, NotFound, RuleBroken
from tracker.kit.ids import new_id
from tracker.people import policy
from tracker.people.visit import Sender, Visit
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
    """One form. `build` makes the command, or notes errors; `run` lets it be done and says where to go on. `lead`: what
    comes of it, where the title does not say all."""

    name: str
    action: str
    title: str
    asks: Sequence[Ask]
    build: Callable[[Form, Subject], Any]
    run: Callable[[Connection, Sender, Subject, Any], str]
    risky: bool = False
    rings: bool = False
    lead: str = ""


Named = Callable[[Visit], tuple[str, str]]
"""About whom a form is, and the way back; asked after the policy, so that a refusal tells of nobody."""


def shown(visit: Visit, act: Act, subject: Subject, named: Named) -> Response:
    """An empty form, for those who may send it."""
    body, partner = subject if len(subject) == 2 else (None, None)
    policy.require(visit.actor, act.action, body=body, partner=partner)
    today = {each.field: visit.today.isoformat() for each in act.asks if each.kind == "date"}
    defaults = {"command_id": new_id(), "locale": "en", "time_zone": "UTC"}
    return _page(visit, act, subject, Form(defaults | today), *named(visit))


def sent(sender: Sender, act: Act, subject: Subject, named: Named) -> Response:
    """Records what the form says; or shows it again."""
    form = Form(sender.fields)
    command = act.build(form, subject)
    if not form.errors:
        try:
            where = sender.run(lambda tx: act.run(tx, sender, subject, command))
        except (BadInput, NotFound, RuleBroken) as error:
            form.blame(error)
        else:
            done = RedirectResponse(where, 303)
            return sender.ringing(done) if act.rings else done
    with sender.reading() as visit:
        body, partner = subject if len(subject) == 2 else (None, None)
        policy.require(visit.actor, act.action, body=body, partner=partner)
        return _page(visit, act, subject, form, *named(visit), status=422)


def _page(
    visit: Visit, act: Act, subject: Subject, form: Form, about: str, back: str, *, status: int = 200
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
    )


def refuse_the_past(visit: Visit) -> None:
    """Names and addresses are in no event: raises `BadInput` where an earlier day is asked for."""
    if visit.as_of is not None:
        raise BadInput(
            "The register shows people as they are now; “Access” tells who could do what on an earlier day."
        )
