"""What can be found: a row each for recommendations, activities, meetings, partners and reports.

Only what every reader may see is in it: no restricted evidence, no names of people, no reasons and notes of decisions.
"""

import hashlib
import re
from typing import Any

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.followups import events as f
from tracker.kit.errors import Tampered
from tracker.meetings import events as m
from tracker.people import events as p
from tracker.recommendations import events as r
from tracker.search.asking import joined
from tracker.search.kinds import KIND_BITS, KINDS, Kind
from tracker.search.tables import entries

PROJECTION = Projection("search", version=2, tables=[entries], by_stream=True)
EMPTY: Row = dict.fromkeys((c.name for c in entries.columns), None) | {"demonstration": False, "title": ""}
MOST_TERMS = 200_000
"""Characters of terms a row: PostgreSQL's text-search vector holds a million bytes."""

_NUMBER = re.compile(r"-[AR][0-9]{2,3}(-[0-9]{2,3})?$")
"""What an element's code adds to that of the meeting that adopted it."""


@PROJECTION.on(r.RecommendationRecorded)
def _adopted(rows: Rows, recorded: Seen, event: r.RecommendationRecorded) -> None:
    about = {"code": event.code, "body": event.body, "meeting": event.meeting, "recommendation": event.code}
    texts = {"text": event.text, "note": event.note}
    _put(rows, recorded, _new("recommendation", recorded, texts=texts, **about))


@PROJECTION.on(r.RecommendationRevised)
def _revised(rows: Rows, recorded: Seen, event: r.RecommendationRevised) -> None:
    row = _there(rows, recorded, "recommendation")
    _put(rows, recorded, row | {"texts": {"text": event.text, "note": event.note}})


@PROJECTION.on(r.ActivityRecorded)
def _begun(rows: Rows, recorded: Seen, event: r.ActivityRecorded) -> None:
    about = {"code": event.code, "body": event.body, "title": event.title}
    _put(rows, recorded, _new("activity", recorded, texts={"note": event.note}, **about))


@PROJECTION.on(r.ActivityRevised)
def _activity_revised(rows: Rows, recorded: Seen, event: r.ActivityRevised) -> None:
    row = _there(rows, recorded, "activity")
    _put(rows, recorded, row | {"title": event.title, "texts": row["texts"] | {"note": event.note}})


@PROJECTION.on(r.ActivityMentioned)
def _mentioned(rows: Rows, recorded: Seen, event: r.ActivityMentioned) -> None:
    row = _there(rows, recorded, "activity")
    said = {event.code: event.text, f"{event.code} note": event.note}
    _put(rows, recorded, row | {"texts": row["texts"] | said})


@PROJECTION.on(r.MentionWithdrawn)
def _mention_withdrawn(rows: Rows, recorded: Seen, event: r.MentionWithdrawn) -> None:
    row = _there(rows, recorded, "activity")
    gone = (event.code, f"{event.code} note")
    _put(
        rows,
        recorded,
        row | {"texts": {part: text for part, text in row["texts"].items() if part not in gone}},
    )


@PROJECTION.on(m.MeetingScheduled)
def _scheduled(rows: Rows, recorded: Seen, event: m.MeetingScheduled) -> None:
    texts = _of_meeting(event) | {"announced": event.announced}
    about = {"code": event.code, "body": event.body, "meeting": event.code, "title": event.title}
    row = _new("meeting", recorded, texts=texts, **about)
    _put(rows, recorded, row | {"dated": event.starts_on or row["dated"]})


@PROJECTION.on(m.MeetingRevised)
def _meeting_revised(rows: Rows, recorded: Seen, event: m.MeetingRevised) -> None:
    row = _there(rows, recorded, "meeting")
    _put(rows, recorded, row | {"title": event.title, "texts": row["texts"] | _of_meeting(event)})


@PROJECTION.on(m.MeetingCorrected)
def _meeting_corrected(rows: Rows, recorded: Seen, event: m.MeetingCorrected) -> None:
    row = _there(rows, recorded, "meeting")
    texts = row["texts"] | {"announced": event.announced}
    _put(rows, recorded, row | {"texts": texts, "dated": event.starts_on or row["dated"]})


@PROJECTION.on(m.MeetingMoved)
def _moved(rows: Rows, recorded: Seen, event: m.MeetingMoved) -> None:
    row = _there(rows, recorded, "meeting")
    moved = {name: value for name in ("place", "country") if (value := getattr(event, name))}
    _put(rows, recorded, row | {"texts": row["texts"] | moved, "dated": event.starts_on})


