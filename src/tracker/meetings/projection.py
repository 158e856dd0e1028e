"""Events about bodies and meetings to rows."""

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.meetings.events import (
    BodyEstablished,
    BodyRevised,
    CutoffSet,
    FactRecorded,
    MeetingCancelled,
    MeetingCorrected,
    MeetingEmbargoed,
    MeetingHeld,
    MeetingMoved,
    MeetingReleased,
    MeetingRevised,
    MeetingScheduled,
    ThemeDefined,
    WorkshopRecorded,
)
from tracker.meetings.tables import bodies, facts, meetings, themes, workshops

projection = Projection("meetings", version=3, tables=[bodies, themes, meetings, workshops, facts])
DAYS = {"starts_on", "ends_on"}
"""Whoever sets them last says whether they are demonstration data; the mark of all else stays."""


@projection.on(BodyEstablished)
def _established(rows: Rows, recorded: Seen, event: BodyEstablished) -> None:
    row = {
        "code": event.code,
        "name": event.name,
        "description": event.description,
        "groupings": event.groupings,
        "validation": event.validation,
        "source": event.source,
    }
    rows.put(bodies, row | {"demonstration": _demonstration(recorded)})


@projection.on(BodyRevised)
def _body_revised(rows: Rows, recorded: Seen, event: BodyRevised) -> None:
    row = _row(rows.get(bodies, _key(recorded)))
    changed = {
        "name": event.name,
        "description": event.description,
        "groupings": event.groupings,
        "validation": event.validation,
    }
    rows.put(bodies, row | changed | {"demonstration": row["demonstration"] or _demonstration(recorded)})


@projection.on(ThemeDefined)
def _theme_defined(rows: Rows, recorded: Seen, event: ThemeDefined) -> None:
    rows.put(themes, {"body": _key(recorded), "code": event.code, "title": event.title})


@projection.on(MeetingScheduled)
def _scheduled(rows: Rows, recorded: Seen, event: MeetingScheduled) -> None:
    row = {name: getattr(event, name) for name in event.__struct_fields__}
    played = _demonstration(recorded)
    marks = {"demonstration": played, "days_demonstration": played}
    rows.put(meetings, row | marks | {"state": "planned", "embargoed": False, "reports_by": None})


@projection.on(MeetingRevised)
def _revised(rows: Rows, recorded: Seen, event: MeetingRevised) -> None:
    names = ("title", "place", "country", "host", "source", "note")
    _change(rows, recorded, **{name: getattr(event, name) for name in names})


@projection.on(MeetingCorrected)
def _corrected(rows: Rows, recorded: Seen, event: MeetingCorrected) -> None:
    names = ("number", "kind", "prepares", "announced", "starts_on", "ends_on")
    _change(rows, recorded, **{name: getattr(event, name) for name in names})


@projection.on(MeetingMoved)
def _moved(rows: Rows, recorded: Seen, event: MeetingMoved) -> None:
    moved = {name: value for name in ("place", "country") if (value := getattr(event, name))}
    _change(rows, recorded, starts_on=event.starts_on, ends_on=event.ends_on, **moved)


@projection.on(MeetingHeld)
def _held(rows: Rows, recorded: Seen, event: MeetingHeld) -> None:
    _change(rows, recorded, state="held", starts_on=event.starts_on, ends_on=event.ends_on)


@projection.on(MeetingEmbargoed)
def _embargoed(rows: Rows, recorded: Seen, event: MeetingEmbargoed) -> None:
    _change(rows, recorded, embargoed=True)


@projection.on(MeetingReleased)
def _released(rows: Rows, recorded: Seen, event: MeetingReleased) -> None:
    _change(rows, recorded, embargoed=False)


@projection.on(CutoffSet)
def _cut_off(rows: Rows, recorded: Seen, event: CutoffSet) -> None:
    _change(rows, recorded, reports_by=event.reports_by)


@projection.on(MeetingCancelled)
def _cancelled(rows: Rows, recorded: Seen, event: MeetingCancelled) -> None:
    _change(rows, recorded, state="cancelled")


@projection.on(WorkshopRecorded)
def _workshop(rows: Rows, recorded: Seen, event: WorkshopRecorded) -> None:
    row = {"code": event.code, "meeting": _key(recorded), "text": event.text}
    rows.put(workshops, row | {"lines": event.lines, "source": event.source})


@projection.on(FactRecorded)
def _fact(rows: Rows, recorded: Seen, event: FactRecorded) -> None:
    rows.put(
        facts, {"code": event.code, "meeting": _key(recorded), "text": event.text, "sources": event.sources}
    )


def _change(rows: Rows, recorded: Seen, **changed: object) -> None:
    row = _row(rows.get(meetings, _key(recorded)))
    played, marks = _demonstration(recorded), {}
    if changed.keys() >= DAYS:
        marks["days_demonstration"] = played
    if changed.keys() != DAYS:
        marks["demonstration"] = row["demonstration"] or played
    rows.put(meetings, row | changed | marks)


def _key(recorded: Seen) -> str:
    """The code of the body or meeting: the stream's name without the category."""
    return recorded.stream_id.split("-", 1)[1]


def _row(found: Row | None) -> Row:
    """The row that an earlier event of the same stream made."""
    if found is None:
        raise LookupError("An event changes a row that no earlier event made.")
    return found


def _demonstration(recorded: Seen) -> bool:
    return bool(recorded.metadata.get("demonstration", False))
