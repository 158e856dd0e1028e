"""How many follow-ups stand at each shown status, per recommendation, partner or meeting: one statement each."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, and_, func, select

from tracker.followups.queries import DIRECTED, pair, shown_status
from tracker.followups.tables import followups
from tracker.web.words import NO_INFORMATION_CODE, STATUS

Tally = dict[str, int]
"""Follow-ups by shown status."""

BY: dict[str, ColumnElement[str]] = {
    "body": pair.body,
    "recommendation": pair.recommendation,
    "partner": pair.partner,
    "meeting": pair.meeting,
}
ORDER = (*STATUS, NO_INFORMATION_CODE)
"""The order in which statuses stand in bars and tables: the furthest first, silence last."""


def tallies(
    conn: Connection,
    by: str,
    *,
    body: str | None = None,
    meeting: str | None = None,
    partner: str | None = None,
) -> dict[str, Tally]:
    """The tally of each body, meeting, recommendation or partner (`by`) that has any follow-up, of those asked for."""
    own = followups.c
    wanted: list[ColumnElement[bool]] = []
    for column, value in ((pair.body, body), (pair.meeting, meeting), (pair.partner, partner)):
        if value is not None:
            wanted.append(column == value)
    mine = and_(own.recommendation == pair.recommendation, own.partner == pair.partner)
    query = (
        select(BY[by], shown_status.label("status"), func.count().label("count"))
        .select_from(DIRECTED.outerjoin(followups, mine))
        .where(*wanted)
        .group_by(BY[by], shown_status)
    )
    found: dict[str, Tally] = {}
    for key, status, count in conn.execute(query):
        found.setdefault(key, {})[status] = count
    return found


def parts(tally: Mapping[str, int] | None, *, all_of: bool = False) -> list[tuple[str, int]]:
    """A tally as (status, count) in the order of `ORDER`; with `all_of`, the empty ones of the six reported statuses
    and silence too."""
    counts = tally or {}
    return [
        (status, counts.get(status, 0))
        for status in ORDER
        if counts.get(status) or (all_of and status in ALWAYS)
    ]


ALWAYS = ("implemented", "partially_implemented", "under_implementation", "not_started", NO_INFORMATION_CODE)


def total(tally: Mapping[str, int] | None) -> int:
    """All follow-ups of a tally."""
    return sum((tally or {}).values())


def added(many: Mapping[str, Tally]) -> Tally:
    """Several tallies as one."""
    whole: Tally = {}
    for tally in many.values():
        for status, count in tally.items():
            whole[status] = whole.get(status, 0) + count
    return whole


def demonstrations(conn: Connection, by: str = "body") -> dict[str, int]:
    """How many follow-ups of each body, meeting, recommendation or partner (`by`) rest on demonstration data, for the
    mark beside figures that count them."""
    own = followups.c
    mine = and_(own.recommendation == pair.recommendation, own.partner == pair.partner)
    query = select(BY[by], func.count()).select_from(DIRECTED.join(followups, mine))
    found = conn.execute(query.where(own.demonstration).group_by(BY[by]))
    return {row[0]: row[1] for row in found}
