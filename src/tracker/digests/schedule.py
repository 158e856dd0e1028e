"""When a digest is due; pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.kit.clock import local_date

MONDAY = 0
AT = time(7)


def period_due(now: datetime, time_zone: str, *, since: date) -> date | None:
    """The newest period that has begun for a reader in `time_zone`: a Monday, at seven in the morning there.

    After an outage it is one period, not all that were missed. None when that Monday lies before `since`, the
    first day on which the reader had anything to do with it.
    """
    today = local_date(now, time_zone)
    monday = today - timedelta(days=(today.weekday() - MONDAY) % 7)
    if now < begins(monday, time_zone):
        monday -= timedelta(days=7)
    return monday if monday >= since else None


def begins(period: date, time_zone: str) -> datetime:
    """The instant at which a period's digest falls due."""
    return datetime.combine(period, AT, ZoneInfo(time_zone))
