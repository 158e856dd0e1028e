"""Two moments between which something changed: meetings, days or instants, as people name them."""

from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection

from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.web.asked import end_of, moment

By = Literal["effective", "recorded"]
ZONE = "UTC"
"""In which days end: the same question has the same answer for everybody, by whatever door it comes."""


class Between(msgspec.Struct, frozen=True):
    """After `since`, up to `until`: by when it was so, or by when the tracker learned it; of what was known at the log
    position `up_to`."""

    since: datetime
    until: datetime
    by: By
    up_to: int


def between(conn: Connection, since: str, until: str, *, by: By, up_to: int, latest: datetime) -> Between:
    """What people mean by two names of moments; without `until`, up to `latest`. Raises `BadInput` and `NotFound` that
    name the field to blame."""
    start = named(conn, since, "since")
    end = named(conn, until, "until") if until.strip() else latest
    if start >= end:
        raise BadInput(
            f"{since} is not before {until.strip() or 'now'}; name the earlier one first.", field="since"
        )
    return Between(start, end, by, up_to)


def named(conn: Connection, given: str, field: str) -> datetime:
    """The end of a day, or of a meeting's last day, or an instant. Raises `BadInput`, `NotFound` for no meeting."""
    code = given.strip().upper()
    if not code or code[0].isdigit():
        found = moment(given, field, ZONE)
        if found is None:
            raise BadInput("“” is no date; name a meeting or a day, such as CMM8 or 2026-11-24.", field=field)
        return found.at
    try:
        ends_on = meetings.meeting(conn, code).ends_on
    except NotFound as error:
        raise NotFound(f"{error.message} Days are written as 2026-11-24.", field=field) from None
    if ends_on is None:
        raise BadInput(f"{code} has no date yet; give a day instead.", field=field)
    return end_of(ends_on, ZONE, field)


def last_held(conn: Connection, today: date) -> str:
    """The code of the meeting that was held last, of any body; empty if none was."""
    held = [each for each in meetings.meetings(conn) if each.state == "held" and each.ends_on is not None]
    past = [each for each in held if each.ends_on is not None and each.ends_on < today]
    return max(past, key=lambda each: each.ends_on or today).code if past else ""
