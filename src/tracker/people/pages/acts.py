"""The forms about accounts and roles."""

from collections.abc import Callable
from typing import Any, get_args

from sqlalchemy import Connection

from tracker.people import commands as c
from tracker.people import ending, lifecycle, queries, service
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, table
from tracker.people.decider import PERSON
from tracker.people.events import Role
from tracker.people.sending import Sender
from tracker.web.forms import Form
from tracker.web.words import ROLE

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


def _opened(tx: Connection, sender: Sender, subject: Subject, given: dict[str, str]) -> str:
    person_id = service.invite(tx, sender.actor, **given, context=sender.context(), mail=True)
    return f"/people/{person_id}"


def a_list(field: str, label: str, choices: Callable[[Connection, Subject], Choices], hint: str = "") -> Ask:
    """A field that offers a list."""
    return Ask(field, label, "list", hint, choices=choices)


_ROLES = a_list("role", "Which role?", lambda conn, subject: [(each, ROLE[each]) for each in GIVEN])
_SCOPE = a_list(
    "scope",
    "Where?",
    _scopes,
    "A secretariat: one body or everywhere. A validating authority: one partner. All others: everywhere.",
)


def _of_person(subject: Subject) -> str:
    return PERSON.stream(subject[0])


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
            [a_list("held", "Which role?", _held), WHY],
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
