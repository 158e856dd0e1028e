"""What a predecessor left to whoever reports for a partner now."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import Connection

from tracker.eventstore.registry import name_of
from tracker.eventstore.store import all_events, from_rows
from tracker.eventstore.tables import events
from tracker.people.decider import FOCAL_POINTS
from tracker.people.events import FocalPointHandedOver

SHOWN_FOR = timedelta(days=60)


class Handover(msgspec.Struct, frozen=True):
    """`partner`: for which the person reports since `on`. `recorded_at`: for the predecessor's name as it was then."""

    partner: str
    event_id: str
    from_person_id: str
    on: date
    note: str
    recorded_at: datetime


def lately_to(
    conn: Connection, person_id: str, represents: Collection[tuple[str, str]], today: date
) -> Sequence[Handover]:
    """The handovers to this person of the last `SHOWN_FOR`, for the (body, partner) that they represent still."""
    streams = [FOCAL_POINTS.stream(f"{body}:{partner}") for body, partner in sorted(represents)]
    kind = events.c.event_type == name_of(FocalPointHandedOver)[0]
    found = all_events().where(events.c.stream_id.in_(streams), kind).order_by(events.c.position)
    return [
        Handover(
            each.stream_id.rpartition(":")[2],
            each.event_id,
            each.event.from_person_id,
            each.event.on,
            each.event.note,
            each.recorded_at,
        )
        for each in from_rows(conn.execute(found))
        if isinstance(each.event, FocalPointHandedOver)
        and each.event.to_person_id == person_id
        and today - SHOWN_FOR <= each.event.on <= today
    ]
