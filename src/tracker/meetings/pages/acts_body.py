"""The forms about a body: establish and revise it, its themes, its next meetings, its partners."""

from typing import Any, NamedTuple, get_args

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.meetings import commands as c
from tracker.meetings import queries, service
from tracker.meetings.events import MeetingKind
from tracker.meetings.pages.acts_meeting import (
    COUNTRY,
    HOST,
    KIND,
    NOTE,
    NUMBER,
    PLACE,
    PREPARES,
    SOURCE,
    TITLE,
    number,
)
from tracker.people import commands as p
from tracker.people import service as people
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, answered, table
from tracker.people.events import PartnerKind
from tracker.people.sending import Sender
from tracker.web.forms import Form
from tracker.web.words import PARTNER_KIND

MANAGE = "body.manage"
YES_NO = (("yes", "Yes"), ("no", "No"))


class Newcomer(NamedTuple):
    """A partner that is registered and joins in one go."""

    register: p.RegisterPartner
    join: p.JoinBody


def groupings(conn: Connection, subject: Subject) -> Choices:
    """The groupings of the body that the form is about."""
    return [(each, each) for each in queries.body(conn, subject[0]).groupings]


def _described(form: Form) -> dict[str, Any]:
    validation = form.choice("validation", ("yes", "no"), "Please say whether reports are validated.")
    return {
        "name": form.text("name", "name", longest=200, required=True),
        "description": form.text("description", "description"),
        "groupings": form.lines("groupings"),
        "validation": validation == "yes",
    }


def _establish(form: Form, subject: Subject) -> c.EstablishBody:
    code = form.text("code", "code", longest=40, required=True)
    return c.EstablishBody(code=code, source=form["source"], **_described(form))


def _revise(form: Form, subject: Subject) -> c.ReviseBody:
    return c.ReviseBody(**_described(form), reason=form.text("reason", "reason", required=True))


def _theme(form: Form, subject: Subject) -> c.DefineTheme:
    code = form.text("code", "code", longest=60, required=True)
    return c.DefineTheme(code=code, title=form.text("title", "title", longest=200, required=True))


def _schedule(form: Form, subject: Subject) -> c.ScheduleMeeting:
    kind: Any = form.choice("kind", get_args(MeetingKind), "Please say who meets.")
    plain = {
        name: form[name] for name in ("title", "place", "country", "host", "announced", "source", "note")
    }
    return c.ScheduleMeeting(
        code=form.text("code", "code", longest=40, required=True),
        body=subject[0],
        number=number(form),
        kind=kind,
        prepares=form["prepares"] or None,
        starts_on=form.day("starts_on", "first day", required=False),
        ends_on=form.day("ends_on", "last day", required=False),
        **plain,
    )


def _register(form: Form, subject: Subject) -> Newcomer | None:
    code = form.text("code", "code", longest=20, required=True)
    kind: Any = form.choice("kind", get_args(PartnerKind), "Please say what it is.")
    name = form.text("name", "name", longest=200, required=True)
    grouping, since = form.text("grouping", "grouping", longest=80, required=True), form.day("since", "day")
    if form.errors or since is None:
        return None
    register = p.RegisterPartner(code=code, name=name, kind=kind, source=form["source"])
    return Newcomer(register, p.JoinBody(body=subject[0], grouping=grouping, since=since, note=form["note"]))


def _run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    seen = Form(sender.fields).version()
    receipt = service.handle_body(
        tx, sender.actor, subject[0], command, sender.context(), expected_version=seen
    )
    return answered(receipt)


def _run_established(tx: Connection, sender: Sender, subject: Subject, command: c.EstablishBody) -> str:
    return answered(service.handle_body(tx, sender.actor, command.code, command, sender.context()))


def _run_scheduled(tx: Connection, sender: Sender, subject: Subject, command: c.ScheduleMeeting) -> str:
    return answered(service.handle_meeting(tx, sender.actor, command.code, command, sender.context()))