@PROJECTION.on(m.MeetingHeld)
def _held(rows: Rows, recorded: Seen, event: m.MeetingHeld) -> None:
    _put(rows, recorded, _there(rows, recorded, "meeting") | {"dated": event.starts_on})


@PROJECTION.on(m.WorkshopRecorded)
def _workshop(rows: Rows, recorded: Seen, event: m.WorkshopRecorded) -> None:
    row = _there(rows, recorded, "meeting")
    _put(rows, recorded, row | {"texts": row["texts"] | {f"workshop {event.code}": event.text}})


@PROJECTION.on(m.FactRecorded)
def _fact(rows: Rows, recorded: Seen, event: m.FactRecorded) -> None:
    row = _there(rows, recorded, "meeting")
    _put(rows, recorded, row | {"texts": row["texts"] | {f"fact {event.code}": event.text}})


@PROJECTION.on(p.PartnerRegistered)
def _registered(rows: Rows, recorded: Seen, event: p.PartnerRegistered) -> None:
    about = {"code": event.code, "partner": event.code, "title": event.name}
    _put(rows, recorded, _new("partner", recorded, texts={}, **about))


@PROJECTION.on(p.PartnerRenamed)
def _renamed(rows: Rows, recorded: Seen, event: p.PartnerRenamed) -> None:
    _put(rows, recorded, _there(rows, recorded, "partner") | {"title": event.name})


@PROJECTION.on(f.ProgressReported)
def _reported(rows: Rows, recorded: Seen, event: f.ProgressReported) -> None:
    code = _key(recorded)
    about = {
        "code": code,
        "meeting": _NUMBER.sub("", event.recommendation),
        "recommendation": event.recommendation,
        "partner": event.partner,
    }
    row = _new("report", recorded, event.report_id, texts={}, **about)
    _put(rows, recorded, row | _said(event))


@PROJECTION.on(f.ReportCorrected)
def _report_corrected(rows: Rows, recorded: Seen, event: f.ReportCorrected) -> None:
    _put(rows, recorded, _there(rows, recorded, "report", event.report_id) | _said(event))


@PROJECTION.on(f.ReportWithdrawn)
def _report_withdrawn(rows: Rows, recorded: Seen, event: f.ReportWithdrawn) -> None:
    rows.remove(entries, _id("report", _key(recorded), event.report_id))


def _said(event: f.ProgressReported | f.ReportCorrected) -> dict[str, Any]:
    shown = (item for item in event.evidence if not item.restricted)
    titles = (item.title or (item.file.name if item.file else "") for item in shown)
    texts = {
        "narrative": event.narrative,
        "label": event.raw_label,
        "evidence": "\n".join(filter(None, titles)),
    }
    return {"status": event.status, "dated": event.as_of, "texts": texts}


def _of_meeting(event: m.MeetingScheduled | m.MeetingRevised) -> dict[str, str]:
    return {name: getattr(event, name) for name in ("place", "country", "host", "note")}


def _new(kind: Kind, recorded: Seen, part: str = "", **about: Any) -> Row:
    entry = _id(kind, _key(recorded), part)
    return EMPTY | {"id": entry, "kind": kind, "dated": recorded.effective_at.date()} | about


def _there(rows: Rows, recorded: Seen, kind: Kind, part: str = "") -> Row:
    row = rows.get(entries, _id(kind, _key(recorded), part))
    if row is None:
        raise Tampered(
            f"Position {recorded.position} changes {recorded.stream_id}, which was never recorded."
        )
    return row


def _put(rows: Rows, recorded: Seen, row: Row) -> None:
    marked = row["demonstration"] or bool(recorded.metadata.get("demonstration"))
    texts = {part: text for part, text in row["texts"].items() if text}
    rows.put(entries, row | {"demonstration": marked, "texts": texts}, _index)


def _index(row: Row) -> None:
    texts = [
        row["texts"][part] for part in sorted(row["texts"])
    ]  # however they came, and from wherever they are read
    terms = joined(" \n ".join([row["code"], row["title"], *texts]))
    row["terms"] = terms if len(terms) <= MOST_TERMS else terms[: terms.rindex(" ", 0, MOST_TERMS) + 1]


def _key(recorded: Seen) -> str:
    """What the stream is about: its name without the category."""
    return recorded.stream_id.partition("-")[2]


def _id(kind: Kind, code: str, part: str = "") -> int:
    """The same for the same thing, whenever and on whichever database: among 100,000 things, two share one with a
    chance of 1 in 200 millions."""
    digest = hashlib.sha256(f"{kind}/{code}/{part}".encode()).digest()
    return KINDS.index(kind) << KIND_BITS | int.from_bytes(digest[:8]) >> 64 - KIND_BITS
