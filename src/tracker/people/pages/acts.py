"""The forms about accounts, roles and focal points."""

from collections.abc import Callable
from typing import Any, get_args

from sqlalchemy import Connection

from tracker.people import commands as c
from tracker.people import ending, lifecycle, queries, service
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, table
from tracker.people.decider import FOCAL_POINTS, PERSON
from tracker.people.events import Role, Standing
from tracker.people.visit import Sender
from tracker.web.forms import Form
from tracker.web.words import ROLE, STANDING

GIVEN = [role for role in get_args(Role) if role not in ("focal_point", "service")]
WHY = Ask("reason", "Why?", "area", "One sentence is enough. It stays in the history.")


def _scopes(conn: Connection, subject: Subject) -> Choices:
    bodies = [(code, f"Body {code}") for code in queries.bodies(conn)]
    partners = [(each.code, f"Partner {each.name}") for each in queries.all_partners(conn)]
    return [("*", "Everywhere"), *bodies, *partners]


def _held(conn: Connection, subject: Subject) -> Choices:
    held = queries.roles_of(conn, subject[0])
    return [
        (f"{role} {scope}", f"{ROLE[role]}, {'everywhere' if scope == '*' else scope}")
        for role, scope in held
    ]


def _everyone(conn: Connection, subject: Subject) -> Choices:
    return [
        (each.person_id, f"{each.name} ({each.email})") for each in queries.persons(conn) if not each.disabled
    ]


def _focal_points(conn: Connection, subject: Subject) -> Choices:
    found = queries.all_appointments(conn, *subject)
    names = queries.names(conn, {each.person_id for each in found})
    return sorted(names.items(), key=lambda each: each[1])


def _day_of(form: Form, field: str) -> Any:
    return form.day(field, "day")


def _grant(form: Form, subject: Subject) -> c.GrantRole:
    role: Any = form.choice("role", GIVEN, "Please choose a role.")
    return c.GrantRole(role=role, scope=form.text("scope", "scope", longest=40, required=True))


def _withdraw(form: Form, subject: Subject) -> c.WithdrawRole:
    role, _, scope = form["held"].partition(" ")
    known: Any = role if role in GIVEN else form.choice("held", (), "Please choose a role.")
    return c.WithdrawRole(role=known, scope=scope, reason=form.text("reason", "reason", required=True))


def _disable(form: Form, subject: Subject) -> c.DisablePerson:
    return c.DisablePerson(reason=form.text("reason", "reason", required=True))


def _enable(form: Form, subject: Subject) -> c.EnablePerson:
    return c.EnablePerson(reason=form.text("reason", "reason", required=True))


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


def _invite(form: Form, subject: Subject) -> dict[str, str]:
    return {name: form[name] for name in ("name", "email", "locale", "time_zone")}


