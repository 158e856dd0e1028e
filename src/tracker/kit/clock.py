"""Time is an argument and is UTC until shown."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The one place that reads the machine's clock."""
    return datetime.now(UTC)


def at_midnight(day: date) -> datetime:
    """The instant by which a calendar day is recorded as an effective time: its midnight in UTC."""
    return datetime.combine(day, time.min, UTC)


def local_date(instant: datetime, zone: str) -> date:
    """Today for a reader in `zone` (an IANA name)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def iso(instant: datetime) -> str:
    """Fixed-width UTC text with microseconds, `2018-03-02T00:00:00.000000Z`: sorts as time does."""
    # A quarter of the time that `datetime.isoformat` takes; it leaves out microseconds that are zero.
    text: str = msgspec.to_builtins(instant.astimezone(UTC))
    return text if instant.microsecond else f"{text[:-1]}.000000Z"


def from_iso(text: str) -> datetime:
    """The reverse of `iso`."""
    return datetime.fromisoformat(text)
