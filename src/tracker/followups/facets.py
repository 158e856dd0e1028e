"""How many follow-ups each choice of the grid's filters has: three statements, whatever is chosen."""

from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from tracker.followups.queries import pair
from tracker.followups.tallies import Tally, added, tallies, total
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations


class Facets(msgspec.Struct, frozen=True):
    """Follow-ups by meeting in the whole body; by status, theme, grouping and partner in what the meeting adopted."""

    meetings: dict[str, int]
    statuses: Tally
    themes: dict[str, int]
    groupings: dict[str, int]
    partners: dict[str, int]


def facets(conn: Connection, body: str, today: date, meeting: str | None) -> Facets:
    """The counts for one body and, if it is given, one meeting; groupings are those of today."""
    by_meeting = tallies(conn, "meeting", body=body)
    by_partner = {
        code: total(tally) for code, tally in tallies(conn, "partner", body=body, meeting=meeting).items()
    }
    chosen = by_meeting if meeting is None else {meeting: by_meeting.get(meeting, {})}
    groupings: dict[str, int] = {}
    for code, grouping in people.groupings_of(conn, body, today).items():
        groupings[grouping] = groupings.get(grouping, 0) + by_partner.get(code, 0)
    return Facets(
        meetings={code: total(tally) for code, tally in by_meeting.items()},
        statuses=added(chosen),
        themes=_themes(conn, body, meeting),
        groupings=groupings,
        partners=by_partner,
    )


def _themes(conn: Connection, body: str, meeting: str | None) -> dict[str, int]:
    themed = recommendations.themed()
    query = (
        select(themed.c.theme, func.count())
        .join_from(themed, pair.recommendation.table, pair.recommendation == themed.c.recommendation)
        .where(pair.body == body)
        .group_by(themed.c.theme)
    )
    if meeting is not None:
        query = query.where(pair.meeting == meeting)
    return {row[0]: row[1] for row in conn.execute(query)}
