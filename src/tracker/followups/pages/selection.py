"""A selection of recommendations: one thing done to all of them, after a page that lists what will happen."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.followups.pages.selected import SELECTIONS, Selection
from tracker.followups.together import Outcome, Refused, carry_out, rehearse, seal
from tracker.kit.errors import BadInput, NotFound
from tracker.kit.ids import new_id
from tracker.people import policy
from tracker.people.acting import FORMS_ARE_NOW, NOT_YOURS
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Reading, Visit
from tracker.recommendations import queries as recommendations
from tracker.web.forms import Form

router = APIRouter()
ADDRESS = "/selection/"
MOST = 200
Chooser = Annotated[Visit, Depends(Reading("read.public", FORMS_ARE_NOW), scope="function")]
Elements = Sequence[recommendations.Recommendation]


def _asking(act: Selection) -> Callable[..., Response]:
    def ask(visit: Chooser) -> Response:
        codes = visit.request.query_params.getlist("code")
        elements = _chosen(visit, act, codes)
        asked = {each.field for each in act.asks}
        given = {name: text for name, text in visit.request.query_params.items() if name in asked}
        today = {each.field: visit.today.isoformat() for each in act.asks if each.kind == "date"}
        form = Form(today | given | {"command_id": new_id(), "codes": " ".join(codes)})
        return _page(visit, act, elements, form)

    return ask


def _sending(act: Selection) -> Callable[..., Response]:
    def send(sender: Annotated[Sender, Depends(SendingForm(act.action))]) -> Response:
        return _send(sender, act)

    return send


for each in SELECTIONS.values():
    router.add_api_route(ADDRESS + each.name, _asking(each), methods=["GET"])
    router.add_api_route(ADDRESS + each.name, _sending(each), methods=["POST"])


def _chosen(visit: Visit, act: Selection, codes: Sequence[str]) -> Elements:
    """The recommendations that were ticked, of one body. Raises `NotFound` for what is not the reader's to change."""
    if not visit.actor.has_anywhere("secretariat"):
        policy.require(visit.actor, act.action)
    if not codes:
        raise BadInput("Nothing is ticked; please go back and tick the recommendations that you mean.")
    if len(codes) > MOST:
        raise BadInput(f"{len(codes)} recommendations are ticked; at most {MOST} are changed at once.")
    try:
        body = recommendations.recommendation(visit.live, codes[0]).body
    except NotFound:
        raise NotFound(NOT_YOURS) from None
    known = {each.code: each for each in recommendations.search(visit.live, body=body)}
    if not visit.may(act.action, body=body) or not set(codes) <= known.keys():
        raise NotFound(NOT_YOURS)
    return [known[code] for code in dict.fromkeys(codes)]


def _send(sender: Sender, act: Selection) -> Response:
    """Rehearses what the form says and lists it; done once that list was confirmed."""
    form = Form(sender.fields)
    with sender.reading() as visit:
        elements = _chosen(visit, act, form["codes"].split())
        items = act.build(visit, form, elements)
        if form.errors:
            return _page(visit, act, elements, form, status=422)
    context = sender.context()
    if form["confirmed"] != "yes":
        return _preview(sender, act, elements, form, rehearse(sender.site.database, items, context))
    try:
        outcomes = sender.run(lambda tx: carry_out(tx, items, context, form["seal"]))
    except Refused as error:
        return _preview(sender, act, elements, form, error.outcomes, changed=error.message)
    first = min(
        each.receipt.first for each in outcomes if each.receipt and each.receipt.last >= each.receipt.first
    )
    return RedirectResponse(f"/receipts/{first}", 303)


def _preview(
    sender: Sender,
    act: Selection,
    elements: Elements,
    form: Form,
    outcomes: Sequence[Outcome],
    *,
    changed: str = "",
) -> Response:
    refused = [each for each in outcomes if each.refusal]
    happens = [each for each in outcomes if each.events]
    form.values |= {"seal": seal(outcomes), "confirmed": "yes"}
    out = {each.about.partition(":")[0] for each in refused}
    with sender.reading() as visit:
        return visit.page(
            "selection/preview.html",
            status=409 if changed else 422 if refused or not happens else 200,
            act=act,
            form=form,
            elements=elements,
            left=[each.code for each in elements if each.code not in out],
            refused=refused,
            happens=happens,
            same=len(outcomes) - len(refused) - len(happens),
            changed=changed,
        )


def _page(visit: Visit, act: Selection, elements: Elements, form: Form, *, status: int = 200) -> Response:
    subject = (elements[0].body,)
    return visit.page(
        "selection/form.html",
        status=status,
        act=act,
        form=form,
        elements=elements,
        choices={each.field: each.choices(visit.live, subject) for each in act.asks},
        errors_on_page=bool(form.errors),
    )
