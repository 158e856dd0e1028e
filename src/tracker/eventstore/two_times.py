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
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from tracker.eventstore.projector import Seen
from tracker.eventstore.registry import Event

S = TypeVar("S", bound=Seen)
Key = tuple[str, ...]
ALWAYS = datetime.min.replace(tzinfo=UTC)


def so_by(stream: Sequence[S], moment: datetime) -> list[S]:
    """The events of one stream that were so at the moment, in recorded order."""
    return [each for each, since in zip(stream, so_since(stream), strict=True) if since <= moment]


def so_since(stream: Sequence[Seen]) -> list[datetime]:
    """Since when each event of one stream is so, by all that is known of the stream."""
    told = [(each.event, each.effective_at) for each in stream]
    dated = _last_wordings(told)
    things: dict[Key, list[datetime]] = defaultdict(list)
    moments = [_moment(event, effective_at, dated, things) for event, effective_at in told]
    begun = min(moments, default=ALWAYS)
    return [_bounded(event, moment, begun) for (event, _), moment in zip(told, moments, strict=True)]


def _last_wordings(told: Sequence[tuple[Event, datetime]]) -> dict[Key, datetime]:
    """Of what was worded anew (it puts right and makes the same): of which moment the last wording speaks."""
    return {
        _key(event, event.MAKES): effective_at
        for event, effective_at in told
        if event.PUTS_RIGHT and event.MAKES and event.MAKES == event.SPEAKS_OF
    }


def _moment(
    event: Event, effective_at: datetime, dated: dict[Key, datetime], things: dict[Key, list[datetime]]
) -> datetime:
    """Since when the event is so; `things` are those that stand in its stream, each with the moments of its makings."""
    moment = effective_at
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
