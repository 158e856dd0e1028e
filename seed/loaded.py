"""What the seed itself wrote into the log so far, as read tables of their own.

Files are compared with this and not with what stands in the tracker now: so a file that did not change changes nothing,
and what people revised, moved or released since is never undone by loading again.
"""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager

import msgspec
from sqlalchemy import Connection

from tracker.eventstore import registry
from tracker.eventstore.scratch import folded
from tracker.eventstore.store import Recorded, read_on

DOOR = "seed"
KEPT = "file"
"""Metadata: what the file said in fields of the event that keep what people wrote."""
KINDS = ("activity", "body", "meeting", "partner", "recommendation")
BATCH = 5_000


def as_loaded(connection: Connection, *, progress: bool = False) -> AbstractContextManager[Connection]:
    """A connection to the state that the seed's own events tell, without demonstration data. Follow-ups, of which a log
    holds most, are read only for files that speak of `progress`."""
    return folded(_own_events(connection, {*KINDS, "followup"} if progress else {*KINDS}))


def _own_events(connection: Connection, kinds: Collection[str]) -> Iterator[Recorded]:
    types = [name for name in registry.names() if name.partition(".")[0] in kinds]
    streams: set[str] = set()
    after = 0
    while found := read_on(connection, after, limit=BATCH, types=types):
        for recorded in found:
            own = recorded.metadata.get("door") == DOOR and not recorded.metadata.get("demonstration")
            # A follow-up is begun by whoever speaks first; everything else by whoever recorded it.
            if own and (recorded.stream_version == 1 or recorded.stream_id.startswith("followup-")):
                streams.add(recorded.stream_id)
            if own and recorded.stream_id in streams:
                yield _as_the_file_said(recorded)
        after = found[-1].position


def _as_the_file_said(recorded: Recorded) -> Recorded:
    kept = recorded.metadata.get(KEPT)
    if not kept:
        return recorded
    event = msgspec.convert(msgspec.to_builtins(recorded.event) | kept, type(recorded.event))
    return msgspec.structs.replace(recorded, event=event)
