"""Refusals in the security log, as long as that fills no disk: so many lines a day of each person, of each client, and of
all strangers together. The last line says that there were more."""

from sqlalchemy import Connection

from tracker.identity import limits, security_log
from tracker.identity.came import Came
from tracker.identity.limits import Limit


def note(tx: Connection, came: Came, thing: str, *, person_id: str | None = None, **facts: str) -> None:
    """Notes that somebody was refused: `thing` is what they showed or asked for, in a word or two."""
    about = {"client": came.client} if person_id is None else {"client": came.client, "person_id": person_id}
    for limit, who in _counted(came, person_id):
        refusal = limits.hit(tx, limit, who, came.now)
        if refusal is not None:
            if refusal.first:
                security_log.note(tx, "limited", came.now, **about, limit=limit.name)
            return
    security_log.note(tx, "refused", came.now, **about, thing=thing, **facts)


def _counted(came: Came, person_id: str | None) -> list[tuple[Limit, str]]:
    if person_id is not None:
        return [(limits.REFUSALS_OF_A_PERSON, person_id)]
    return [(limits.REFUSALS_BY_A_CLIENT, came.client), (limits.REFUSALS_OF_STRANGERS, "all")]
