"""Rebuildable rows of follow-ups. No row means that the addressee was never heard: no information."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from tracker.eventstore.rows import Json, projected
from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime, metadata

followups = projected(
    "followups",
    Column("recommendation", String(60), primary_key=True),
    Column("partner", String(20), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("response", String(20)),
    Column("status", String(30)),
    Column("raw_label", Text, nullable=False),
    Column("as_of", Date),
    Column("narrative", Text, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("report_id", String(80)),
    Column("verification", String(10)),
    Column("counted_status", String(30)),
    Column("reported_by", String(80)),
    Column("reported_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
    Column("due_on", Date),
    Column("original_due_on", Date),
    Column("ending", String(30)),
    Column("ended_by", String(40)),
    Column("ended_on", Date),
    Column("reports", Json, nullable=False),
    Column("decisions", Json, nullable=False),
    Column("position", Position, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Index(None, "partner"),
)
"""`version`: that of the stream, for optimistic forms. `status` … `reported_at` are those of the standing report: the
one with the latest `as_of`, the later recorded among equals. `counted_status`: status of the latest report that is
validated or verified, for bodies that count only those. `heard_at`: the latest effective time at which the addressee
responded, reported, corrected or validated; None if only others acted. `due_on`/`original_due_on`: only where this
addressee has a date of its own, else those of the recommendation. `ended_by`: the meeting. `reports`: list, in recorded
order, of {id, version, status, as_of, verification, raw_label, narrative, evidence, by, at} for standing and earlier
reports. `decisions`: list, in recorded order, of {version, meeting, on, ending}; `ending` is null where the meeting
reopened. `version` in both is the stream's, so that the two lists can be put in one order. `position`: log position of
the last event."""

evidence_uploads = Table(
    "evidence_uploads",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("person_id", String(80), primary_key=True),
    Column("arrived_at", UtcDateTime, nullable=False, index=True),
)
"""Plain rows, not a projection: files that arrived and that no event names yet; see `uploads`."""
