"""The forms about a partner's focal points."""

from typing import Any, get_args

from sqlalchemy import Connection

from tracker.people import called, queries, service
from tracker.people import commands as c
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, table
from tracker.people.decider import FOCAL_POINTS
from tracker.people.events import Standing
from tracker.people.pages.acts import WHY, a_list
from tracker.people.sending import Sender
from tracker.web.forms import Form
from tracker.web.words import STANDING


def _everyone(conn: Connection, subject: Subject) -> Choices:
    return [
        (each.person_id, f"{each.name} ({each.email})") for each in queries.persons(conn) if not each.disabled
    ]


def _focal_points(conn: Connection, subject: Subject) -> Choices:
    found = queries.all_appointments(conn, *subject)
    names = called.names(conn, {each.person_id for each in found})
    return sorted(names.items(), key=lambda each: each[1])


def _day_of(form: Form, field: str) -> Any:
    return form.day(field, "day")


def _appoint(form: Form, subject: Subject) -> c.AppointFocalPoint:
    standing: Any = form.choice("standing", get_args(Standing), "Please choose main or alternate.")
    person_id = form.text("person_id", "person", longest=80, required=True)
    until = _day_of(form, "until") if form["until"].strip() else None
    return c.AppointFocalPoint(
        person_id=person_id, standing=standing, since=_day_of(form, "since"), until=until
    )


def _hand_over(form: Form, subject: Subject) -> c.HandOver:
    return c.HandOver(
        from_person_id=form.text("from_person_id", "person", longest=80, required=True),
        to_person_id=form.text("to_person_id", "successor", longest=80, required=True),
        on=_day_of(form, "on"),
        note=form.text("note", "note"),
    )


def _retire(form: Form, subject: Subject) -> c.RetireFocalPoint:
    return c.RetireFocalPoint(
        person_id=form.text("person_id", "person", longest=80, required=True),
        on=_day_of(form, "on"),
        reason=form.text("reason", "reason", required=True),
    )


def _points(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    body, partner = subject
    service.handle_focal_points(tx, sender.actor, body, partner, command, sender.context())
    return f"/focal-points/{body}/{partner}"


def _partner(conn: Connection, subject: Subject) -> Trail:
    body, partner = subject
    name = queries.partner(conn, partner).name
    return [("People", "/people"), (f"{name}, {body}", f"/focal-points/{body}/{partner}")]


def _of_partner(subject: Subject) -> str:
    return FOCAL_POINTS.stream(":".join(subject))


_STANDING = a_list("standing", "As what?", lambda conn, subject: list(STANDING.items()))

PARTNERS = Kind(
    "/focal-points/{body}/{partner}",
    table(
        Act(
            "appoint",
            "focal_point.manage",
            "Appoint a focal point",
            [
                a_list(
                    "person_id", "Whom?", _everyone, "Invite the person first if they are not in the list."
                ),
                _STANDING,
                Ask("since", "First day", "date"),
                Ask("until", "First day without it (if it is known)", required=False, hint="As 2026-11-24."),
            ],
            _appoint,
            _points,
        ),
        Act(
            "hand-over",
            "focal_point.manage",
            "Hand over to a successor",
            [
                a_list("from_person_id", "From whom?", _focal_points),
                a_list("to_person_id", "To whom?", _everyone),
                Ask("on", "The successor’s first day", "date"),
                Ask("note", "What the successor should know", "area", required=False),
            ],
            _hand_over,
            _points,
        ),
        Act(
            "retire",
            "focal_point.manage",
            "End an appointment",
            [
                a_list("person_id", "Whose?", _focal_points),
                Ask("on", "First day without it", "date"),
                WHY,
            ],
            _retire,
            _points,
            risky=True,
        ),
    ),
    _partner,
    belongs=lambda conn, subject: (subject[0], subject[1]),
    reading="person.read",
    stream=_of_partner,
    hidden=False,
    listed=False,
)
