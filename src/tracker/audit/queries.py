"""What happened to a thing, and what changed between two moments; read from the log itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import groupby
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from tracker.audit import fold
from tracker.eventstore.registry import name_of
from tracker.eventstore.store import Recorded, all_events, from_rows
from tracker.eventstore.tables import events
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

KINDS = ("recommendation", "meeting", "activity", "partner", "body", "followup")
By = Literal["effective", "recorded"]
BATCH = 2_000


class Change(msgspec.Struct, frozen=True):
    """A field before and after; None: it had, or has, no value."""

    field: str
    before: Any
    after: Any


class Entry(msgspec.Struct, frozen=True):
    """One event as people read it. `said`: narrative, reason, evidence that came with it; `on_behalf`: the operator of
    the server acted for the person. `said_before`: of a correction, what the report said until then."""

    position: int
    event_id: str
    recorded_at: datetime
    effective_at: datetime
    subject: str
    what: str
    type: str
    actor_id: str
    who: str
    door: str
    on_behalf: bool
    demonstration: bool
    changes: list[Change]
    said: dict[str, Any]
    said_before: dict[str, Any]


class Changed(msgspec.Struct, frozen=True):
    """What became of one thing between two moments. `new`: nothing was known of it before; `events`: how many."""

    code: str
    kind: str
    new: bool
    changes: list[Change]
    events: int
    last_position: int
    demonstration: bool


class Found(msgspec.Struct, frozen=True):
    """What a code stands for."""

    code: str
    kind: str


def find(conn: Connection, code: str) -> Found:
    """What a permanent code stands for; raises `NotFound`. A follow-up that was never heard has no events, and is
    found by its recommendation being directed to its partner."""
    streams = {f"{kind}-{code}": kind for kind in KINDS}
    known = (
        events.c.stream_id.in_(streams) & (events.c.stream_version == 1) & recommendations.events_shown(conn)
    )
    stream = conn.execute(select(events.c.stream_id).where(known)).scalar()
    if stream is not None:
        return Found(code, streams[stream])
    element, colon, partner = code.partition(":")
    if colon and any(to.partner == partner for to in recommendations.addressees(conn, element)):
        return Found(code, "followup")
    raise NotFound(f"There is nothing with the code {code}.")


def history(conn: Connection, code: str, *, up_to: int | None = None) -> list[Entry]:
    """Everything that happened to what a code stands for, oldest first: for a recommendation with its follow-ups, for
    a partner with its focal points. `up_to`: a log position. Raises `NotFound`."""
    found = find(conn, code)
    mine = events.c.stream_id.in_(_streams(conn, found)), recommendations.events_shown(conn)
    query = all_events().where(*mine).order_by(events.c.position)
    if up_to is not None:
        query = query.where(events.c.position <= up_to)
    recorded = from_rows(conn.execute(query))
    then = people.names_then(
        conn, [(who, each.recorded_at) for each in recorded for who in _person_ids(each)]
    )
    state: dict[str, fold.Fields] = {}
    entries = []
    for each in recorded:
        before = state.get(each.stream_id, fold.NOTHING)
        state[each.stream_id] = fold.evolve(before, each)
        names = {who: then[who, each.recorded_at] for who in _person_ids(each)}
        entries.append(_entry(each, before, state[each.stream_id], names))
    return entries


def changes(conn: Connection, since: datetime, until: datetime, *, by: By = "effective") -> list[Changed]:
    """What is otherwise after `until` than it was at `since`, in the order of the codes; things that are as they were
    are left out. By when it was so (`effective`), or by when the tracker learned it (`recorded`).

    Reads the streams that have events between the two, and only those.
    """
    moment = events.c.effective_at if by == "effective" else events.c.recorded_at
    shown = recommendations.events_shown(conn)
    touched = select(events.c.stream_id).where(moment > since, moment <= until, _public(), shown).distinct()
    query = (
        all_events()
        .where(events.c.stream_id.in_(touched), moment <= until, shown)
        .order_by(events.c.stream_id, events.c.stream_version)
    )
    found = conn.execute(query, execution_options={"yield_per": BATCH})
    rows = (item for part in found.partitions() for item in from_rows(part))
    changed = [
        _changed(stream, list(group), since, by) for stream, group in groupby(rows, lambda row: row.stream_id)
    ]
    return sorted(filter(None, changed), key=lambda each: (each.kind, recommendations.in_order(each.code)))


def told_late(conn: Connection, since: datetime, until: datetime) -> int:
    """How many events were recorded between two moments and speak of the time before: `changes` by `effective` does
    not hold them."""
    late = (
        events.c.recorded_at > since,
        events.c.recorded_at <= until,
        events.c.effective_at <= since,
        _public(),
        recommendations.events_shown(conn),
    )
    return int(conn.execute(select(func.count()).where(*late)).scalar_one())


def read_shown(conn: Connection, after: int, *, limit: int, up_to: int) -> list[Recorded]:
    """The next events after a position that the reader of this connection may see."""
    where = events.c.position > after, events.c.position <= up_to, recommendations.events_shown(conn)
    return from_rows(conn.execute(all_events().where(*where).order_by(events.c.position).limit(limit)))


def _streams(conn: Connection, found: Found) -> list[str]:
    own = f"{found.kind}-{found.code}"
    if found.kind == "recommendation":
        return [own, *(f"followup-{found.code}:{partner.code}" for partner in people.all_partners(conn))]
    if found.kind == "partner":
        return [own, *(f"focal_points-{body.code}:{found.code}" for body in meetings.bodies(conn))]
    return [own]


def _public() -> ColumnElement[bool]:
    return or_(*(events.c.stream_id.startswith(f"{kind}-", autoescape=True) for kind in KINDS))


def _entry(recorded: Recorded, before: fold.Fields, after: fold.Fields, names: Mapping[str, str]) -> Entry:
    event_type, _ = name_of(type(recorded.event))
    return Entry(
        position=recorded.position,
        event_id=recorded.event_id,
        recorded_at=recorded.recorded_at,
        effective_at=recorded.effective_at,
        subject=recorded.stream_id.partition("-")[2],
        what=event_type.partition(".")[2].replace("_", " "),
        type=event_type,
        actor_id=recorded.actor_id,
        who=names.get(recorded.actor_id, recorded.actor_id),
        door=str(recorded.metadata.get("door", "")),
        on_behalf=bool(recorded.metadata.get("on_behalf", False)),
        demonstration=bool(recorded.metadata.get("demonstration", False)),
        changes=[_named(change, names) for change in _difference(before, after)],
        said=fold.said(recorded.event),
        said_before=fold.said_before(before, recorded.event),
    )


def _changed(stream: str, group: Sequence[Recorded], since: datetime, by: By) -> Changed | None:
    kind, _, code = stream.partition("-")
    old = [each for each in group if (each.effective_at if by == "effective" else each.recorded_at) <= since]
    before, after = (reduce(fold.evolve, part, fold.NOTHING) for part in (old, group))
    difference = list(_difference(before, after))
    if not difference:
        return None
    return Changed(
        code=code,
        kind=kind,
        new=not old,
        changes=difference,
        events=len(group) - len(old),
        last_position=max(each.position for each in group),
        demonstration=any(each.metadata.get("demonstration", False) for each in group),
    )


def _difference(before: fold.Fields, after: fold.Fields) -> Iterator[Change]:
    old, new = fold.shown(before), fold.shown(after)
    for name in {**new, **old}:
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name), new.get(name))


def _person_ids(recorded: Recorded) -> set[str]:
    fields = ("person_id", "from_person_id", "to_person_id")
    named = {str(getattr(recorded.event, name)) for name in fields if hasattr(recorded.event, name)}
    return named | {recorded.actor_id}


def _named(change: Change, names: Mapping[str, str]) -> Change:
    return msgspec.structs.replace(change, field=names.get(change.field, change.field))
