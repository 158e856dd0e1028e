"""The two times for which a page may be asked: as known on (`as_of`), and as it was on (`valid`), a day or an instant."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tracker.kit.errors import BadInput

KNOWN, VALID = "as_of", "valid"
"""The parameters of addresses and, with dashes, the options of commands."""
FIRST_YEAR = 1900
EFFECTIVE_ZONE = "UTC"
"""Since when something is so is kept as the midnight of a calendar day in UTC; there such a day ends, too."""
EXAMPLES = "write it as 2026-11-24 or 2026-11-24T15:30"


class Moment(msgspec.Struct, frozen=True):
    """A moment as it was asked for: `text` as addresses carry it, `day` for the reader; a day stands for its end."""

    at: datetime
    text: str
    day: date
    whole_day: bool


class Asked(msgspec.Struct, frozen=True):
    """What was known then, as it was then; None: by all that is known now, or whenever it was so."""

    known: Moment | None
    valid: Moment | None
    zone: str

    @property
    def day(self) -> date:
        """The day for which the page answers."""
        return self._asked.day

    @property
    def moment(self) -> datetime:
        """The instant for which the page answers."""
        return self._asked.at

    @property
    def _asked(self) -> Moment:
        found = self.valid or self.known
        assert found is not None  # noqa: S101 - `asked` makes none without a moment
        return found

    @property
    def query(self) -> dict[str, str]:
        """What keeps an address at this moment."""
        return {name: at.text for name, at in ((KNOWN, self.known), (VALID, self.valid)) if at is not None}


def asked(given: Mapping[str, str], now: datetime, zone: str) -> Asked | None:
    """What an address asks for, None for now. Raises `BadInput` that names the parameter to blame."""
    known = moment(given.get(KNOWN, ""), KNOWN, zone)
    valid = moment(given.get(VALID, ""), VALID, EFFECTIVE_ZONE)
    today = now.astimezone(ZoneInfo(zone)).date()
    for name, at in ((KNOWN, known), (VALID, valid)):
        if at is not None and (at.day > today or (not at.whole_day and at.at > now)):
            raise BadInput(f"{_worded(at)} lies ahead; nobody knows yet what will be then.", field=name)
    if known is not None and known.whole_day and known.day == today:
        known = None
    if valid is not None and known is not None and _later(valid, known):
        raise BadInput(
            f"{_worded(valid)} lies after {_worded(known)}, when nobody could know of it; “as it was on” must be the "
            "earlier of the two.",
            field=VALID,
        )
    if valid is not None and known is None and valid.whole_day and valid.day == today:
        valid = None
    return Asked(known, valid, zone) if known or valid else None


def moment(text: str, name: str, zone: str) -> Moment | None:
    """A day or an instant, of the reader's zone unless it says another; None for no text. Raises `BadInput`."""
    text = text.strip().replace(" ", "T")
    if not text:
        return None
    try:
        day, given = date.fromisoformat(text), None
    except ValueError:
        given = _instant(text, name, zone)
        day = given.astimezone(ZoneInfo(zone)).date()
    if day.year < FIRST_YEAR:
        raise BadInput(f"{day} is too long ago; choose a day since the year {FIRST_YEAR}.", field=name)
    if given is not None:
        return Moment(given, text, day, whole_day=False)
    return Moment(end_of(day, zone, name), day.isoformat(), day, whole_day=True)


def end_of(day: date, zone: str, name: str) -> datetime:
    """The last instant of a day in a zone, in UTC; raises `BadInput` where the calendar ends."""
    if day >= date.max - timedelta(days=1):
        raise BadInput(f"{day} lies ahead; nobody knows yet what will be then.", field=name)
    return _utc(datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))) - timedelta(
        microseconds=1
    )


def _later(one: Moment, other: Moment) -> bool:
    days = one.whole_day or other.whole_day
    return one.day > other.day if days else one.at > other.at


def _instant(text: str, name: str, zone: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return _utc(found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise BadInput(f"“{text[:40]}” is no date; {EXAMPLES}.", field=name) from None


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _worded(at: Moment) -> str:
    return at.text
