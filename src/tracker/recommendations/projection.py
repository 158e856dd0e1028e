"""From events to the rows of elements, addressees, links and activities."""

from collections.abc import Iterable
from datetime import date

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.kit.errors import Tampered
from tracker.kit.text import plain
from tracker.recommendations import events as e
from tracker.recommendations.tables import (
    activities,
    activity_links,
    addressees,
    mentions,
    recommendation_links,
    recommendation_themes,
    recommendations,
)

projection = Projection(
    "recommendations",
    version=2,
    tables=[
        recommendations,
        recommendation_themes,
        addressees,
        recommendation_links,
        activities,
        mentions,
        activity_links,
    ],
)


@projection.on(e.RecommendationRecorded)
def _recorded(rows: Rows, recorded: Seen, event: e.RecommendationRecorded) -> None:
    row = {
        "code": event.code,
        "meeting": event.meeting,
        "body": event.body,
        "kind": event.kind,
        "text": event.text,
        "parent": event.parent,
        "nature": event.nature,
        "themes": event.themes,
        "source": event.source,
        "lines": event.lines,
        "repeats": [],
        "note": event.note,
        "original_due_on": None,
        "due_on": None,
        "superseded_by": None,
        "superseded_on": None,
        "searchable": plain(f"{event.code} {event.text}"),
        "demonstration": _demonstration(recorded),
        "due_demonstration": False,
    }
    rows.put(recommendations, row)
    _put_themes(rows, event.code, (), event.themes)


@projection.on(e.RecommendationRevised)
def _revised(rows: Rows, recorded: Seen, event: e.RecommendationRevised) -> None:
    row = _row(rows, recorded)
    row |= {"text": event.text, "parent": event.parent, "source": event.source}
    row |= {"lines": event.lines, "note": event.note, "searchable": plain(f"{row['code']} {event.text}")}
    rows.put(recommendations, row)


@projection.on(e.RecommendationClassified)
def _classified(rows: Rows, recorded: Seen, event: e.RecommendationClassified) -> None:
    row = _row(rows, recorded)
    _put_themes(rows, row["code"], row["themes"], event.themes)
    rows.put(recommendations, row | {"nature": event.nature, "themes": event.themes})


@projection.on(e.RecommendationRepeated)
def _repeated(rows: Rows, recorded: Seen, event: e.RecommendationRepeated) -> None:
    row = _row(rows, recorded)
    again = {"source": event.source, "lines": event.lines, "note": event.note}
    rows.put(recommendations, row | {"repeats": [*row["repeats"], again]})


@projection.on(e.RepetitionWithdrawn)
def _repetition_withdrawn(rows: Rows, recorded: Seen, event: e.RepetitionWithdrawn) -> None:
    row = _row(rows, recorded)
    there = (event.source, event.lines)
    left = [each for each in row["repeats"] if (each["source"], each["lines"]) != there]
    rows.put(recommendations, row | {"repeats": left})


@projection.on(e.RecommendationLinked)
def _linked(rows: Rows, recorded: Seen, event: e.RecommendationLinked) -> None:
    row = {"recommendation": _key(recorded), "to": event.to, "relation": event.relation}
    rows.put(recommendation_links, row | {"basis": event.basis, "note": event.note})
    rows.put(recommendations, _row(rows, recorded))


@projection.on(e.RecommendationUnlinked)
def _unlinked(rows: Rows, recorded: Seen, event: e.RecommendationUnlinked) -> None:
    rows.remove(recommendation_links, _key(recorded), event.to)
    rows.put(recommendations, _row(rows, recorded))


@projection.on(e.RecommendationSuperseded)
def _superseded(rows: Rows, recorded: Seen, event: e.RecommendationSuperseded) -> None:
    taken = {"superseded_by": event.by, "superseded_on": recorded.effective_at.date()}
    rows.put(recommendations, _row(rows, recorded) | taken)


@projection.on(e.SupersessionWithdrawn)
def _supersession_withdrawn(rows: Rows, recorded: Seen, event: e.SupersessionWithdrawn) -> None:
    rows.put(recommendations, _row(rows, recorded) | {"superseded_by": None, "superseded_on": None})


@projection.on(e.RecommendationDirected)
def _directed(rows: Rows, recorded: Seen, event: e.RecommendationDirected) -> None:
    shared = {"recommendation": _key(recorded), "since": event.on, "rule": event.rule}
    for partner in event.partners:
        rows.put(addressees, shared | {"partner": partner, "demonstration": _demonstration(recorded)})


