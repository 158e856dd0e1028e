"""An account's later life: disabled and enabled again, and a person's other name."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.identity import security_log
from tracker.identity.came import Came
from tracker.kit.errors import BadInput, RuleBroken
from tracker.kit.given import cleaned
from tracker.kit.text import clean_line
from tracker.people import address_change, door, last_admin, queries, tokens
from tracker.people.commands import DisablePerson, EnablePerson, RenamePerson
from tracker.people.decider import PERSON
from tracker.people.policy import Actor, require
from tracker.people.tables import former_names, person_details

LONGEST_NAME = 200


def disable(
    tx: Connection, actor: Actor, person_id: str, command: DisablePerson, context: Context, came: Came
) -> Receipt:
    """Lets a person no longer come in: sessions end at once, and no link, code or token of theirs works."""
    require(actor, "person.disable")
    queries.person(tx, person_id)
    if actor.person_id == person_id:
        raise RuleBroken("You cannot disable your own account; please ask another administrator.")
    receipt = execute(
        tx, PERSON, person_id, cleaned(command), context, check=lambda: last_admin.stays(tx, person_id)
    )
    ended = door.shut(tx, person_id, came.now)
    tokens.revoke_all(tx, person_id, "The account was disabled.", context, came)
    address_change.drop(tx, person_id, came.now)
    security_log.note(tx, "disabled", came.now, person_id=person_id, client=came.client, sessions_ended=ended)
    return receipt


def enable(
    tx: Connection, actor: Actor, person_id: str, command: EnablePerson, context: Context, came: Came
) -> Receipt:
    """Lets a disabled person come in again, with the roles and appointments that they have now."""
    require(actor, "person.disable")
    queries.person(tx, person_id)
    receipt = execute(tx, PERSON, person_id, cleaned(command), context)
    security_log.note(tx, "enabled", came.now, person_id=person_id, client=came.client)
    return receipt


def rename(tx: Connection, actor: Actor, person_id: str, name: str, context: Context) -> Receipt:
    """Calls a person by another name from now on; history keeps the one that was shown before."""
    require(actor, "person.rename", reporter=person_id)
    before = queries.person(tx, person_id).name
    name = clean_line(name, "name", longest=LONGEST_NAME, required=True)

    def differs() -> None:
        if name == before:
            raise BadInput(f"The name is {name} already.", field="name")

    receipt = execute(tx, PERSON, person_id, RenamePerson(), context, check=differs)
    if not receipt.repeated:
        _keep(tx, person_id, before, receipt.recorded_at)
        mine = person_details.c.person_id == person_id
        tx.execute(update(person_details).where(mine).values(name=name))
    return receipt


def _keep(tx: Connection, person_id: str, name: str, until: datetime) -> None:
    tx.execute(insert(former_names).values(person_id=person_id, until=until, name=name))