def _run_registered(tx: Connection, sender: Sender, subject: Subject, command: Newcomer) -> str:
    context = sender.context()
    receipt = people.handle_partner(tx, sender.actor, command.register.code, command.register, context)
    joining = replace(context, command_id=f"{context.command_id}:join", correlation_id=context.command_id)
    people.handle_partner(tx, sender.actor, command.register.code, command.join, joining)
    return answered(receipt)


def _values(conn: Connection, subject: Subject) -> dict[str, str]:
    body = queries.body(conn, subject[0])
    return {
        "name": body.name,
        "description": body.description,
        "groupings": "\n".join(body.groupings),
        "validation": "yes" if body.validation else "no",
    }


def _trail(conn: Connection, subject: Subject) -> Trail:
    body = queries.body(conn, subject[0])
    return [("Meetings", "/meetings"), (body.name, f"/meetings#{body.code}")]


def _themes(conn: Connection, subject: Subject) -> Choices:
    return [(each.code, each.title) for each in queries.themes(conn, subject[0])]


DESCRIBED = (
    Ask("name", "Name"),
    Ask("description", "What it is", "area", required=False),
    Ask(
        "groupings",
        "Groupings of its partners",
        "area",
        "One on each line, such as Asia and Europe.",
        required=False,
    ),
    Ask(
        "validation",
        "Does a report count only once the partner’s authority has validated it?",
        "list",
        choices=lambda conn, subject: YES_NO,
    ),
)
WHY = Ask("reason", "Why?", "area", "One sentence is enough. It stays in the history.")
NEW_BODY = Kind(
    "/bodies",
    table(
        Act(
            "establish",
            MANAGE,
            "Track another body",
            [Ask("code", "Code", hint="Such as ASEM-CMM. It stays for ever."), *DESCRIBED, SOURCE],
            _establish,
            _run_established,
        )
    ),
    lambda conn, subject: [("Meetings", "/meetings")],
    hidden=False,
)
BODIES = Kind(
    "/bodies/{code}/change",
    table(
        Act(
            "revise",
            MANAGE,
            "Revise name, groupings or rules",
            [*DESCRIBED, WHY],
            _revise,
            _run,
            values=_values,
        ),
        Act(
            "theme",
            MANAGE,
            "Define a theme",
            [
                Ask("code", "Code", hint="Such as cultural-diversity. An existing code gets the new title."),
                Ask("title", "Title"),
            ],
            _theme,
            _run,
            "Recommendations are counted under themes.",
        ),
        Act(
            "schedule",
            "meeting.manage",
            "Schedule a meeting",
            [
                Ask("code", "Code", hint="Letters and digits, such as CMM9. It stays for ever."),
                KIND,
                NUMBER,
                PREPARES,
                TITLE,
                Ask("starts_on", "First day (if it is known)", "date", required=False),
                Ask("ends_on", "Last day (if it is known)", "date", required=False),
                Ask("announced", "The announcement’s own words", required=False),
                PLACE,
                COUNTRY,
                HOST,
                SOURCE,
                NOTE,
            ],
            _schedule,
            _run_scheduled,
            "The next ministerial meeting, or the senior officials’ meeting that prepares it.",
            values=lambda conn, subject: {"kind": "ministerial"},
        ),
        Act(
            "register",
            "partner.manage",
            "Register a partner",
            [
                Ask("code", "Code", hint="Three letters for a country, such as IDN. It stays for ever."),
                Ask("name", "Name"),
                Ask("kind", "What is it?", "list", choices=lambda conn, subject: list(PARTNER_KIND.items())),
                Ask("grouping", "Grouping", "list", choices=groupings),
                Ask("since", "Belongs to the body since", "date"),
                SOURCE,
                NOTE,
            ],
            _register,
            _run_registered,
            "A country or organisation that joins the body and is in no other.",
        ),
    ),
    _trail,
    belongs=lambda conn, subject: (queries.body(conn, subject[0]).code, None),
    stream=lambda subject: f"body-{subject[0]}",
)
