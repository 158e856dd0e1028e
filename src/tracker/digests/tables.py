"""What was to be mailed to whom, and what became of it. Plain rows: sending is an effect, not a reading of the log."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from tracker.eventstore.leases import lease_columns
from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime, metadata

digests = Table(
    "digests",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recipient", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("period", String(10), nullable=False),
    Column("state", String(10), nullable=False, default="due", server_default="due"),
    Column("due_at", UtcDateTime, nullable=False),
    # Frozen by the first claim, so that whatever is sent later is the same message.
    Column("frozen_at", UtcDateTime),
    Column("email", String(320)),
    Column("message_id", String(200)),
    Column("subject", Text),
    Column("text", Text),
    Column("html", Text),
    Column("log_position", Position),
    Column("lines", Integer),
    # What became of it.
    Column("sent_at", UtcDateTime),
    Column("smtp_response", Text),
    Column("last_error", Text),
    *lease_columns(),
    UniqueConstraint("recipient", "kind", "period"),
    Index(None, "state", "due_at"),
)
"""One row per (recipient, kind, period): a focal point's person id, or `follower:` and an id; `id` is a name-based UUID of these three, so that a row made
again (after a restore) has the same Message-ID. `period`: the recipient's local date on which it was due.

    due → claimed → sending → sent
           │         ├──────→ refused   the server said no for good to this recipient or message
           │         ├──────→ unknown   the line broke after DATA: never sent again by itself
           │         └──────→ due       the server said not now, or was away: later, `parked` after eight tries
           ├→ empty       there was nothing to say
           └→ cancelled   a newer digest took its place, the person no longer reports, or an operator dropped it

`sending` is committed before the mail server is spoken to. `log_position` is the one printed in the mail; `lines`:
how many follow-ups it names.
"""