def _role(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    service.handle_person(tx, sender.actor, subject[0], command, sender.context())
    return f"/people/{subject[0]}"


def _account(change: Callable[..., object]) -> Callable[[Connection, Sender, Subject, Any], str]:
    def run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
        change(tx, sender.actor, subject[0], command, sender.context(), sender.came)
        return f"/people/{subject[0]}"

    return run


def _nothing(form: Form, subject: Subject) -> None:
    """There is nothing to fill in."""


def _sessions(tx: Connection, sender: Sender, subject: Subject, command: None) -> str:
    mine = sender.session.id if sender.session else None
    ending.of_person(tx, sender.actor, subject[0], sender.came, but=mine)
    return f"/people/{subject[0]}?done=sessions"


def _all_sessions(tx: Connection, sender: Sender, subject: Subject, command: None) -> str:
    mine = sender.session.id if sender.session else None
    ending.of_everybody(tx, sender.actor, sender.came, but=mine)
    return "/people?done=sessions"


def _points(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    body, partner = subject
    service.handle_focal_points(tx, sender.actor, body, partner, command, sender.context())
    return f"/focal-points/{body}/{partner}"


def _opened(tx: Connection, sender: Sender, subject: Subject, given: dict[str, str]) -> str:
    person_id = service.invite(tx, sender.actor, **given, context=sender.context(), mail=True)
    return f"/people/{person_id}"


def _partner(conn: Connection, subject: Subject) -> Trail:
    body, partner = subject
    name = queries.partner(conn, partner).name
    return [("People", "/people"), (f"{name}, {body}", f"/focal-points/{body}/{partner}")]


def _list(field: str, label: str, choices: Callable[[Connection, Subject], Choices], hint: str = "") -> Ask:
    return Ask(field, label, "list", hint, choices=choices)


_ROLES = _list("role", "Which role?", lambda conn, subject: [(each, ROLE[each]) for each in GIVEN])
_SCOPE = _list(
    "scope",
    "Where?",
    _scopes,
    "A secretariat: one body or everywhere. A validating authority: one partner. All others: everywhere.",
)
_STANDING = _list("standing", "As what?", lambda conn, subject: list(STANDING.items()))


def _of_person(subject: Subject) -> str:
    return PERSON.stream(subject[0])


def _of_partner(subject: Subject) -> str:
    return FOCAL_POINTS.stream(":".join(subject))


INVITE = Act(
    "invite",
    "person.invite",
    "Invite a person",
    [
        Ask("name", "Name", hint="As others see it beside what they record."),
        Ask("email", "E-mail address", "email", "The invitation goes there."),
        Ask("locale", "Language", hint="Such as en, fr or pt-BR."),
        Ask("time_zone", "Time zone", hint="Such as Asia/Jakarta or UTC."),
    ],
    _invite,
    _opened,
    rings=True,
    values=lambda conn, subject: {"locale": "en", "time_zone": "UTC"},
)
_ENDED = "Whoever is writing then gets the text back, to send it after signing in again. No mailed link that is still out works any longer."
END_ALL = Act(
    "end-sessions",
    "session.end",
    "End everybody’s sessions",
    [],
    _nothing,
    _all_sessions,
    says=f"Everybody but you, in this browser, is signed out at once. {_ENDED}",
    risky=True,
)
EVERYBODY = Kind(
    "/people",
    table(END_ALL),
    lambda conn, subject: [("People", "/people"), ("All people", "/people")],
    reading="person.read",
    hidden=False,
)
NEWCOMERS = Kind(
    "/people",
    table(INVITE),
    lambda conn, subject: [("People", "/people"), ("Somebody who has no account yet", "/people")],
    reading="person.read",
    hidden=False,
)
PERSONS = Kind(
    "/people/{person_id}",
    table(
        Act("grant", "person.role", "Give a role", [_ROLES, _SCOPE], _grant, _role),
        Act(
            "withdraw",
            "person.role",
            "Take a role back",
            [_list("held", "Which role?", _held), WHY],
            _withdraw,
            _role,
            risky=True,
        ),
        Act(
            "disable",
            "person.disable",
            "Disable the account",
            [WHY],
            _disable,
            _account(lifecycle.disable),
            risky=True,
            open_when=lambda conn, subject: not queries.person(conn, subject[0]).disabled,
        ),
        Act(
            "enable",
            "person.disable",
            "Enable the account again",
            [WHY],
            _enable,
            _account(lifecycle.enable),
            open_when=lambda conn, subject: queries.person(conn, subject[0]).disabled,
        ),
        Act(
            "end-sessions",
            "session.end",
            "End all sessions",
            [],
            _nothing,
            _sessions,
            says=f"They are signed out everywhere at once. {_ENDED} Tokens go on; see “Your tokens”.",
            risky=True,
        ),
    ),
    lambda conn, subject: [
        ("People", "/people"),
        (queries.person(conn, subject[0]).name, f"/people/{subject[0]}"),
    ],
    reading="person.read",
    stream=_of_person,
    hidden=False,
    listed=False,
)
PARTNERS = Kind(
    "/focal-points/{body}/{partner}",
    table(
        Act(
            "appoint",
            "focal_point.manage",
            "Appoint a focal point",
            [
                _list(
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
                _list("from_person_id", "From whom?", _focal_points),
                _list("to_person_id", "To whom?", _everyone),
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
                _list("person_id", "Whose?", _focal_points),
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
