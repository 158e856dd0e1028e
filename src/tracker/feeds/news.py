"""An event of the log in the words of a feed. Says who by their office, and nothing about evidence."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.followups import events as f
from tracker.meetings import events as m
from tracker.recommendations import events as r
from tracker.web.render import day, days
from tracker.web.words import status


class News(msgspec.Struct, frozen=True):
    """One entry. `position`: its place in the log; `path`: the parts of the address of what it is about."""

    position: int
    event_id: str
    at: datetime
    title: str
    text: str
    author: str
    path: tuple[str, ...]
    demonstration: bool


def _report(said: f.ProgressReported | f.ReportCorrected, done: str) -> tuple[str, str]:
    return f"{{partner}} {done} “{status(said.status)}” as of {day(said.as_of)}", said.narrative


def _why(reason: str) -> str:
    return f"Reason: {reason}" if reason else ""


def _planned(event: m.MeetingScheduled) -> tuple[str, str]:
    when = days(event.starts_on, event.ends_on) if event.starts_on else event.announced
    return "{code} is planned", "; ".join(each for each in (event.title, when, event.place) if each)


# What each event is called and what is said about it; `{partner}` and `{code}` are filled in.
SAYS: dict[type[Event], Callable[..., tuple[str, str]]] = {
    r.RecommendationRecorded: lambda event: ("{code} is recorded as adopted", event.text),
    f.ProgressReported: lambda event: _report(event, "reports"),
    f.ReportCorrected: lambda event: _report(event, "corrects its report:"),
    f.ReportWithdrawn: lambda event: ("{partner} takes a report back", _why(event.reason)),
    f.ReportValidated: lambda event: ("The report of {partner} is validated", ""),
    f.ReportVerified: lambda event: ("The report of {partner} is verified", ""),
    m.MeetingScheduled: _planned,
    m.MeetingMoved: lambda event: (
        f"{{code}} moves to {days(event.starts_on, event.ends_on)}",
        _why(event.reason),
    ),
    m.MeetingHeld: lambda event: (f"{{code}} was held, {days(event.starts_on, event.ends_on)}", ""),
    m.MeetingReleased: lambda event: ("What {code} adopted is released", ""),
    m.MeetingCancelled: lambda event: ("{code} will not take place", _why(event.reason)),
}


def told(recorded: Recorded, partners: Mapping[str, str]) -> News:
    """The entry about one event of `SAYS`; `partners`: names by code."""
    kind, _, code = recorded.stream_id.partition("-")
    element, _, partner = code.partition(":")
    name = partners.get(partner, partner)
    title, text = SAYS[type(recorded.event)](recorded.event)
    paths = {"followup": ("follow-ups", element, partner), "meeting": ("meetings", code)}
    return News(
        position=recorded.position,
        event_id=recorded.event_id,
        at=recorded.recorded_at,
        title=f"{element}: {title}".replace("{partner}", name) if partner else title.replace("{code}", code),
        text=text,
        author=_office(recorded.event, name),
        path=paths.get(kind, ("recommendations", code)),
        demonstration=bool(recorded.metadata.get("demonstration", False)),
    )


def _office(event: Event, partner: str) -> str:
    if isinstance(event, f.ReportValidated):
        return f"Validating authority, {partner}"
    if isinstance(event, f.ProgressReported | f.ReportCorrected | f.ReportWithdrawn):
        return f"Focal points, {partner}"
    return "Independent check" if isinstance(event, f.ReportVerified) else "Secretariat"
