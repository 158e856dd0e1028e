"""A person's other address: confirmed at the old and at the new one within a day, or replaced by the operator.

No event holds an address. The account goes by the old address until both mails were answered; the old one can cancel.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.identity import limits, links, security_log
from tracker.identity.came import Came
from tracker.kit.errors import BadInput, Gone, Raced, RuleBroken, TooMany
from tracker.kit.given import cleaned
from tracker.kit.ids import new_id
from tracker.people import door, letters, queries, tokens
from tracker.people.addresses import address
from tracker.people.commands import ChangeAddress
from tracker.people.decider import PERSON
from tracker.people.policy import Actor, require
from tracker.people.tables import address_changes, person_details

OLD, NEW = "address_old", "address_new"
SIDES = (OLD, NEW)
CHANGED = "address_changed"
LIFE = timedelta(days=1)
KEPT = timedelta(days=30)
CHANGES = limits.Limit("moves", 5, timedelta(days=1))
"""Each writes to an address that somebody else may have."""
links.LIVES |= {OLD: LIFE, NEW: LIFE}


def ask(tx: Connection, actor: Actor, person_id: str, email: str, came: Came) -> str:
    """Lets a link be mailed to both addresses; a change that was under way is dropped. Returns the new address; raises
    `BadInput`, and `TooMany` after five a day.

    That somebody else has the new address is told to nobody but whoever reads its mail.
    """
    require(actor, "person.move", reporter=person_id)
    email, person = address(email), queries.person(tx, person_id)
    if email == person.email:
        raise BadInput(f"Your address is {email} already.", field="email")
    refusal = limits.hit(tx, CHANGES, person_id, came.now)
    if refusal is not None:
        again = "You asked for too many changes of address today; please try again tomorrow."
        raise TooMany(again, refusal.wait)
    drop(tx, person_id, came.now)
    change = {"id": new_id(), "person_id": person_id, "new_email": email}
    tx.execute(insert(address_changes).values(asked_at=came.now, expires_at=came.now + LIFE, **change))
    facts = {"change": change["id"]}
    letters.put(tx, OLD, came.now, person_id=person_id, email=person.email, facts=facts)
    letters.put(tx, NEW, came.now, person_id=person_id, email=email, facts=facts)
    security_log.note(tx, "address_change_asked", came.now, person_id=person_id, client=came.client)
    return email


def new_email(conn: Connection, change_id: str, now: datetime) -> str | None:
    """To which address this change leads; None if it is over."""
    mine = address_changes.c.id == change_id
    query = select(address_changes.c.new_email).where(mine, _open(now))
    return conn.execute(query).scalar()


def confirm(tx: Connection, token: str, came: Came) -> bool:
    """Answers one of the two mails; True when it was the second, so that the address is changed. Raises `Gone`."""
    link = links.spend(tx, token, came.now, *SIDES)
    side = "old_confirmed_at" if link.purpose == OLD else "new_confirmed_at"
    mine = address_changes.c.id == link.about, _open(came.now)
    confirmed = update(address_changes).where(*mine).values({side: came.now}).returning(*address_changes.c)
    row = tx.execute(confirmed).one_or_none()
    if row is None or not door.may_come_in(tx, link.person_id):
        raise Gone("This change of address is over. Please ask for it again.")
    security_log.note(
        tx, "address_confirmed", came.now, person_id=link.person_id, client=came.client, at=link.purpose
    )
    if row.old_confirmed_at is None or row.new_confirmed_at is None:
        return False
    drop(tx, link.person_id, came.now)
    context = Context(actor_id=link.person_id, effective_at=came.now, metadata={"door": "web"})
    _move(tx, link.person_id, row.new_email, ChangeAddress(by="person"), context, came)
    return True


def cancel(tx: Connection, token: str, came: Came) -> None:
    """Lets whoever reads the mail of the old address stop the change. Raises `Gone`."""
    link = links.spend(tx, token, came.now, OLD)
    drop(tx, link.person_id, came.now)
    security_log.note(tx, "address_change_cancelled", came.now, person_id=link.person_id, client=came.client)


def replace(
    tx: Connection,
    actor: Actor,
    person_id: str,
    email: str,
    reason: str,
    context: Context,
    came: Came,
) -> Receipt:
    """For the operator, when the old address is lost: at once, with a warning to the old one. Sessions, links and tokens
    end, since whoever has the old mailbox may hold them."""
    require(actor, "person.address")
    email = address(email)
    command = cleaned(ChangeAddress(by="operator", reason=reason))
    drop(tx, person_id, came.now)
    receipt = _move(tx, person_id, email, command, context, came)
    if not receipt.repeated:
        door.shut(tx, person_id, came.now)
        tokens.revoke_all(tx, person_id, "The address was lost.", context, came)
    return receipt


def drop(tx: Connection, person_id: str, now: datetime) -> None:
    """Ends whatever change of a person's address is under way."""
    mine = address_changes.c.person_id == person_id, address_changes.c.ended_at.is_(None)
    ended = update(address_changes).where(*mine).values(ended_at=now).returning(address_changes.c.id)
    for change_id in tx.execute(ended).scalars().all():
        links.withdraw_about(tx, change_id)


def sweep(tx: Connection, now: datetime) -> int:
    """Forgets changes that are long over; how many."""
    return tx.execute(delete(address_changes).where(address_changes.c.asked_at < now - KEPT)).rowcount


def _move(
    tx: Connection, person_id: str, email: str, command: ChangeAddress, context: Context, came: Came
) -> Receipt:
    def free() -> None:
        if queries.person_by_email(tx, email) is not None:
            raise RuleBroken(f"Somebody has an account with {email}; take another address.", field="email")

    old = queries.person(tx, person_id).email
    receipt = execute(tx, PERSON, person_id, command, context, check=free)
    if receipt.repeated:
        return receipt
    mine = person_details.c.person_id == person_id
    try:
        tx.execute(update(person_details).where(mine).values(email=email))
    except IntegrityError:
        raise Raced("Someone took this address at the same moment; nothing was changed.") from None
    by = {"by": command.by}
    security_log.note(tx, "address_changed", came.now, person_id=person_id, client=came.client, **by)
    letters.put(tx, CHANGED, came.now, person_id=person_id, email=old, facts=by)
    letters.put(tx, CHANGED, came.now, person_id=person_id, email=email, facts=by)
    return receipt


def _open(now: datetime) -> ColumnElement[bool]:
    return and_(address_changes.c.ended_at.is_(None), address_changes.c.expires_at > now)
