"""From files to commands: a meeting with its workshops and facts."""

from collections.abc import Mapping
from datetime import datetime

from seed.run import REASON, Run
from seed.shapes import Body, Meeting, Printed
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
    with run.entry(known):
        if known is None:
            run.do(
                handle_meeting, meeting.code, _scheduled(meeting, body, names), opened, file, meeting.line()
            )
        else:
            _revise(run, file, meeting, _scheduled(meeting, body, names), known)
        if meeting.state == "held" and (known is None or known.state != "held"):
            hold = c.HoldMeeting(starts_on=opened.date(), ends_on=closed.date())
            run.do(handle_meeting, meeting.code, hold, closed, file, meeting.line("state"))
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
        place=meeting.place,
        country=meeting.country,
        host=host,
        starts_on=meeting.starts_on,
        ends_on=meeting.ends_on,
        announced=meeting.announced.text if meeting.announced else "",
        source="; ".join(found.title for found in body.documents().values()),
        note="\n\n".join(note for note in notes if note),
    )


def _revise(run: Run, file: str, meeting: Meeting, wanted: c.ScheduleMeeting, known: queries.Meeting) -> None:
    for field in ("body", "number", "kind", "announced"):
        run.fixed(
            file, meeting.line(field), meeting.code, field, getattr(known, field), getattr(wanted, field)
        )
    moved = (known.starts_on, known.ends_on) != (meeting.starts_on, meeting.ends_on)
    if known.state == "held":
        for field in ("state", "starts_on", "ends_on"):
            run.fixed(
                file, meeting.line(field), meeting.code, field, getattr(known, field), getattr(meeting, field)
            )
    elif meeting.starts_on and meeting.ends_on and moved:
        move = c.MoveMeeting(starts_on=meeting.starts_on, ends_on=meeting.ends_on, reason=REASON)
        run.do(handle_meeting, meeting.code, move, run.now, file, meeting.line("starts_on"))
    fields = ("title", "place", "country", "host", "source", "note")
    changed = {field: getattr(wanted, field) for field in fields}
    if changed != {field: getattr(known, field) for field in fields}:
        revise = c.ReviseMeeting(**changed, reason=REASON)
        run.do(handle_meeting, meeting.code, revise, run.now, file, meeting.line())


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
                run.do(handle_meeting, meeting.code, command, when, file, entry.line())
    run.kept(file, "entry", known, [entry.code for entry, _ in parts])


def _workshop(entry: Printed, body: Body) -> c.RecordWorkshop:
    source, lines = entry.printed_in(body)
    return c.RecordWorkshop(code=entry.code, text=entry.text, lines=lines, source=source)


def _fact(entry: Printed, body: Body) -> c.RecordFact:
    sources = entry.quoted_from(body) + ([f"Editors' note: {entry.note}"] if entry.note else [])
    return c.RecordFact(code=entry.code, text=entry.text, sources=sources)
