"""What the forms about elements say, as commands; and how each is carried out."""

from typing import Any, NamedTuple, get_args

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.kit.errors import RuleBroken
from tracker.meetings import queries as meetings
from tracker.meetings.service import dated_at
from tracker.people.acting import Subject, answered
from tracker.people.sending import Sender
from tracker.recommendations import commands as c
from tracker.recommendations import queries, service
from tracker.recommendations.codes import kind_of
from tracker.recommendations.events import Basis, Nature, Relation
from tracker.web.forms import Form

EVERYONE = "*"


class Directed(NamedTuple):
    """To whom and since when, in one of the three ways."""

    chosen: dict[str, Any]
    on: Any


def why(form: Form) -> str:
    """The reason, without which nothing is put right."""
    return form.text("reason", "reason", required=True)


def record(form: Form, subject: Subject) -> c.RecordRecommendation | None:
    """A whole element: of a meeting, or a part of an element, as the address says."""
    code = form.text("code", "code", longest=60, required=True)
    meeting, _, top = subject[0].partition("-")
    nature: Any = form.choice("nature", get_args(Nature), "Please say whether it asks something of somebody.")
    text = form.text("text", "text", required=True)
    try:
        kind = kind_of(code) if code else None
    except RuleBroken as error:
        form.errors["code"] = error.message
        kind = None
    if form.errors or kind is None:
        return None
    return c.RecordRecommendation(
        code=code,
        meeting=meeting,
        body="",  # known to `run_recorded`, which asks the meeting
        kind=kind,
        text=text,
        parent=subject[0] if top else None,
        nature=nature,
        themes=form.checked("themes"),
        source=form["source"],
        lines=form.lines("lines"),
        note=form["note"],
    )


def run_recorded(tx: Connection, sender: Sender, subject: Subject, command: c.RecordRecommendation) -> str:
    """Records it on the last day of the meeting that adopted it. A code that is taken is not recorded again."""
    meeting = meetings.meeting(tx, command.meeting)
    context = dated_at(sender.context(), meeting)
    whole = replace(command, body=meeting.body)
    return answered(service.handle(tx, sender.actor, command.code, whole, context))


def revise(form: Form, subject: Subject) -> c.ReviseRecommendation:
    """Wording and placement."""
    return c.ReviseRecommendation(
        text=form.text("text", "text", required=True),
        parent=form["parent"] or None,
        source=form["source"],
        lines=form.lines("lines"),
        note=form["note"],
        reason=why(form),
    )


def classify(form: Form, subject: Subject) -> c.ClassifyRecommendation:
    """Nature and themes."""
    nature: Any = form.choice("nature", get_args(Nature), "Please say whether it asks something of somebody.")
    return c.ClassifyRecommendation(nature=nature, themes=form.checked("themes"))


def direct(form: Form, subject: Subject) -> Directed:
    """To everyone, a grouping, or single partners; in one of these ways."""
    whom, partners = form["whom"], form.checked("partners")
    if bool(whom) == bool(partners):
        form.errors["whom"] = "Please say to whom: choose from this list, or single partners, and not both."
    if whom == EVERYONE:
        chosen: dict[str, Any] = {"everyone": True}
    else:
        chosen = {"grouping": whom} if whom else {"partners": partners}
    return Directed(chosen, form.day("on", "day"))


def run_directed(tx: Connection, sender: Sender, subject: Subject, command: Directed) -> str:
    """Directs it to whoever there was on the day."""
    form = Form(sender.fields)
    receipt = service.direct(
        tx,
        sender.actor,
        subject[0],
        sender.context(),
        on=command.on,
        expected_version=form.version(),
        **command.chosen,
    )
    return answered(receipt)


def release(form: Form, subject: Subject) -> c.ReleaseAddressees:
    """Some addressees."""
    partners = form.checked("partners")
    if not partners:
        form.errors["partners"] = "Please say who is released."
    return c.ReleaseAddressees(partners=partners, reason=why(form))


def due(form: Form, subject: Subject) -> c.SetDue | None:
    """The first date."""
    day = form.day("due_on", "due date")
    return None if day is None else c.SetDue(due_on=day)


def move_due(form: Form, subject: Subject) -> c.MoveDue | None:
    """Another date."""
    day, reason = form.day("due_on", "due date"), why(form)
    return None if day is None else c.MoveDue(due_on=day, reason=reason)


def no_due(form: Form, subject: Subject) -> c.WithdrawDue:
    """No date."""
    return c.WithdrawDue(reason=why(form))


def link(form: Form, subject: Subject) -> c.LinkRecommendation:
    """Another element, and how this one stands to it."""
    relation: Any = form.choice("relation", get_args(Relation), "Please say how it stands to the other.")
    basis: Any = form.choice("basis", get_args(Basis), "Please say how that is known.")
    return c.LinkRecommendation(
        to=form.text("to", "other recommendation", longest=60, required=True),
        relation=relation,
        basis=basis,
        note=form["note"],
    )


def unlink(form: Form, subject: Subject) -> c.UnlinkRecommendation:
    """A link that is none."""
    to = form.text("to", "other recommendation", longest=60, required=True)
    return c.UnlinkRecommendation(to=to, reason=why(form))


def supersede(form: Form, subject: Subject) -> c.SupersedeRecommendation:
    """Another element, by a meeting's decision."""
    return c.SupersedeRecommendation(
        by=form.text("by", "other recommendation", longest=60, required=True),
        meeting=form.text("meeting", "meeting", longest=40, required=True),
        reason=why(form),
    )


def stand_again(form: Form, subject: Subject) -> c.WithdrawSupersession:
    """It was not superseded."""
    return c.WithdrawSupersession(reason=why(form))


def repeat(form: Form, subject: Subject) -> c.RepeatRecommendation:
    """Where else the source prints it."""
    if not form.lines("lines"):
        form.errors["lines"] = "Please give the lines at which it is printed again."
    return c.RepeatRecommendation(source=form["source"], lines=form.lines("lines"), note=form["note"])


def place(repeat: queries.Repeat) -> str:
    """A place at which the source prints an element, as a list's value."""
    return f"{', '.join(repeat.lines)} @ {repeat.source}"


def no_repeat(form: Form, subject: Subject) -> c.WithdrawRepetition:
    """Which of the places is none."""
    lines, _, source = form.text("repeat", "place", required=True).partition(" @ ")
    return c.WithdrawRepetition(source=source, lines=lines.split(", "), reason=why(form))


def run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    """The command on the element as its reader saw it."""
    seen = Form(sender.fields).version()
    receipt = service.handle(tx, sender.actor, subject[0], command, sender.context(), expected_version=seen)
    return answered(receipt)
