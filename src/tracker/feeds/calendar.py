"""iCalendar (RFC 5545): whole days with identities that stay. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from tracker.feeds.queries import Day

MEDIA_TYPE = "text/calendar"
LINE_BYTES = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def written(site: str, name: str, days: Sequence[Day]) -> str:
    """The calendar as text; lines end and fold as the standard asks."""
    host = urlsplit(site).hostname or ""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Follow-up tracker//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        *(line for each in days for line in _event(site, host, each)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(site: str, host: str, day: Day) -> list[str]:
    """DTEND is the day after the last one: it is exclusive."""
    path = "/" + "/".join(quote(part, safe="") for part in day.path)
    said = [("DESCRIPTION", day.text), ("LOCATION", day.place)]
    return [
        "BEGIN:VEVENT",
        f"UID:{day.key}@{host}",
        f"DTSTAMP:{_instant(day.changed_at)}",
        f"LAST-MODIFIED:{_instant(day.changed_at)}",
        f"SEQUENCE:{day.version - 1}",
        f"DTSTART;VALUE=DATE:{day.starts_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.ends_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{'[Demonstration] ' if day.demonstration else ''}{_text(day.title)}",
        *(f"{field}:{_text(text)}" for field, text in said if text),
        f"URL:{site}{path}",
        f"STATUS:{'CANCELLED' if day.cancelled else 'CONFIRMED'}",
        f"TRANSP:{'OPAQUE' if day.busy else 'TRANSPARENT'}",
        "END:VEVENT",
    ]


def _instant(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    plain = "".join(c for c in text if c >= " " or c in "\n\t")
    return plain.translate(_ESCAPED)


def _folded(line: str) -> str:
    """At most 75 bytes a line; what goes on begins with a space. No character is cut in two."""
    parts, part, size = list[str](), "", 0
    for character in line:
        bytes_of = len(character.encode())
        if size + bytes_of > LINE_BYTES:
            parts.append(part)
            part, size = " ", 1
        part, size = part + character, size + bytes_of
    return "\r\n".join([*parts, part])
