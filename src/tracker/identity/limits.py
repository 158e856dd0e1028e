"""How often somebody may try: counted in SQL, so that it holds for all web processes together and without a broker.

A window begins with the first try and ends after its length, however many come. What must never be refused (a link
that is good) is not counted at all, so that nobody can lock another person out.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, case, delete
from sqlalchemy.dialects import postgresql, sqlite

from tracker.identity.links import LINK_LIFE
from tracker.identity.tables import rate_limits


class Limit(NamedTuple):
    """At most so many tries of a kind in a window; `name` tells kinds apart."""

    name: str
    most: int
    window: timedelta


class Refusal(NamedTuple):
    """How long to wait; `first`: the first of its window, worth a line in the security log as the thousands that may
    follow are not."""

    wait: timedelta
    first: bool


# No longer than a mailed link works: whoever is refused has a good link in the mailbox, or soon may ask again.
LINKS_TO_AN_ADDRESS = Limit("links-to", 3, LINK_LIFE)
# Many people sit behind one address of a conference or a ministry.
LINKS_BY_A_CLIENT = Limit("links-by", 30, timedelta(minutes=10))
WRONG_BY_A_CLIENT = Limit("wrong-by", 30, timedelta(minutes=10))
"""Links, codes and tokens that are none."""
CODES_OF_A_PERSON = Limit("codes-of", 5, timedelta(minutes=10))
CODES_OF_A_DAY = Limit("codes-day", 30, timedelta(days=1))
"""Three of a million codes are good at a time: whoever reads the mail of a person and guesses would need centuries."""
PASSKEYS_BY_A_CLIENT = Limit("passkeys-by", 60, timedelta(minutes=10))
REFUSALS_OF_A_PERSON = Limit("refusals-of", 100, timedelta(days=1))
REFUSALS_BY_A_CLIENT = Limit("refusals-by", 100, timedelta(days=1))
REFUSALS_OF_STRANGERS = Limit("refusals", 2_000, timedelta(days=1))
"""Not how often one may be refused, but how many lines the security log gets of it: a disk has an end."""
RECOVERIES_OF_A_PERSON = Limit("recoveries-of", 3, timedelta(days=1))
"""Each is mailed to everybody who may approve it."""
LONGEST_WINDOW = timedelta(days=1)


def hit(tx: Connection, limit: Limit, who: str, now: datetime) -> Refusal | None:
    """Counts one try: None if it may go on. `who` is hashed or short: at most 120 characters."""
    table = rate_limits.c
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(rate_limits)
    over = table.began_at <= now - limit.window
    first = insert.values(key=f"{limit.name}:{who}", began_at=now, hits=1)
    counted = first.on_conflict_do_update(
        index_elements=[table.key],
        set_={
            "hits": case((over, 1), else_=table.hits + 1),
            "began_at": case((over, first.excluded.began_at), else_=table.began_at),
        },
    )
    found = tx.execute(counted.returning(table.hits, table.began_at)).one()
    if found.hits <= limit.most:
        return None
    return Refusal(max(found.began_at + limit.window - now, timedelta()), found.hits == limit.most + 1)


def forget(tx: Connection, limit: Limit, who: str) -> None:
    """Begins anew, after a success that shows that the tries before were slips of the person's own."""
    tx.execute(delete(rate_limits).where(rate_limits.c.key == f"{limit.name}:{who}"))


def sweep(tx: Connection, now: datetime) -> int:
    """Removes counts whose window is long over; how many."""
    return tx.execute(delete(rate_limits).where(rate_limits.c.began_at <= now - LONGEST_WINDOW)).rowcount
