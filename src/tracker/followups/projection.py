"""Follow-ups: from events to one row for each (recommendation, addressee) that was ever heard or decided on."""

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Row, Rows
from tracker.followups import events as e
from tracker.followups.tables import followups
from tracker.kit.clock import from_iso, iso
from tracker.kit.errors import Tampered

PROJECTION = Projection("followups", version=2, tables=[followups], by_stream=True)
COUNTS = ("validated", "verified")
NEVER_REPORTED: Row = dict.fromkeys(
    ("status", "as_of", "report_id", "verification", "counted_status", "reported_by", "reported_at")
) | {"raw_label": "", "narrative": "", "evidence": []}
EMPTY: Row = (
    dict.fromkeys((column.name for column in followups.columns), None)
    | NEVER_REPORTED
    | {"demonstration": False}
)


@PROJECTION.on(e.ResponseRecorded)
def _responded(rows: Rows, recorded: Seen, event: e.ResponseRecorded) -> None:
    row = _row(rows, recorded)
    _heard(row, recorded)
    row["response"] = event.response
    rows.put(followups, row, _stand)


@PROJECTION.on(e.ProgressReported)
def _reported(rows: Rows, recorded: Seen, event: e.ProgressReported) -> None:
    row = _row(rows, recorded)
    _heard(row, recorded)
    row["reports"].append(
        _said(recorded, event) | {"id": event.report_id, "version": recorded.stream_version}
    )
    rows.put(followups, row, _stand)


@PROJECTION.on(e.ReportCorrected)
def _corrected(rows: Rows, recorded: Seen, event: e.ReportCorrected) -> None:
    row = _row(rows, recorded)
    _heard(row, recorded)
    # It keeps its place: a correction of an earlier report does not overtake a later one.
    _report(row, event.report_id).update(_said(recorded, event))
    rows.put(followups, row, _stand)


@PROJECTION.on(e.ReportValidated)
def _validated(rows: Rows, recorded: Seen, event: e.ReportValidated) -> None:
    row = _row(rows, recorded)
    _heard(row, recorded)
    _judge(rows, row, event.report_id, "validated")


@PROJECTION.on(e.ReportVerified)
def _verified(rows: Rows, recorded: Seen, event: e.ReportVerified) -> None:
    _judge(rows, _row(rows, recorded), event.report_id, "verified")


@PROJECTION.on(e.ReportDisputed)
def _disputed(rows: Rows, recorded: Seen, event: e.ReportDisputed) -> None:
    _judge(rows, _row(rows, recorded), event.report_id, "disputed")


@PROJECTION.on(e.ReportWithdrawn)
def _report_withdrawn(rows: Rows, recorded: Seen, event: e.ReportWithdrawn) -> None:
    row = _row(rows, recorded)
    _heard(row, recorded)
    row["reports"].remove(_report(row, event.report_id))
    rows.put(followups, row, _stand)


@PROJECTION.on(e.DisputeWithdrawn)
def _dispute_withdrawn(rows: Rows, recorded: Seen, event: e.DisputeWithdrawn) -> None:
    _judge(rows, _row(rows, recorded), event.report_id, "reported")


@PROJECTION.on(e.FollowupDueMoved)
def _due_moved(rows: Rows, recorded: Seen, event: e.FollowupDueMoved) -> None:
    row = _row(rows, recorded)
    row["original_due_on"] = row["original_due_on"] or event.due_on
    row["due_on"] = event.due_on
    rows.put(followups, row, _stand)


@PROJECTION.on(e.FollowupClosed)
def _closed(rows: Rows, recorded: Seen, event: e.FollowupClosed) -> None:
    row = _row(rows, recorded)
    row["decisions"].append(_decision(recorded, event.meeting, event.ending))
    _end(rows, row)


@PROJECTION.on(e.FollowupReopened)
def _reopened(rows: Rows, recorded: Seen, event: e.FollowupReopened) -> None:
    row = _row(rows, recorded)
    row["decisions"].append(_decision(recorded, event.meeting, None))
    _end(rows, row)


@PROJECTION.on(e.DecisionWithdrawn)
def _decision_withdrawn(rows: Rows, recorded: Seen, event: e.DecisionWithdrawn) -> None:
    row = _row(rows, recorded)
    row["decisions"].pop()
    _end(rows, row)


def _row(rows: Rows, recorded: Seen) -> Row:
    """The row of the event's stream, a new one if there is none, with what every event changes."""
    key = _pair(recorded.stream_id)
    row = rows.get(followups, *key)
    if row is None:
        row = EMPTY | {"recommendation": key[0], "partner": key[1]}
        row |= {"evidence": [], "reports": [], "decisions": []}
    row["version"], row["position"] = recorded.stream_version, recorded.position
    if recorded.metadata.get("demonstration"):
        row["demonstration"] = True
    return row


@lru_cache(maxsize=100)
def _pair(stream_id: str) -> tuple[str, str]:
    """Recommendation and partner; events come in long runs of one stream."""
    recommendation, _, partner = stream_id.removeprefix("followup-").rpartition(":")
    return recommendation, partner


def _heard(row: Row, recorded: Seen) -> None:
    if row["heard_at"] is None or row["heard_at"] < recorded.effective_at:
        row["heard_at"] = recorded.effective_at


def _said(recorded: Seen, event: e.ProgressReported | e.ReportCorrected) -> dict[str, Any]:
    return {
        "status": event.status,
        "as_of": event.as_of.isoformat(),
        "verification": "reported",
        "raw_label": event.raw_label,
        "narrative": event.narrative,
        "evidence": msgspec.to_builtins(event.evidence),
        "by": recorded.actor_id,
        "at": iso(recorded.recorded_at),
    }


def _decision(recorded: Seen, meeting: str, ending: str | None) -> dict[str, Any]:
    on = recorded.effective_at.date().isoformat()
    return {"version": recorded.stream_version, "meeting": meeting, "on": on, "ending": ending}


def _end(rows: Rows, row: Row) -> None:
    """Lets the last decision hold, none if there is none."""
    row |= {"ending": None, "ended_by": None, "ended_on": None}
    last = row["decisions"][-1] if row["decisions"] else None
    if last is not None and last["ending"] is not None:
        on = date.fromisoformat(last["on"])
        row |= {"ending": last["ending"], "ended_by": last["meeting"], "ended_on": on}
    rows.put(followups, row, _stand)


def _judge(rows: Rows, row: Row, report_id: str, verification: str) -> None:
    _report(row, report_id)["verification"] = verification
    rows.put(followups, row, _stand)


def _report(row: Row, report_id: str) -> dict[str, Any]:
    report: dict[str, Any]
    for report in reversed(row["reports"]):
        if report["id"] == report_id:
            return report
    raise Tampered(f"The report {report_id} is corrected or judged, but was never made.")


def _stand(row: Row) -> None:
    """Lets the latest report stand, and the latest validated or verified one count."""
    if not row["reports"]:
        row |= NEVER_REPORTED
        return
    standing = max(row["reports"], key=_place)
    for name in ("status", "raw_label", "narrative", "evidence", "verification"):
        row[name] = standing[name]
    row["report_id"], row["reported_by"] = standing["id"], standing["by"]
    row["as_of"] = date.fromisoformat(standing["as_of"])
    row["reported_at"] = from_iso(standing["at"])
    counted = [report for report in row["reports"] if report["verification"] in COUNTS]
    row["counted_status"] = max(counted, key=_place)["status"] if counted else None


def _place(report: dict[str, Any]) -> tuple[str, int]:
    return report["as_of"], report["version"]
