"""What somebody typed and did not send yet, by person and form: never in the log, and nobody else's to read."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.people.tables import drafts

SAVED_FOR = timedelta(days=90)
LOST_FOR = timedelta(hours=1)
"""How long what was sent after a session had ended waits for its writer to sign in again."""
MOST_LOST = 20
"""Texts that wait so for one person: whoever has an account fills no disk with them."""
LONGEST_FORM = 300
"""Of a form's address, in characters."""


class Draft(msgspec.Struct, frozen=True):
    """`lost`: not saved by its writer, but kept since their session had ended when they sent it."""

    form: str
    fields: dict[str, str]
    saved_at: datetime
    expires_at: datetime
    lost: bool


def save(
    tx: Connection,
    person_id: str,
    form: str,
    fields: Mapping[str, str],
    now: datetime,
    *,
    browser: str = "",
) -> None:
    """Keeps what was typed into the form at this address, in place of what was kept before. `browser`: the only one
    that may show it again."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(drafts)
    row: dict[str, Any] = {
        "person_id": person_id,
        "form": form,
        "browser": browser,
        "fields": dict(fields),
        "saved_at": now,
        "expires_at": now + (LOST_FOR if browser else SAVED_FOR),
    }
    changed = {name: row[name] for name in ("fields", "saved_at", "expires_at")}
    key = [drafts.c.person_id, drafts.c.form, drafts.c.browser]
    tx.execute(insert.values(row).on_conflict_do_update(index_elements=key, set_=changed))
    if browser:
        _forget_the_oldest(tx, person_id)


def find(conn: Connection, person_id: str, form: str, now: datetime, *, browser: str = "") -> Draft | None:
    """What is kept for the form: of what this browser sent and what was saved, the later."""
    mine = and_(drafts.c.person_id == person_id, drafts.c.expires_at > now)
    here = and_(drafts.c.form == form, drafts.c.browser.in_({"", browser}))
    found = conn.execute(select(drafts).where(mine, here).order_by(drafts.c.saved_at.desc()).limit(1)).first()
    return None if found is None else _draft(found)


def saved_by(conn: Connection, person_id: str, now: datetime) -> Sequence[Draft]:
    """Every draft that a person saved."""
    mine = and_(drafts.c.person_id == person_id, drafts.c.expires_at > now, drafts.c.browser == "")
    return [_draft(row) for row in conn.execute(select(drafts).where(mine).order_by(drafts.c.form))]


def erase(tx: Connection, person_id: str, form: str) -> None:
    """Nothing is kept for the form any longer: it was sent, or thrown away."""
    tx.execute(delete(drafts).where(drafts.c.person_id == person_id, drafts.c.form == form))


def sweep(tx: Connection, now: datetime) -> int:
    """Removes what was kept long enough; how many."""
    return tx.execute(delete(drafts).where(drafts.c.expires_at <= now)).rowcount


def _forget_the_oldest(tx: Connection, person_id: str) -> None:
    """Of what waits for somebody to sign in again, the newest `MOST_LOST` stay."""
    lost = and_(drafts.c.person_id == person_id, drafts.c.browser != "")
    times = select(drafts.c.saved_at).where(lost).order_by(drafts.c.saved_at.desc())
    oldest = tx.execute(times.offset(MOST_LOST - 1).limit(1)).scalar()
    if oldest is not None:
        tx.execute(delete(drafts).where(lost, drafts.c.saved_at < oldest))


def _draft(row: Any) -> Draft:
    return Draft(row.form, row.fields, row.saved_at, row.expires_at, lost=bool(row.browser))
