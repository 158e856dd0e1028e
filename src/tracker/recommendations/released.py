"""The one condition by which what is under embargo is left out of every answer; each query of this feature asks it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, false, not_, or_, select

from tracker.eventstore.store import Recorded
from tracker.eventstore.tables import events
from tracker.meetings.queries import opened, withheld
from tracker.recommendations.tables import mentions, recommendations

_codes = recommendations.alias("withheld")
ELEMENT: ColumnElement[bool] = opened(recommendations.c.meeting)
"""Of a row of `recommendations`: the reader may see it."""
MENTION: ColumnElement[bool] = opened(mentions.c.meeting)
"""Of a row of `mentions`."""


def of_element(code: ColumnElement[str]) -> ColumnElement[bool]:
    """Of any row that names an element."""
    return code.not_in(select(_codes.c.code).where(not_(opened(_codes.c.meeting))))


def events_shown(conn: Connection) -> ColumnElement[bool]:
    """Of a row of the log: it tells the reader of this connection nothing about what is under embargo. The code of an
    element begins with that of its meeting."""
    stream, hidden = events.c.stream_id, list[ColumnElement[bool]]()
    for code in withheld(conn):
        for kind in ("recommendation", "followup"):
            hidden.append(stream.startswith(f"{kind}-{code}-", autoescape=True))
        said = events.c.body.contains(f'"{code}-', autoescape=True)  # canonical JSON: a code that begins so
        hidden.append(stream.startswith("activity-") & said)
    return not_(or_(false(), *hidden))


def only_shown(conn: Connection, recorded: Sequence[Recorded]) -> list[Recorded]:
    """Those events of which the reader of this connection may know."""
    wanted = [each.position for each in recorded]
    query = select(events.c.position).where(events.c.position.in_(wanted), events_shown(conn))
    shown = set(conn.execute(query).scalars())
    return [each for each in recorded if each.position in shown]


def unreleased_mentions(conn: Connection) -> dict[str, set[str]]:
    """By activity, the codes of what documents say of it that the reader may not see yet."""
    found: dict[str, set[str]] = {}
    for activity, code in conn.execute(select(mentions.c.activity, mentions.c.code).where(not_(MENTION))):
        found.setdefault(activity, set()).add(code)
    return found
