"""What may be done about partners, people and focal points: may they, does it exist, decide, append."""

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt, load
from tracker.kit.errors import BadInput, NotFound, Raced, RuleBroken
from tracker.kit.given import cleaned
from tracker.kit.ids import new_id
from tracker.kit.text import clean_line
from tracker.people import commands as c
from tracker.people import last_admin, letters, queries
from tracker.people.addresses import address
from tracker.people.decider import FOCAL_POINTS, PARTNER, PERSON
from tracker.people.languages import is_locale
from tracker.people.letters_in import INVITATION
from tracker.people.policy import Actor, require
from tracker.people.tables import person_details


def handle_partner(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.PartnerCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Registers or renames a partner, or records that it joined or left a body."""
    body = command.body if isinstance(command, c.JoinBody | c.CorrectMembership | c.LeaveBody) else None
    require(actor, "partner.manage", body=body)
    command = cleaned(command, longest={"name": 200, "grouping": 80})
    if isinstance(command, c.RegisterPartner):
        if command.code != code:
            raise BadInput(
                f"The code {command.code} is not that of the partner {code} that was asked for.", field="code"
            )
    else:
        queries.partner(tx, code)
    return execute(tx, PARTNER, code, command, context, expected_version=expected_version)


def handle_person(
    tx: Connection,
    actor: Actor,
    person_id: str,
    command: c.GrantRole | c.WithdrawRole,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Gives a person a role or takes it back; accounts are opened by `invite`.

    Nobody gives themselves a role, and one administrator stays.
    """
    require(actor, "person.role")
    queries.person(tx, person_id)
    if isinstance(command, c.GrantRole):
        if actor.person_id == person_id:
            raise RuleBroken("You cannot give yourself a role; please ask another administrator.")
        if command.role == "validating_authority":
            queries.partner(tx, command.scope)

    def check() -> None:
        if isinstance(command, c.WithdrawRole) and command.role == "admin":
            last_admin.stays(tx, person_id)

    return execute(
        tx, PERSON, person_id, cleaned(command), context, expected_version=expected_version, check=check
    )


def handle_focal_points(
    tx: Connection,
    actor: Actor,
    body: str,
    partner: str,
    command: c.FocalPointCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Appoints, hands over or retires a partner's focal points in a body that it belongs or belonged to."""
    require(actor, "focal_point.manage", body=body)
    if not any(member.body == body for member in queries.memberships_of(tx, partner)):
        raise NotFound(
            f"{queries.partner(tx, partner).name} does not belong to a body {body}; let it join first."
        )
    if isinstance(command, c.AppointFocalPoint | c.HandOver):
        chosen = command.person_id if isinstance(command, c.AppointFocalPoint) else command.to_person_id
        queries.person(tx, chosen)
        if actor.person_id == chosen:
            raise RuleBroken("You cannot appoint yourself; please ask a colleague.")

    def check() -> None:
        if isinstance(command, c.AppointFocalPoint | c.HandOver):
            _check_member(
                tx, body, partner, command.since if isinstance(command, c.AppointFocalPoint) else command.on
            )

    key = f"{body}:{partner}"
    return execute(
        tx, FOCAL_POINTS, key, cleaned(command), context, expected_version=expected_version, check=check
    )


def _check_member(tx: Connection, body: str, partner: str, on: date) -> None:
    """A focal point begins while the partner belongs to the body."""
    if partner not in queries.members(tx, body, on):
        times = [
            f"from {member.since} " + ("on" if member.until is None else f"until {member.until}")
            for member in queries.memberships_of(tx, partner)
            if member.body == body
        ]
        raise RuleBroken(
            f"{partner} did not belong to {body} on {on}; it belongs {', '.join(times)}. Choose a day within that."
        )


def invite(
    tx: Connection,
    actor: Actor,
    *,
    name: str,
    email: str,
    locale: str,
    time_zone: str,
    context: Context,
    mail: bool = False,
) -> str:
    """Opens an account and returns the person's id; the same command id again returns the same one. `mail`: lets an
    invitation be sent.

    Raises `BadInput` when the address, language or time zone is none, or the address has an account.
    """
    require(actor, "person.invite")
    details = _details(name, email, locale, time_zone)
    known = queries.person_by_email(tx, details["email"])
    if known is not None:
        if load(tx, PERSON.stream(known.person_id))[0].command_id == context.command_id:
            return known.person_id
        raise BadInput(
            f"{details['email']} has an account already; give that person the role instead.", field="email"
        )
    person_id = new_id()
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(person_details)
    statement = insert.values(person_id=person_id, **details).on_conflict_do_nothing(index_elements=["email"])
    if tx.execute(statement.returning(person_details.c.person_id)).one_or_none() is None:
        raise Raced(
            "Someone invited the same person at the same moment; nothing was written. Please try again."
        )
    receipt = execute(tx, PERSON, person_id, c.RegisterPerson(), context)
    if mail:
        letters.put(tx, INVITATION, receipt.recorded_at, person_id=person_id)
    return person_id


def _details(name: str, email: str, locale: str, time_zone: str) -> dict[str, str]:
    email = address(email)
    if not is_locale(locale):
        raise BadInput(f"“{locale}” is no language; it looks like en, fr or pt-BR.", field="locale")
    if time_zone not in _time_zones():
        raise BadInput(
            f"“{time_zone}” is no time zone; it looks like Asia/Jakarta or UTC.", field="time_zone"
        )
    name = clean_line(name, "name", longest=200, required=True)
    return {"name": name, "email": email, "locale": locale, "time_zone": time_zone}


@lru_cache(maxsize=1)
def _time_zones() -> set[str]:
    """Every one that there is; to find them the whole of the system's folder is read."""
    return available_timezones()
