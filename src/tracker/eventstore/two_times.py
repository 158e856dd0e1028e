"""As it was on a day, by what was known on another: which events of the known ones were so by then.

The rule, for one stream in recorded order:

1. An event is so from its effective time on.
2. What speaks of a report, decision, appointment and the like is so no sooner than what it speaks of.
3. What puts right says that something was never so: it is so from when that was. A report that was corrected is so
   from the day of which its last wording speaks.
4. What begins a thing is so no later than anything else that is said of the thing.
5. What only gives a name (a body, a partner) is so on every day, whenever somebody typed it.

What was so by then is folded in recorded order, as ever; by these five, nothing that it rests on is missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded

Key = tuple[str, ...]
ALWAYS = datetime.min.replace(tzinfo=UTC)


def so_at(history: Iterable[Recorded], moment: datetime) -> list[Recorded]:
    """The events, of any streams, that were so at the moment, in recorded order."""
    streams: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in history:
        streams[recorded.stream_id].append(recorded)
    found = [
        recorded
        for stream in streams.values()
        for recorded, since in zip(stream, so_since(stream), strict=True)
        if since <= moment
    ]
    return sorted(found, key=lambda recorded: recorded.position)


def so_since(stream: Sequence[Recorded]) -> list[datetime]:
    """Since when each event of one stream is so, by all that is known of the stream."""
    dated = _last_wordings(stream)
    things: dict[Key, list[datetime]] = defaultdict(list)
    moments = [_moment(recorded, dated, things) for recorded in stream]
    if not moments:
        return []
    begun = min(moments)
    return [_bounded(recorded.event, moment, begun) for recorded, moment in zip(stream, moments, strict=True)]


def _last_wordings(stream: Sequence[Recorded]) -> dict[Key, datetime]:
    """Of what was worded anew (it puts right and makes the same): of which moment the last wording speaks."""
    found = {}
    for recorded in stream:
        event = recorded.event
        if event.PUTS_RIGHT and event.MAKES and event.MAKES == event.SPEAKS_OF:
            found[_key(event, event.MAKES)] = recorded.effective_at
    return found


def _moment(recorded: Recorded, dated: dict[Key, datetime], things: dict[Key, list[datetime]]) -> datetime:
    """Since when the event is so; `things` are those that stand in its stream, each with the moments of its makings."""
    event, moment = recorded.event, recorded.effective_at
    made = _key(event, event.MAKES) if event.MAKES else None
    if made is not None:
        moment = dated.get(made, moment)
    spoken_of = things[_key(event, event.SPEAKS_OF)] if event.SPEAKS_OF else []
    if spoken_of and event.PUTS_RIGHT:
        moment = spoken_of.pop()
    elif spoken_of:
        moment = max(moment, spoken_of[-1])
    if made is not None:
        things[made].append(moment)
    return moment


def _key(event: Event, names: Sequence[str]) -> Key:
    """The kind of thing, and which one: the values of the fields that follow."""
    kind, *fields = names
    return (kind, *(str(getattr(event, name)) for name in fields))


def _bounded(event: Event, moment: datetime, begun: datetime) -> datetime:
    """Its moment, or that at which its stream's thing begins, where it begins it or puts right what began it."""
    if event.ALWAYS:
        return ALWAYS
    return begun if event.BEGINS or (event.PUTS_RIGHT and not event.SPEAKS_OF) else moment
