"""One administrator stays, however many are removed at once: else nobody could let people in any more."""

from sqlalchemy import Connection, exists, select

from tracker.eventstore.hold import hold
from tracker.kit.errors import RuleBroken
from tracker.people.tables import people, roles


def stays(tx: Connection, leaving: str) -> None:
    """Raises `RuleBroken` if this person is the only administrator who can come in.

    Whoever asks this holds back all other writers until the end of the transaction: two administrators who remove
    each other at the same moment do so one after the other, and the second one hears that it was too late.
    """
    hold(tx)
    admins = (
        select(roles.c.person_id)
        .join_from(roles, people, roles.c.person_id == people.c.person_id)
        .where(roles.c.role == "admin", people.c.disabled.is_(False))
    )
    me = tx.execute(select(exists(admins.where(roles.c.person_id == leaving)))).scalar()
    others = tx.execute(select(exists(admins.where(roles.c.person_id != leaving)))).scalar()
    if me and not others:
        raise RuleBroken(
            "This is the only administrator who can come in; make somebody else an administrator first."
        )
