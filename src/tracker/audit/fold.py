"""What a thing is, as plain fields, after each of its events: from this the history tells before and after.

An event changes the fields of the same name; the few that mean more are told apart here. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tracker.eventstore.registry import Event
from tracker.eventstore.store import Recorded
from tracker.followups import events as f
from tracker.meetings import events as m
from tracker.people import events as p
from tracker.recommendations import events as r

Fields = Mapping[str, Any]

SAID = frozenset({"note", "narrative", "reason", "evidence", "rule", "raw_label"})
"""Not a state but what somebody said with the event; shown with it."""
BESIDE = frozenset(
    {
        "code",
        "body",
        "source",
        "sources",
        "lines",
        "report_id",
        "recommendation",
        "partner",
        "meeting",
        "basis",
    }
)
"""Where it stands or what it belongs to; known from elsewhere."""
REPORTS, DECISIONS = "_reports", "_decisions"
JUDGED: Mapping[type[Event], str] = {
    f.ReportValidated: "validated",
    f.ReportVerified: "verified",
    f.ReportDisputed: "disputed",
    f.DisputeWithdrawn: "reported",
}
NOTHING: Fields = {}
"""Before the first event."""


class Report(msgspec.Struct, frozen=True):
    """A report as it stands: `number` counts in recorded order, `said` is what came with it."""

    number: int
    as_of: Any
    status: str
    verification: str
    said: Mapping[str, Any]


def evolve(before: Fields, recorded: Recorded) -> Fields:
    """The fields after an event; those whose name starts with `_` are for this module alone."""
    return {**before, **_changed(before, recorded.event)}


def shown(fields: Fields) -> Fields:
    """The fields that say something."""
    return {
        name: value
        for name, value in fields.items()
        if not name.startswith("_") and value not in (None, "", [])
    }


def said(event: Event) -> dict[str, Any]:
    """What was said with an event: narrative, reason, evidence. Restricted evidence is shown with the follow-up alone,
    to those who may see it."""
    told = {name: getattr(event, name) for name in event.__struct_fields__ if name in SAID}
    if "evidence" in told:
        told["evidence"] = [each for each in told["evidence"] if not each.restricted]
    return {name: value for name, value in told.items() if value}


def said_before(before: Fields, event: Event) -> dict[str, Any]:
    """Of a correction, what the report said until then; of all else nothing."""
    if not isinstance(event, f.ReportCorrected):
        return {}
    known = before.get(REPORTS, {}).get(event.report_id)
    return {} if known is None else {name: each for name, each in known.said.items() if name != "reason"}


def _changed(before: Fields, event: Event) -> Fields:
    for part in (_of_followup, _of_recommendation, _of_meeting, _of_people):
        changed = part(before, event)
        if changed is not None:
            return changed
    return {
        name: getattr(event, name)
        for name in event.__struct_fields__
        if name not in SAID and name not in BESIDE
    }


def _of_followup(before: Fields, event: Event) -> Fields | None:
    match event:
        case f.ProgressReported() | f.ReportCorrected():
            reports = before.get(REPORTS, {})
            known = reports.get(event.report_id)
            number = known.number if known else 1 + max((each.number for each in reports.values()), default=0)
            report = Report(number, event.as_of, event.status, "reported", said(event))
            return _standing(before, event.report_id, report)
        case f.ReportWithdrawn():
            left = {key: each for key, each in before.get(REPORTS, {}).items() if key != event.report_id}
            return _top(left)
        case f.ReportValidated() | f.ReportVerified() | f.ReportDisputed() | f.DisputeWithdrawn():
            judged = JUDGED[type(event)]
            known = before.get(REPORTS, {}).get(event.report_id)
            if known is None:  # by effective date the report may come after what was said about it
                return {}
            return _standing(before, event.report_id, msgspec.structs.replace(known, verification=judged))
        case f.FollowupClosed():
            return _decided((*before.get(DECISIONS, ()), (event.ending, event.meeting)))
        case f.FollowupReopened():
            return _decided((*before.get(DECISIONS, ()), (None, event.meeting)))
        case f.DecisionWithdrawn():
            return _decided(before.get(DECISIONS, ())[:-1])
    return None


def _standing(before: Fields, report_id: str, report: Report) -> Fields:
    """What stands once this report is in: the latest day that is spoken of, the later report among equals."""
    return _top({**before.get(REPORTS, {}), report_id: report})


def _top(reports: Mapping[str, Report]) -> Fields:
    top = max(reports.values(), key=lambda each: (each.as_of, each.number), default=None)
    if top is None:
        return {REPORTS: reports, "status": None, "as of": None, "verification": None}
    return {REPORTS: reports, "status": top.status, "as of": top.as_of, "verification": top.verification}


def _decided(decisions: Sequence[tuple[str | None, str]]) -> Fields:
    """The last decision holds; `decisions` are (ending, meeting)."""
    ending, meeting = decisions[-1] if decisions else (None, None)
    return {DECISIONS: decisions, "ending": ending, "decided by": meeting}


def _of_recommendation(before: Fields, event: Event) -> Fields | None:
    match event:
        case r.RecommendationDirected():
            return {"addressees": sorted({*before.get("addressees", []), *event.partners})}
        case r.AddresseeReleased():
            return {"addressees": sorted({*before.get("addressees", [])} - {*event.partners})}
        case r.RecommendationSuperseded():
            return {"superseded by": event.by}
        case r.SupersessionWithdrawn():
            return {"superseded by": None}
        case r.RecommendationRepeated():
            return {"repeated": [*before.get("repeated", []), _at(event.source, event.lines)]}
        case r.RepetitionWithdrawn():
            gone = _at(event.source, event.lines)
            return {"repeated": [each for each in before.get("repeated", []) if each != gone]}
        case r.DueWithdrawn():
            return {"due_on": None}
        case r.RecommendationLinked():
            return {f"link to {event.to}": event.relation}
        case r.RecommendationUnlinked():
            return {f"link to {event.to}": None}
        case r.ActivityLinked():
            return {f"implements {event.recommendation}": event.basis}
        case r.ActivityUnlinked():
            return {f"implements {event.recommendation}": None}
        case r.ActivityMentioned():
            return {f"mention {event.code}": event.text}
        case r.MentionWithdrawn():
            return {f"mention {event.code}": None}
    return None


def _at(source: str, lines: Sequence[str]) -> str:
    return f"{source}, line {', '.join(lines)}"


def _of_meeting(before: Fields, event: Event) -> Fields | None:
    match event:
        case m.MeetingScheduled():
            given = {
                name: getattr(event, name) for name in event.__struct_fields__ if name not in SAID | BESIDE
            }
            return {**given, "state": "planned"}
        case m.MeetingMoved():
            place = {name: value for name in ("place", "country") if (value := getattr(event, name))}
            return {"starts_on": event.starts_on, "ends_on": event.ends_on, **place}
        case m.MeetingHeld():
            return {"starts_on": event.starts_on, "ends_on": event.ends_on, "state": "held"}
        case m.MeetingCancelled():
            return {"state": "cancelled"}
        case m.WorkshopRecorded() | m.FactRecorded():
            return {event.code: event.text}
        case m.ThemeDefined():
            return {f"theme {event.code}": event.title}
    return None


def _of_people(before: Fields, event: Event) -> Fields | None:
    match event:
        case p.PartnerJoined():
            return {event.body: f"{event.grouping}, since {event.since}"}
        case p.MembershipCorrected():
            until = f", until {event.until}" if event.until else ""
            return {event.body: f"{event.grouping}, since {event.joined}{until}"}
        case p.PartnerLeft():
            return {event.body: f"left on {event.until}"}
        case p.RoleGranted():
            return {f"role {event.role}": sorted({*before.get(f"role {event.role}", []), event.scope})}
        case p.RoleWithdrawn():
            return {f"role {event.role}": sorted({*before.get(f"role {event.role}", [])} - {event.scope})}
        case p.PersonDisabled():
            return {"account": "disabled"}
        case p.PersonEnabled():
            return {"account": "enabled"}
        case p.PersonLinked():
            return {f"sign-in by {event.issuer}": "linked"}
        case p.PersonUnlinked():
            return {f"sign-in by {event.issuer}": "unlinked"}
        case p.FocalPointAppointed():
            until = f" until {event.until}" if event.until else ""
            return {event.person_id: f"{event.standing}, from {event.since}{until}"}
        case p.FocalPointHandedOver():
            return {
                event.from_person_id: f"until {event.on}",
                event.to_person_id: f"{event.standing}, from {event.on}",
            }
        case p.FocalPointRetired():
            return {event.person_id: f"until {event.on}"}
    return None
