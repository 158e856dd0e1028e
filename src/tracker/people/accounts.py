"""The first administrator of a tracker, whom its operator names."""

import msgspec
from sqlalchemy import Connection

from tracker.eventstore.store import Context
from tracker.kit.ids import new_id
from tracker.people import queries, service
from tracker.people.commands import GrantRole
from tracker.people.events import Role
from tracker.people.policy import OPERATOR


def ensure_admin(tx: Connection, context: Context, email: str, name: str) -> str:
    """The id of the person with this address, invited if need be, as administrator and secretariat of every body.

    For the operator of the server; a second call changes nothing.
    """
    known = queries.person_by_email(tx, email)
    person_id = known.person_id if known is not None else _invite(tx, context, email, name)
    held = set(queries.roles_of(tx, person_id))
    wanted: tuple[Role, ...] = ("admin", "secretariat")
    for role in wanted:
        if (role, "*") not in held:
            service.handle_person(tx, OPERATOR, person_id, GrantRole(role=role, scope="*"), _next(context))
    return person_id


def _invite(tx: Connection, context: Context, email: str, name: str) -> str:
    return service.invite(tx, OPERATOR, name=name, email=email, locale="en", time_zone="UTC", context=context)


def _next(context: Context) -> Context:
    """The context of a further command of the same request, which needs a command id of its own."""
    request = context.correlation_id or context.command_id
    return msgspec.structs.replace(context, command_id=new_id(), correlation_id=request)
