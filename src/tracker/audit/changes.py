"""What is otherwise at one moment than it was at another, thing by thing; read from the log itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import groupby

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from tracker.audit import fold
from tracker.audit.between import Between
from tracker.audit.queries import KINDS, Change, difference
from tracker.eventstore.store import Recorded, all_events, from_rows
from tracker.eventstore.tables import events
from tracker.eventstore.two_times import so_by
from tracker.kit.errors import BadInput
from tracker.recommendations import queries as recommendations

BATCH = 2_000
MOST_EVENTS = 200_000
"""Between two moments for which somebody waits at a page: some four seconds."""


class Wanted(msgspec.Struct, frozen=True):
    """Which things: of a body, of a kind, that concern a partner, that belong to a theme."""

    body: str | None = None
    kind: str | None = None
    partner: str | None = None
    theme: str | None = None


class Changed(msgspec.Struct, frozen=True):
    """What became of one thing between two moments. `new`: nothing was so of it before; `events`: how many; `about`:
    the recommendation to which it belongs, where it does."""

    code: str
    kind: str
    new: bool
    changes: list[Change]
    events: int
    last_position: int
    demonstration: bool
    about: str | None = None


ALL = Wanted()


def changes(conn: Connection, span: Between, wanted: Wanted = ALL, most: int | None = None) -> list[Changed]:
    """What is otherwise at the end of the span than it was at its beginning, in the order of the codes; things that are
    as they were are left out.

    Reads the streams that have events in the span, and only those. Raises `BadInput` for more than `most` events.
    """
    shown = recommendations.events_shown(conn)
    in_time = _in(span) & shown
    if most is not None and conn.execute(select(func.count()).where(in_time)).scalar_one() > most:
        raise BadInput(
            f"More than {most:,} events lie between the two; choose a shorter time.", field="since"
        )
    touched = select(events.c.stream_id).where(in_time).distinct()
    query = (
        all_events()
        .where(events.c.stream_id.in_(touched), events.c.position <= span.up_to, shown)
        .order_by(events.c.stream_id, events.c.stream_version)
    )
    found = conn.execute(query, execution_options={"yield_per": BATCH})
    rows = (item for part in found.partitions() for item in from_rows(part))
    streams = (list(group) for _, group in groupby(rows, lambda row: row.stream_id))
    codes = _codes(conn, wanted)
    changed = [_changed(stream, span, wanted, codes) for stream in streams]
    return sorted(filter(None, changed), key=lambda each: (each.kind, recommendations.in_order(each.code)))


def told_late(conn: Connection, span: Between) -> int:
    """How many events were recorded in the span and speak of the time before: by `effective` it does not hold them."""
    late = (
        events.c.recorded_at > span.since,
        events.c.recorded_at <= span.until,
        events.c.effective_at <= span.since,
        events.c.position <= span.up_to,
        _public(),
        recommendations.events_shown(conn),
    )
    return int(conn.execute(select(func.count()).where(*late)).scalar_one())


def _in(span: Between) -> ColumnElement[bool]:
    moment = events.c.effective_at if span.by == "effective" else events.c.recorded_at
    return and_(moment > span.since, moment <= span.until, events.c.position <= span.up_to, _public())


def _public() -> ColumnElement[bool]:
    return or_(*(events.c.stream_id.startswith(f"{kind}-", autoescape=True) for kind in KINDS))


def _codes(conn: Connection, wanted: Wanted) -> set[str] | None:
    """The recommendations of the body and theme that are wanted, None for all."""
    if wanted.body is None and wanted.theme is None:
        return None
    found = recommendations.search(conn, body=wanted.body, theme=wanted.theme)
    return {each.code for each in found}


def _changed(
    stream: Sequence[Recorded], span: Between, wanted: Wanted, codes: set[str] | None
) -> Changed | None:
    kind, _, code = stream[0].stream_id.partition("-")
    if wanted.kind not in (None, kind):
        return None
    old, now = (_by(stream, span, moment) for moment in (span.since, span.until))
    before, after = (reduce(fold.evolve, part, fold.NOTHING) for part in (old, now))
    changed = list(difference(before, after))
    about = code.partition(":")[0] if kind in ("recommendation", "followup") else None
    if not changed or not _concerns(wanted, codes, stream[0], about, {**before, **after}):
        return None
    return Changed(
        code=code,
        kind=kind,
        new=not old,
        changes=changed,
        events=len(now) - len(old),
        last_position=max(each.position for each in now),
        demonstration=any(each.metadata.get("demonstration", False) for each in now),
        about=about,
    )


def _by(stream: Sequence[Recorded], span: Between, moment: datetime) -> list[Recorded]:
    """What of the stream was so, or was known, by a moment."""
    if span.by == "effective":
        return so_by(stream, moment)
    return [each for each in stream if each.recorded_at <= moment]


def _concerns(
    wanted: Wanted, codes: set[str] | None, first: Recorded, about: str | None, fields: fold.Fields
) -> bool:
    kind, _, code = first.stream_id.partition("-")
    if wanted.partner is not None:
        named = {code.partition(":")[2], *fields.get("addressees", [])} if about else {code}
        if wanted.partner not in named:
            return False
    if about is not None:
        return codes is None or about in codes
    if wanted.theme is not None:
        return False
    return wanted.body is None or wanted.body in _bodies(kind, code, first, fields)


def _bodies(kind: str, code: str, first: Recorded, fields: fold.Fields) -> Iterator[str]:
    """To which bodies something belongs that is no recommendation: a partner's memberships are fields of its own."""
    if kind == "partner":
        yield from fields
    else:
        yield code if kind == "body" else first.event.body  # type: ignore[attr-defined]
