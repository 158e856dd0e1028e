"""From files to commands: a meeting with its workshops and facts."""

from collections.abc import Mapping
from datetime import datetime

from seed.run import REASON, Run, merged
from seed.shapes import Body, Meeting, Printed
from seed.yamlfile import Mistake
from tracker.kit.clock import at_midnight
from tracker.meetings import commands as c
from tracker.meetings import queries
from tracker.meetings.service import handle_meeting


def load_meeting(
    run: Run, file: str, meeting: Meeting, body: Body, names: Mapping[str, str], at: datetime
) -> None:
    """Schedules, revises, moves and holds the meeting and records its workshops and facts.

    `names`: partners' names by code. `at`: when an undated meeting is first heard of.
    """
    known = {found.code: found for found in queries.meetings(run.before, body.code)}.get(meeting.code)
    opened = at if meeting.starts_on is None else at_midnight(meeting.starts_on)
    closed = at if meeting.ends_on is None else at_midnight(meeting.ends_on)
    if meeting.state == "held" and closed.date() > run.now.date():
        reason = f"{meeting.code} ends on {closed.date()} only; it can be held from then on, until then it is planned."
        run.mistakes.append(Mistake(file, meeting.line("ends_on"), reason))
        return
    with run.entry(known):
        if known is None:
            run.do(handle_meeting, meeting.code, _scheduled(meeting, body, names), opened, file, meeting)
        else:
            _revise(run, file, meeting, _scheduled(meeting, body, names), known)
        if meeting.state == "held" and (known is None or known.state != "held"):
            hold = c.HoldMeeting(starts_on=opened.date(), ends_on=closed.date(), embargoed=False)
            run.do(handle_meeting, meeting.code, hold, closed, file, meeting, "state")
    _load_parts(run, file, meeting, body, closed)


def _scheduled(meeting: Meeting, body: Body, names: Mapping[str, str]) -> c.ScheduleMeeting:
    host = "; ".join(meeting.organisers) or names.get(meeting.host, meeting.host)
    notes = (meeting.note, meeting.host_note and f"Host: {meeting.host_note}")
    return c.ScheduleMeeting(
        code=meeting.code,
        body=body.code,
        number=meeting.number,
        title=meeting.title,
        kind=meeting.kind,
        prepares=meeting.prepares,
        place=meeting.place,
        country=meeting.country,
        host=host,
        starts_on=meeting.starts_on,
        ends_on=meeting.ends_on,
        announced=meeting.announced.text if meeting.announced else "",
        source="; ".join(found.title for found in body.documents().values()),
        note="\n\n".join(note for note in notes if note),
    )


IDENTITY = ("number", "kind", "prepares", "announced")
DAYS = ("starts_on", "ends_on")
WORDING = ("title", "place", "country", "host", "source", "note")


def _revise(run: Run, file: str, meeting: Meeting, wanted: c.ScheduleMeeting, known: queries.Meeting) -> None:
    now = queries.meeting(run.tx, meeting.code)
    run.fixed(file, meeting.line("body"), meeting.code, "body", known.body, wanted.body)
    if known.state == "held":
        run.fixed(file, meeting.line("state"), meeting.code, "state", known.state, meeting.state)
    corrected = (*IDENTITY, *DAYS) if now.state == "held" else IDENTITY
    if any(getattr(wanted, name) != getattr(known, name) for name in corrected):
        fields = {name: getattr(now, name) for name in DAYS} | merged(corrected, known, wanted, now)
        correct = c.CorrectMeeting(**fields, reason=REASON)
        run.do(handle_meeting, meeting.code, correct, run.now, file, meeting, said=wanted)
    moved = any(getattr(wanted, name) != getattr(known, name) for name in DAYS)
    if now.state != "held" and wanted.starts_on and wanted.ends_on and moved:
        move = c.MoveMeeting(starts_on=wanted.starts_on, ends_on=wanted.ends_on, reason=REASON)
        run.do(handle_meeting, meeting.code, move, run.now, file, meeting, "starts_on")
    if any(getattr(wanted, name) != getattr(known, name) for name in WORDING):
        revise = c.ReviseMeeting(**merged(WORDING, known, wanted, now), reason=REASON)
        run.do(handle_meeting, meeting.code, revise, run.now, file, meeting, said=wanted)


def _load_parts(run: Run, file: str, meeting: Meeting, body: Body, at: datetime) -> None:
    known: dict[str, c.RecordWorkshop | c.RecordFact] = {}
    for shop in queries.workshops(run.before, meeting.code):
        known[shop.code] = c.RecordWorkshop(
            code=shop.code, text=shop.text, lines=shop.lines, source=shop.source
        )
    for fact in queries.facts(run.before, meeting.code):
        known[fact.code] = c.RecordFact(code=fact.code, text=fact.text, sources=fact.sources)
    wanted = [(entry, _workshop(entry, body)) for entry in meeting.workshops]
    parts = [*wanted, *((entry, _fact(entry, body)) for entry in meeting.facts)]
    for entry, command in parts:
        with run.entry(known.get(entry.code)):
            if known.get(entry.code) != command:
                when = run.now if entry.code in known else at
                run.do(handle_meeting, meeting.code, command, when, file, entry)
    run.kept(file, "entry", known, [entry.code for entry, _ in parts])


def _workshop(entry: Printed, body: Body) -> c.RecordWorkshop:
    source, lines = entry.printed_in(body)
    return c.RecordWorkshop(code=entry.code, text=entry.text, lines=lines, source=source)


def _fact(entry: Printed, body: Body) -> c.RecordFact:
    sources = entry.quoted_from(body) + ([f"Editors' note: {entry.note}"] if entry.note else [])
    return c.RecordFact(code=entry.code, text=entry.text, sources=sources)
