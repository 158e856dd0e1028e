"""The one condition by which what is under embargo is left out of every answer; each query of this feature asks it."""

from sqlalchemy import ColumnElement, Connection, false, not_, or_, select

from tracker.eventstore.tables import events
from tracker.meetings.queries import withheld
from tracker.recommendations.tables import mentions, recommendations

_codes = recommendations.alias("withheld")
ELEMENT: ColumnElement[bool] = recommendations.c.meeting.not_in(withheld())
"""Of a row of `recommendations`: the reader may see it."""
MENTION: ColumnElement[bool] = mentions.c.meeting.not_in(withheld())
"""Of a row of `mentions`."""


def of_element(code: ColumnElement[str]) -> ColumnElement[bool]:
    """Of any row that names an element."""
    return code.not_in(select(_codes.c.code).where(_codes.c.meeting.in_(withheld())))


def events_shown(conn: Connection) -> ColumnElement[bool]:
    """Of a row of the log: it tells the reader of this connection nothing about what is under embargo. The code of an
    element begins with that of its meeting."""
    stream, hidden = events.c.stream_id, list[ColumnElement[bool]]()
    for code in conn.execute(withheld()).scalars():
        for kind in ("recommendation", "followup"):
            hidden.append(stream.startswith(f"{kind}-{code}-", autoescape=True))
        said = events.c.body.contains(f'"{code}-', autoescape=True)  # canonical JSON: a code that begins so
        hidden.append(stream.startswith("activity-") & said)
    return not_(or_(false(), *hidden))
