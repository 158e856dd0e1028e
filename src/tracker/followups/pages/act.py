"""Sending a form about a follow-up: shown, refused with its text kept, or recorded and answered by a receipt."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tracker.eventstore.store import Context, Receipt, load, recall
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.followups.pages import drafting, files
from tracker.followups.pages.acts import ACTS, Act, act_named, evidence_rows, may, prefilled, reporter_of
from tracker.kit.clock import at_midnight
from tracker.kit.errors import BadInput, Conflict, Gone, RuleBroken
from tracker.kit.ids import new_id
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.keeping import forget, remembered
from tracker.people.policy import require
from tracker.people.sending import Sender, SendingFiles, SendingForm
from tracker.people.visit import Reader, Visit, recorders
from tracker.recommendations import queries as recommendations
from tracker.web.forms import Form

router = APIRouter()
ADDRESS = "/follow-ups/{recommendation}/{partner}/"


@router.get(ADDRESS + "{name}")
def show(visit: Reader, recommendation: str, partner: str, name: str, report: str = "") -> Response:
    """An empty form, one that holds what its reader typed before, or for a correction what the report says."""
    act = act_named(name)
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    report_id = (report or view.report_id) if act.about_report else None
    if not may(visit, act, view, report_id):
        # Says who may, in the policy's words.
        require(
            visit.actor, act.action, body=view.body, partner=partner, reporter=reporter_of(view, report_id)
        )
        raise RuleBroken("Nothing has been reported yet, so there is no report to look at.")
    if act.about_report and report_id not in {each["id"] for each in view.reports}:
        raise Gone("This report was taken back, or never was; the page of the follow-up tells its history.")
    values = prefilled(act, view, report_id, visit.today) | {"command_id": new_id()}
    form = remembered(visit, values, about=("report_id",))
    return _page(visit, act, view, form)


def _sent(act: Act) -> Callable[..., Response]:
    """The route to which this act's form is sent."""

    sending = SendingFiles if act.takes_files else SendingForm

    def send(
        sender: Annotated[Sender, Depends(sending(act.action))], recommendation: str, partner: str
    ) -> Response:
        return _send(sender, act, recommendation, partner)

    return send


for each in ACTS.values():
    router.add_api_route(ADDRESS + each.name, _sent(each), methods=["POST"])


def _send(sender: Sender, act: Act, recommendation: str, partner: str) -> Response:
    """Records what the form says, once however often it is sent, and leads to the receipt."""
    form = Form(sender.fields)
    if form["draft"]:
        return drafting.answer(sender, act, form, recommendation, partner)
    command = _command(sender, act, form, recommendation, partner)
    if command is not None:
        as_of = getattr(command, "as_of", None)
        context = sender.context(None if as_of is None else at_midnight(as_of))
        try:
            files.keep(sender)
            receipt = sender.run(
                lambda tx: _recorded(tx, sender, form, recommendation, partner, command, context)
            )
        except Conflict:
            return _conflict(sender, act, form, recommendation, partner)
        except (BadInput, RuleBroken) as error:
            form.blame(error)
        else:
            return _answer(receipt, recommendation, partner)
    with sender.reading() as visit:
        view = queries.followup(visit.conn, recommendation, partner, visit.today)
        return _page(visit, act, view, form, status=422)


def _recorded(
    tx: Connection,
    sender: Sender,
    form: Form,
    recommendation: str,
    partner: str,
    command: c.FollowupCommand,
    context: Context,
) -> Receipt:
    """What was sent is a draft no longer."""
    forget(tx, sender)
    version = form.version()
    return service.handle(
        tx, sender.actor, recommendation, partner, command, context, now=sender.now, expected_version=version
    )


def _command(
    sender: Sender, act: Act, form: Form, recommendation: str, partner: str
) -> c.FollowupCommand | None:
    """What the form asks for, with its files; None if something is wrong with it. Files are looked at only for those
    who may do it at all."""
    if not act.takes_files:
        return act.build(form, recommendation, partner)
    with sender.reading() as visit:
        view = queries.followup(visit.conn, recommendation, partner, visit.today)
    require(sender.actor, act.action, body=view.body, partner=partner)
    evidence = files.attached(sender, form, view)
    command = act.build(form, recommendation, partner)
    _check_day(form, view, sender)
    if form.errors:
        return None
    if isinstance(command, c.ReportProgress | c.CorrectReport) and evidence:
        return replace(command, evidence=[*command.evidence, *evidence])
    return command


def _check_day(form: Form, view: queries.FollowupView, sender: Sender) -> None:
    """The rule of the service about the day, told with all else that is wrong with the form."""
    if "as_of" in form.errors:
        return
    try:
        service.check_as_of(date.fromisoformat(form["as_of"].strip()), view.since, sender.now)
    except BadInput as error:
        form.errors["as_of"] = error.message


def _answer(receipt: Receipt, recommendation: str, partner: str) -> Response:
    at = f"/follow-ups/{recommendation}/{partner}"
    changed = receipt.last >= receipt.first
    return RedirectResponse(f"{at}/receipt/{receipt.first}" if changed else f"{at}?unchanged=yes", 303)


def _conflict(sender: Sender, act: Act, form: Form, recommendation: str, partner: str) -> Response:
    """What is there now beside what was typed, and the form again with a fresh id: nothing is lost."""
    with sender.reading() as visit:
        view = queries.followup(visit.conn, recommendation, partner, visit.today)
        since = form.version() or 0
        news = [
            each
            for each in load(visit.live, f"followup-{recommendation}:{partner}")
            if each.stream_version > since
        ]
        known = _known(visit, sender.context().command_id)
        form.values |= {"version": str(view.version), "command_id": new_id()}
        return _page(
            visit,
            act,
            view,
            form,
            status=409,
            news=news,
            known=known,
            names=visit.names_then(recorders(news)),
        )


def _known(visit: Visit, command_id: str) -> bool:
    """Whether this very form was recorded before, with another text."""
    try:
        return recall(visit.live, command_id, b"") is not None
    except Conflict:
        return True


def _page(
    visit: Visit, act: Act, view: queries.FollowupView, form: Form, *, status: int = 200, **more: Any
) -> Response:
    meeting_choices = []
    if act.name in ("close", "reopen", "withdraw-decision"):
        meeting_choices = [
            (each.code, f"{each.code} {each.place}") for each in meetings.meetings(visit.conn, view.body)
        ]
    return visit.page(
        "followups/act.html",
        status=status,
        act=act,
        view=view,
        element=recommendations.recommendation(visit.conn, view.recommendation),
        partner=people.partner(visit.conn, view.partner),
        form=form,
        errors_on_page=bool(form.errors),
        evidence_rows=evidence_rows(form),
        files=files.files_of(view, form["report_id"]),
        meeting_choices=meeting_choices,
        **({"news": [], "known": False, "names": {}} | more),
    )
