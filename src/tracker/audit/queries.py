"""What happened to a thing, as people read it; read from the log itself."""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from tracker.audit import fold
from tracker.eventstore.registry import name_of
from tracker.eventstore.store import Recorded, all_events, from_rows, load
from tracker.eventstore.tables import events
from tracker.kit.errors import NotFound
from tracker.meetings import queries as meetings
from tracker.people import called
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

KINDS = ("recommendation", "meeting", "activity", "partner", "body", "followup")
PERSON = "person"


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
    stream_id: str
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


class Found(msgspec.Struct, frozen=True):
    """What a code stands for."""

    code: str
    kind: str


def find(conn: Connection, code: str, *, people_too: bool = False) -> Found:
    """What a permanent code stands for, or whose a person's id is for those who may know; raises `NotFound`. A
    follow-up that was never heard has no events, and is found by its recommendation being directed to its partner."""
    kinds = (*KINDS, PERSON) if people_too else KINDS
    streams = {f"{kind}-{code}": kind for kind in kinds}
    known = events.c.stream_id.in_(streams) & (events.c.stream_version == 1)
    known &= recommendations.events_shown(conn)
    stream = conn.execute(select(events.c.stream_id).where(known)).scalar()
    if stream is not None:
        return Found(code, streams[stream])
    element, colon, partner = code.partition(":")
    if colon and any(to.partner == partner for to in recommendations.addressees(conn, element)):
        return Found(code, "followup")
    raise NotFound(f"There is nothing with the code {code}.")


def history(
    conn: Connection, code: str, *, up_to: int | None = None, people_too: bool = False
) -> list[Entry]:
    """Everything that happened to what a code stands for, oldest first: for a recommendation with its follow-ups, for
    a partner with its focal points, for a person with the appointments. `up_to`: a log position. Raises `NotFound`."""
    found = find(conn, code, people_too=people_too)
    query = (
        all_events().where(_of(conn, found), recommendations.events_shown(conn)).order_by(events.c.position)
    )
    if up_to is not None:
        query = query.where(events.c.position <= up_to)
    recorded = from_rows(conn.execute(query))
    wanted = None
    if found.kind == PERSON:
        wanted = {each.position for each in recorded if code in _about(each)}
    return entries(conn, recorded, wanted)


def one(conn: Connection, position: int, *, up_to: int) -> tuple[Recorded, Entry]:
    """The event at a log position, as it is kept and as people read it; raises `NotFound`."""
    found = read_shown(conn, position - 1, limit=1, up_to=position) if 0 < position <= up_to else []
    if not found:
        raise NotFound(f"The log holds {up_to:,} events; there is none at position {position:,}.")
    stream = recommendations.only_shown(conn, load(conn, found[0].stream_id)[: found[0].stream_version])
    return found[0], entries(conn, stream, {position})[0]


def check_shown(conn: Connection, position: int) -> None:
    """Raises `NotFound`, in the words for a position that the log has not, for one that the reader may not see."""
    known = select(events.c.position).where(events.c.position == position)
    if conn.execute(known.where(~recommendations.events_shown(conn))).first() is not None:
        raise NotFound(f"The log has no position {position}.")


def newest(
    conn: Connection, before: int, *, limit: int, kind: str | None = None, actor: str | None = None
) -> list[Recorded]:
    """The events up to a log position, newest first: of a kind, by someone, where that is given."""
    mine = events.c.position <= before, recommendations.events_shown(conn)
    query = all_events().where(*mine).order_by(events.c.position.desc()).limit(limit)
    if kind is not None:
        query = query.where(events.c.event_type == kind)
    if actor is not None:
        query = query.where(events.c.actor_id == actor)
    return from_rows(conn.execute(query))


def entries(conn: Connection, recorded: Sequence[Recorded], wanted: Set[int] | None = None) -> list[Entry]:
    """Whole streams as people read them; `wanted`: only the events at these positions."""
    shown = [each for each in recorded if wanted is None or each.position in wanted]
    then = called.names_then(conn, [(who, each.recorded_at) for each in shown for who in _person_ids(each)])
    state: dict[str, fold.Fields] = {}
    told = []
    for each in recorded:
        before = state.get(each.stream_id, fold.NOTHING)
        state[each.stream_id] = fold.evolve(before, each)
        if wanted is None or each.position in wanted:
            names = {who: then[who, each.recorded_at] for who in _person_ids(each)}
            told.append(_entry(each, before, state[each.stream_id], names))
    return told


def difference(before: fold.Fields, after: fold.Fields) -> Iterator[Change]:
    """The fields that are otherwise."""
    old, new = fold.shown(before), fold.shown(after)
    for name in {**new, **old}:
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name), new.get(name))


def _of(conn: Connection, found: Found) -> ColumnElement[bool]:
    """The events of the streams in which something happens to it."""
    if found.kind == PERSON:
        appointed = events.c.stream_id.startswith("focal_points-", autoescape=True)
        return or_(events.c.stream_id == f"{PERSON}-{found.code}", appointed)
    return events.c.stream_id.in_(_streams(conn, found))


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


def _entry(recorded: Recorded, before: fold.Fields, after: fold.Fields, names: Mapping[str, str]) -> Entry:
    event_type, _ = name_of(type(recorded.event))
    return Entry(
        position=recorded.position,
        event_id=recorded.event_id,
        recorded_at=recorded.recorded_at,
        effective_at=recorded.effective_at,
        stream_id=recorded.stream_id,
        subject=recorded.stream_id.partition("-")[2],
        what=event_type.partition(".")[2].replace("_", " "),
        type=event_type,
        actor_id=recorded.actor_id,
        who=names.get(recorded.actor_id, recorded.actor_id),
        door=str(recorded.metadata.get("door", "")),
        on_behalf=bool(recorded.metadata.get("on_behalf", False)),
        demonstration=bool(recorded.metadata.get("demonstration", False)),
        changes=[_named(change, names) for change in difference(before, after)],
        said=fold.said(recorded.event),
        said_before=fold.said_before(before, recorded.event),
    )


def _about(recorded: Recorded) -> set[str]:
    """The people of whom the event speaks."""
    fields = ("person_id", "from_person_id", "to_person_id")
    named = {str(getattr(recorded.event, name)) for name in fields if hasattr(recorded.event, name)}
    kind, _, key = recorded.stream_id.partition("-")
    return named | ({key} if kind == PERSON else set())


def _person_ids(recorded: Recorded) -> set[str]:
    return _about(recorded) | {recorded.actor_id}


def _named(change: Change, names: Mapping[str, str]) -> Change:
    return msgspec.structs.replace(change, field=names.get(change.field, change.field))
