"""What people are called, now or at a moment. Names are in no event: ask the live database for them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from tracker.people.policy import OPERATOR, PUBLIC, SERVICE
from tracker.people.tables import former_names, person_details

ERASED = "Someone whose name was erased"
FOREVER = datetime.max.replace(tzinfo=UTC)


def names(conn: Connection, ids: Iterable[str], at: datetime | None = None) -> dict[str, str]:
    """A name for each id, the one that was shown `at` a moment, else now's; for an erased person, words that say so."""
    wanted = sorted(set(ids))
    then = names_then(conn, [(person_id, at or FOREVER) for person_id in wanted])
    return {person_id: then[person_id, at or FOREVER] for person_id in wanted}


def names_then(conn: Connection, asked: Iterable[tuple[str, datetime]]) -> dict[tuple[str, datetime], str]:
    """As `names`, each at a moment of its own: two statements for a whole history."""
    wanted = set(asked)
    ids = sorted({person_id for person_id, _ in wanted})
    now = {actor.person_id: actor.name for actor in (PUBLIC, OPERATOR, SERVICE)}
    details, former = person_details.c, former_names.c
    known = select(details.person_id, details.name).where(details.person_id.in_(ids))
    now |= {row.person_id: row.name for row in conn.execute(known)}
    earlier = select(former.person_id, former.until, former.name).where(former.person_id.in_(ids))
    before: dict[str, list[tuple[datetime, str]]] = {}
    for person_id, until, name in conn.execute(earlier.order_by(former.until)):
        before.setdefault(person_id, []).append((until, name))

    def name_of(person_id: str, at: datetime) -> str:
        if person_id not in now:
            return ERASED
        return next((name for until, name in before.get(person_id, ()) if at < until), now[person_id])

    return {(person_id, at): name_of(person_id, at) for person_id, at in wanted}
