"""Kept snapshots of metrics. No event feeds these rows: any of them can be computed again at its log position."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from tracker.eventstore.rows import Json
from tracker.eventstore.tables import Position
from tracker.kit.db import UtcDateTime, metadata

metric_snapshots = Table(
    "metric_snapshots",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("meeting", String(40), nullable=False),
    Column("body", String(40), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("position", Position, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("computed_at", UtcDateTime, nullable=False),
    Column("meeting_on", Date),
    Column("days_before", Integer),
    Column("opens_on", Date),
    Column("opening", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("implemented", Integer, nullable=False),
    Column("otherwise_ended", Integer, nullable=False),
    Column("closing", Integer, nullable=False),
    Column("activity", Json),
    UniqueConstraint("meeting", "reason", "as_of", "position"),
    UniqueConstraint("meeting", "meeting_on", "days_before"),
    Index(None, "meeting", "computed_at"),
)
"""`reason`: `log moved`, `nightly`, `on demand`. `as_of`: the day whose state was counted; with `position` it says
all that is needed to count again. `days_before`: the milestone of a nightly snapshot before `meeting_on`, None for the
other reasons. From `opens_on` to `closing`: the waterfall of the cycle, in (recommendation, addressee) pairs.
`activity`: reports by month, null in snapshots of before these were kept."""

metric_figures = Table(
    "metric_figures",
    metadata,
    Column(
        "snapshot_id", String(36), ForeignKey("metric_snapshots.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("scope", String(20), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("implemented", Integer, nullable=False),
    Column("denominator", Integer, nullable=False),
    Column("no_information", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("statuses", Json),
)
"""`scope`: overall, pairs, theme, partner, grouping; `key`: empty for the first two, and for elements without a theme
and partners without a grouping. The rate is `implemented / denominator`, not available where that is 0. `statuses`: how
many pairs stand at each, null where `activity` is."""
