"""The figures that a reader asked for: kept ones, or counted now."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tracker.eventstore.past import remembered
from tracker.followups.tallies import demonstrations
from tracker.meetings import queries as meetings
from tracker.metrics import queries, service
from tracker.metrics.figures import Figures
from tracker.people import queries as people
from tracker.people.sight import sight_of
from tracker.people.visit import Visit


class Counted(msgspec.Struct, frozen=True):
    """Figures with the log position that they hold for; `computed_at` is None if they were computed for this page."""

    figures: Figures
    position: int
    computed_at: datetime | None


class Seen(msgspec.Struct, frozen=True):
    """All that the pictures of a meeting show. `over`: the short figures of each meeting whose figures are kept up;
    the names are by code; `played`: how many follow-ups rest on demonstration data."""

    counted: Counted
    over: list[Counted]
    body: meetings.Body
    themes: Mapping[str, str]
    partners: Mapping[str, str]
    groupings: Mapping[str, str]
    played: int


def counted(visit: Visit, meeting: str) -> Counted:
    """The newest snapshot; where nothing was kept yet, counted now, and for a day in the past once. Raises
    `NotFound`."""

    def count() -> Counted:
        return Counted(service.compute(visit.conn, meeting, visit.today), visit.position, None)

    if visit.as_of is not None:
        return remembered(visit.conn, ("metrics", meeting, visit.today, sight_of(visit.conn).from_all), count)
    kept = queries.latest(visit.live, meeting)
    return count() if kept is None else Counted(kept.figures, kept.position, kept.computed_at)


def seen(visit: Visit, meeting: str) -> Seen:
    """As much for the pictures; the number of statements does not depend on how many meetings or partners there are.
    Raises `NotFound`."""
    conn = visit.conn
    of = counted(visit, meeting)
    body = meetings.body(conn, of.figures.body)
    return Seen(
        of,
        _over(visit, body.code),
        body,
        {theme.code: theme.title for theme in meetings.themes(conn, body.code)},
        {partner.code: partner.name for partner in people.all_partners(conn)},
        people.groupings_of(conn, body.code, of.figures.as_of),
        demonstrations(conn).get(body.code, 0),
    )


def _over(visit: Visit, body: str) -> list[Counted]:
    kept = {} if visit.as_of else queries.latest_of_body(visit.live, body)
    followed = service.followed(visit.conn, body, visit.today)
    missing = [each for each in followed if each.code not in kept]
    now = {each.meeting: each for each in service.compute_all(visit.conn, missing, visit.today)}
    return [
        Counted(now[each.code], visit.position, None)
        if each.code in now
        else Counted(kept[each.code].figures, kept[each.code].position, kept[each.code].computed_at)
        for each in followed
    ]
