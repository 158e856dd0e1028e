"""What the command line and the interface for programs answer to a command that writes."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from tracker.eventstore.store import Receipt, read_on


class Event(msgspec.Struct, frozen=True):
    """An event that a command wrote."""

    position: int
    event_id: str
    type: str
    stream: str
    version: int


class Written(msgspec.Struct, frozen=True):
    """The answer to a writing command; no events: it was so already. `repeated`: this command id was known."""

    command_id: str
    repeated: bool
    recorded_at: datetime
    events: list[Event]


def written(tx: Connection, receipt: Receipt, command_id: str) -> Written:
    """The answer that belongs to a receipt; of a command that was known, the events that it wrote then."""
    recorded = receipt.events
    if receipt.repeated and receipt.last >= receipt.first:
        recorded = tuple(read_on(tx, receipt.first - 1, limit=receipt.last - receipt.first + 1))
    found = [Event(e.position, e.event_id, e.event_type, e.stream_id, e.stream_version) for e in recorded]
    return Written(command_id, receipt.repeated, receipt.recorded_at, found)
