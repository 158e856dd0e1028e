"""What a focal point should look at, in the order in which to do it; and reports on it without leaving the page."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.eventstore.store import Receipt
from tracker.followups import queries, several, steps
from tracker.followups.pages.acts import STATUSES
from tracker.followups.several import Item, Same
from tracker.followups.steps import UNCHANGED
from tracker.kit.clock import at_midnight
from tracker.kit.errors import BadInput, Conflict, NotAllowed, RuleBroken
from tracker.kit.ids import new_id
from tracker.people import drafts, handovers
from tracker.people import queries as people
from tracker.people.keeping import forget, remembered
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Reader, Visit
from tracker.web.forms import Form

router = APIRouter()
Reports = Annotated[Sender, Depends(SendingForm("followup.report"))]
A_PAGE = 30
PICK = "pick_"
"""How the names of the boxes begin; a follow-up's code follows."""


@router.get("/my")
def show(visit: Reader, page: int = 1) -> Response:
    """The follow-ups of the partners that the reader represents."""
    if not visit.signed_in:
        raise NotAllowed("Your follow-ups are shown when you are signed in as a focal point.")
    values = {"status": UNCHANGED, "on": visit.today.isoformat(), "command_id": new_id()}
    return _page(visit, remembered(visit, values | {"page": str(page)}))


@router.post("/my")
def send(sender: Reports) -> Response:
    """Reports on what was ticked, or that one follow-up is as it was; all of it or nothing."""
    if not sender.signed_in:
        raise NotAllowed("Please sign in: only a focal point may do this.")
    form, status = Form(sender.fields), 422
    try:
        items, same = _one(sender, form) if form["one"] else _ticked(form)
        if not form.errors and same is not None:
            receipt = sender.run(lambda tx: _recorded(tx, sender, form, items, same))
            return RedirectResponse(_receipt_of(receipt, items), 303)
    except several.Refused as error:
        form.errors = {"": error.message} | {
            f"{PICK}{key}": f"{key}: {why}" for key, why in error.reasons.items()
        }
    except Conflict:
        status = 409
        form.errors = {
            "": "You sent this form before, and that is recorded. What differs now can be sent anew."
        }
    except (BadInput, RuleBroken) as error:
        form.blame(error)
    form.values |= {"command_id": new_id()} if status == 409 else {}
    with sender.reading() as visit:
        return _page(visit, form, status=status)


def _recorded(tx: Connection, sender: Sender, form: Form, items: list[Item], same: Same) -> Receipt:
    context = sender.context(at_midnight(same.as_of))
    if form["one"]:  # the page's other buttons are other commands
        context = replace(context, command_id=f"{context.command_id}:{items[0].key}")
    else:
        forget(tx, sender)
    return several.report(tx, sender.actor, items, same, context, now=sender.now)


def _one(sender: Sender, form: Form) -> tuple[list[Item], Same | None]:
    """What the button beside a follow-up says: its code, version and status."""
    code, _, rest = form["one"].partition(" ")
    version, _, status = rest.partition(" ")
    wanted: Any = "not_started" if status == "not_started" else None
    return [_item(code, version)], Same(wanted, sender.today)


def _ticked(form: Form) -> tuple[list[Item], Same | None]:
    items = [
        _item(name.removeprefix(PICK), version)
        for name, version in sorted(form.values.items())
        if name.startswith(PICK) and version
    ]
    if not items:
        form.errors["picked"] = "Please tick at least one follow-up."
    wanted: Any = form.choice("status", (UNCHANGED, *STATUSES), "Please say where implementation stands.")
    as_of, narrative = form.day("on", "date"), form.text("narrative", "description")
    if as_of is None:
        return items, None
    return items, Same(None if wanted == UNCHANGED else wanted, as_of, narrative)


def _item(code: str, version: str) -> Item:
    recommendation, _, partner = code.rpartition(":")
    return Item(recommendation, partner, Form({"version": version}).version())


def _receipt_of(receipt: Receipt, items: list[Item]) -> str:
    if items[1:]:
        return f"/reports/{receipt.first}"
    return f"/follow-ups/{items[0].recommendation}/{items[0].partner}/receipt/{receipt.first}"


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    represents = sorted(visit.actor.represents)
    named = {partner.code: partner.name for partner in people.all_partners(visit.conn)}
    views = queries.of_represented(visit.conn, represents, visit.today)
    to_do = steps.steps(views, visit.today)
    pages = max(1, -(-len(to_do) // A_PAGE))
    page = min(max(form.version("page") or 1, 1), pages)
    shown = to_do[(page - 1) * A_PAGE : page * A_PAGE]
    saved = [] if visit.as_of else drafts.saved_by(visit.live, visit.actor.person_id, visit.now)
    handed = handovers.lately_to(visit.live, visit.actor.person_id, represents, visit.today)
    before = {each.event_id: (each.from_person_id, each.recorded_at) for each in handed}
    last = {step.key: (step.view.reported_by, step.view.reported_at) for step in shown}
    return visit.page(
        "followups/mine.html",
        status=status,
        form=form,
        errors_on_page=bool(form.errors),
        represents=[(body, partner, named.get(partner, partner)) for body, partner in represents],
        to_do=to_do,
        counts=list(Counter(step.why for step in to_do).items()),
        shown=shown,
        page=page,
        pages=pages,
        a_page=A_PAGE,
        every=len(views),
        next_due=steps.next_due(views, visit.today),
        drafts={each.form: each for each in saved},
        handed=handed,
        names=visit.names_then(before | last),
        several=len({partner for _, partner in represents}) > 1,
        new_id=new_id,
        pick=PICK,
        unchanged=UNCHANGED,
        statuses=STATUSES,
    )
