"""The forms about a partner: its name, and the bodies that it belongs to."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from tracker.meetings import queries
from tracker.people import commands as c
from tracker.people import queries as people
from tracker.people import service
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, answered, table
from tracker.people.sending import Sender
from tracker.web.forms import Form

MANAGE = "partner.manage"


def _why(form: Form) -> str:
    return form.text("reason", "reason", required=True)


def _body(form: Form) -> str:
    return form.text("body", "body", longest=40, required=True)


def _grouping(form: Form) -> str:
    return form.text("grouping", "grouping", longest=80, required=True)


def _rename(form: Form, subject: Subject) -> c.RenamePartner:
    return c.RenamePartner(name=form.text("name", "name", longest=200, required=True), reason=_why(form))


def _join(form: Form, subject: Subject) -> c.JoinBody | None:
    body, grouping, since = _body(form), _grouping(form), form.day("since", "day")
    return None if since is None else c.JoinBody(body=body, grouping=grouping, since=since, note=form["note"])


def _leave(form: Form, subject: Subject) -> c.LeaveBody | None:
    body, until, reason = _body(form), form.day("until", "day"), _why(form)
    return None if until is None else c.LeaveBody(body=body, until=until, reason=reason)


def _correct(form: Form, subject: Subject) -> c.CorrectMembership | None:
    body, _, since = form.text("membership", "membership", longest=60, required=True).rpartition(" ")
    grouping, joined = _grouping(form), form.day("joined", "day")
    until, reason = form.day("until", "day", required=False), _why(form)
    try:
        first = date.fromisoformat(since)
    except ValueError:
        form.errors["membership"] = "Please choose a membership."
        return None
    if joined is None:
        return None
    return c.CorrectMembership(
        body=body, since=first, grouping=grouping, joined=joined, until=until, reason=reason
    )


def _run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    seen = Form(sender.fields).version()
    receipt = service.handle_partner(
        tx, sender.actor, subject[0], command, sender.context(), expected_version=seen
    )
    return answered(receipt)


def _bodies(conn: Connection, subject: Subject) -> Choices:
    return [(each.code, each.name) for each in queries.bodies(conn)]


def _groupings(conn: Connection, subject: Subject) -> Choices:
    found = {name: body.code for body in queries.bodies(conn) for name in body.groupings}
    return [(name, name) for name in found]


def _current(conn: Connection, subject: Subject) -> Choices:
    found = people.memberships_of(conn, subject[0])
    return [(each.body, f"{each.body}, {each.grouping}") for each in found if each.until is None]


def _memberships(conn: Connection, subject: Subject) -> Choices:
    return [
        (f"{each.body} {each.since}", f"{each.body}, {each.grouping}, since {each.since}")
        for each in people.memberships_of(conn, subject[0])
    ]


def _trail(conn: Connection, subject: Subject) -> Trail:
    partner = people.partner(conn, subject[0])
    return [("Partners", "/partners"), (partner.name, f"/partners/{partner.code}")]


BODY = Ask("body", "Which body?", "list", choices=_bodies)
GROUPING = Ask("grouping", "Grouping", "list", choices=_groupings)
WHY = Ask("reason", "Why?", "area", "One sentence is enough. It stays in the history.")
PARTNERS = Kind(
    "/partners/{code}/change",
    table(
        Act(
            "rename",
            MANAGE,
            "Call it by another name",
            [Ask("name", "Name"), WHY],
            _rename,
            _run,
            values=lambda conn, subject: {"name": people.partner(conn, subject[0]).name},
        ),
        Act(
            "join",
            MANAGE,
            "Let it join a body",
            [BODY, GROUPING, Ask("since", "Since", "date"), Ask("note", "Note", "area", required=False)],
            _join,
            _run,
            "What is directed to all partners from that day on can be directed to it.",
        ),
        Act(
            "leave",
            MANAGE,
            "Let it leave a body",
            [
                Ask("body", "Which body?", "list", choices=_current),
                Ask("until", "First day without it", "date"),
                WHY,
            ],
            _leave,
            _run,
            "Its reports stay. Its focal points no longer report for it.",
            risky=True,
            open_when=lambda conn, subject: bool(_current(conn, subject)),
        ),
        Act(
            "membership",
            MANAGE,
            "Put a membership right",
            [
                Ask("membership", "Which one?", "list", choices=_memberships),
                GROUPING,
                Ask("joined", "Joined on", "date"),
                Ask("until", "First day without it (if it left)", "date", required=False),
                WHY,
            ],
            _correct,
            _run,
            "For days or a grouping that were recorded wrongly.",
            open_when=lambda conn, subject: bool(_memberships(conn, subject)),
        ),
    ),
    _trail,
    stream=lambda subject: f"partner-{subject[0]}",
)