@projection.on(e.AddresseeReleased)
def _released(rows: Rows, recorded: Seen, event: e.AddresseeReleased) -> None:
    for partner in event.partners:
        rows.remove(addressees, _key(recorded), partner)


@projection.on(e.DueSet)
def _due_set(rows: Rows, recorded: Seen, event: e.DueSet) -> None:
    _due(rows, recorded, original_due_on=event.due_on, due_on=event.due_on)


@projection.on(e.DueMoved)
def _due_moved(rows: Rows, recorded: Seen, event: e.DueMoved) -> None:
    _due(rows, recorded, due_on=event.due_on)


@projection.on(e.DueWithdrawn)
def _due_withdrawn(rows: Rows, recorded: Seen, event: e.DueWithdrawn) -> None:
    _due(rows, recorded, original_due_on=None, due_on=None)


@projection.on(e.ActivityRecorded)
def _activity_recorded(rows: Rows, recorded: Seen, event: e.ActivityRecorded) -> None:
    row = {
        "code": event.code,
        "body": event.body,
        "title": event.title,
        "kind": event.kind,
        "note": event.note,
    }
    rows.put(activities, row | {"demonstration": _demonstration(recorded)})


@projection.on(e.ActivityRevised)
def _activity_revised(rows: Rows, recorded: Seen, event: e.ActivityRevised) -> None:
    changed = {"title": event.title, "kind": event.kind, "note": event.note}
    rows.put(activities, _activity(rows, recorded) | changed)


@projection.on(e.ActivityMentioned)
def _mentioned(rows: Rows, recorded: Seen, event: e.ActivityMentioned) -> None:
    row = {"code": event.code, "activity": _key(recorded), "meeting": event.meeting, "text": event.text}
    rows.put(mentions, row | {"source": event.source, "lines": event.lines, "note": event.note})
    rows.put(activities, _activity(rows, recorded))


@projection.on(e.MentionWithdrawn)
def _mention_withdrawn(rows: Rows, recorded: Seen, event: e.MentionWithdrawn) -> None:
    rows.remove(mentions, event.code)
    rows.put(activities, _activity(rows, recorded))


@projection.on(e.ActivityLinked)
def _activity_linked(rows: Rows, recorded: Seen, event: e.ActivityLinked) -> None:
    row = {"activity": _key(recorded), "recommendation": event.recommendation}
    rows.put(activity_links, row | {"basis": event.basis, "note": event.note})
    rows.put(activities, _activity(rows, recorded))


@projection.on(e.ActivityUnlinked)
def _activity_unlinked(rows: Rows, recorded: Seen, event: e.ActivityUnlinked) -> None:
    rows.remove(activity_links, _key(recorded), event.recommendation)
    rows.put(activities, _activity(rows, recorded))


def _key(recorded: Seen) -> str:
    """The code in `recommendation-CMM8-R03` or `activity-ASEM-ACT-01`."""
    return recorded.stream_id.partition("-")[2]


def _row(rows: Rows, recorded: Seen) -> Row:
    return _changed(rows.get(recommendations, _key(recorded)), recorded)


def _due(rows: Rows, recorded: Seen, **dates: date | None) -> None:
    """Other dates; demonstration data marks them alone, until an event sets them anew."""
    row = _there(rows.get(recommendations, _key(recorded)), recorded)
    played = dates["due_on"] is not None and _demonstration(recorded)
    rows.put(recommendations, row | dates | {"due_demonstration": played})


def _activity(rows: Rows, recorded: Seen) -> Row:
    return _changed(rows.get(activities, _key(recorded)), recorded)


def _changed(row: Row | None, recorded: Seen) -> Row:
    """A copy of the row, marked when this event is demonstration data."""
    row = _there(row, recorded)
    return row | {"demonstration": row["demonstration"] or _demonstration(recorded)}


def _there(row: Row | None, recorded: Seen) -> Row:
    if row is None:
        raise Tampered(
            f"Position {recorded.position} changes {recorded.stream_id}, which was never recorded."
        )
    return row


def _demonstration(recorded: Seen) -> bool:
    return bool(recorded.metadata.get("demonstration", False))


def _put_themes(rows: Rows, code: str, before: Iterable[str], after: Iterable[str]) -> None:
    for theme in before:
        rows.remove(recommendation_themes, code, theme)
    for theme in after:
        rows.put(recommendation_themes, {"recommendation": code, "theme": theme})
