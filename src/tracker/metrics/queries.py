"""Kept snapshots. Figures of any other day or position: `service.compute` on a live or a scratch connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from tracker.metrics.figures import Figure as Figure
from tracker.metrics.figures import Figures as Figures
from tracker.metrics.figures import Waterfall as Waterfall
from tracker.metrics.tables import metric_figures, metric_snapshots

SCOPES = ("overall", "pairs", "theme", "partner", "grouping")


class Snapshot(msgspec.Struct, frozen=True):
    """Figures as they were computed, and the log position at which they can be computed again.

    `reason`: `log moved`, `nightly`, `on demand`; `days_before`: the nightly milestone before the meeting.
    """

    id: str
    reason: str
    position: int
    computed_at: datetime
    days_before: int | None
    figures: Figures


def latest(conn: Connection, meeting: str) -> Snapshot | None:
    """The newest snapshot for a meeting; None if nothing was computed yet."""
    newest = _newest(metric_snapshots.c.meeting == meeting)
    return next(iter(_snapshots(conn, metric_snapshots.c.id.in_(newest))), None)


def latest_of_body(conn: Connection, body: str) -> dict[str, Snapshot]:
    """The newest snapshot for each meeting of a body, by meeting, with the figures overall and by pair only."""
    newest = _newest(metric_snapshots.c.body == body)
    return {each.figures.meeting: each for each in _snapshots(conn, metric_snapshots.c.id.in_(newest), SHORT)}


def snapshots(conn: Connection, meeting: str) -> list[Snapshot]:
    """All snapshots for a meeting, oldest first, with the figures overall and by pair only: what a trend needs."""
    return _snapshots(conn, metric_snapshots.c.meeting == meeting, SHORT)


SHORT = metric_figures.c.scope.in_(("overall", "pairs"))


def _newest(wanted: ColumnElement[bool]) -> Select[Any]:
    """Ids of the newest snapshot for each meeting, of those that hold all that is kept today."""
    column = metric_snapshots.c
    order = func.row_number().over(
        partition_by=column.meeting, order_by=(column.position.desc(), column.computed_at.desc())
    )
    numbered = select(column.id, order.label("number")).where(wanted, column.activity.is_not(None)).subquery()
    return select(numbered.c.id).where(numbered.c.number == 1)


def _snapshots(conn: Connection, *wanted: ColumnElement[bool]) -> list[Snapshot]:
    query = (
        select(
            metric_snapshots,
            *(metric_figures.c[name].label(f"of_{name}") for name in Figure.__struct_fields__),
        )
        .join(metric_figures, metric_figures.c.snapshot_id == metric_snapshots.c.id)
        .where(*wanted)
        .order_by(metric_snapshots.c.computed_at, metric_snapshots.c.id)
    )
    found: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.id, []).append(row)
    return [_snapshot(rows) for rows in found.values()]


def _snapshot(rows: Sequence[Row[Any]]) -> Snapshot:
    first = rows[0]
    names = Figure.__struct_fields__
    figures = [_figure({name: getattr(row, f"of_{name}") for name in names}) for row in rows]
    return Snapshot(
        id=first.id,
        reason=first.reason,
        position=first.position,
        computed_at=first.computed_at,
        days_before=first.days_before,
        figures=Figures(
            meeting=first.meeting,
            body=first.body,
            meeting_on=first.meeting_on,
            as_of=first.as_of,
            figures=tuple(sorted(figures, key=lambda figure: (SCOPES.index(figure.scope), figure.key))),
            waterfall=Waterfall(*(getattr(first, name) for name in Waterfall.__struct_fields__)),
            activity=first.activity or {},
        ),
    )


def _figure(fields: dict[str, Any]) -> Figure:
    return Figure(**fields | {"statuses": fields["statuses"] or {}})
