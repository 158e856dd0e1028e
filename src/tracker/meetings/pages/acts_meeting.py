"""The forms about a meeting: its days, what prepares it, that it was held, and what is recorded about it."""

from typing import Any, get_args

from sqlalchemy import Connection

from tracker.meetings import commands as c
from tracker.meetings import queries, service
from tracker.meetings.events import MeetingKind
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, answered, table
from tracker.people.sending import Sender
from tracker.web.forms import Form
from tracker.web.words import MEETING_KIND

MANAGE = "meeting.manage"


def number(form: Form) -> int | None:
    """A meeting's number in the body's count, None if it has none."""
    text = form["number"].strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 5:
        return int(text)
    form.errors["number"] = "A meeting’s number is a whole number, such as 9."
    return None


def _why(form: Form) -> str:
    return form.text("reason", "reason", required=True)


def _revise(form: Form, subject: Subject) -> c.ReviseMeeting:
    plain = {name: form[name] for name in ("title", "place", "country", "host", "source", "note")}
    return c.ReviseMeeting(**plain, reason=_why(form))


def _correct(form: Form, subject: Subject) -> c.CorrectMeeting:
    kind: Any = form.choice("kind", get_args(MeetingKind), "Please say who meets.")
    return c.CorrectMeeting(
        number=number(form),
        kind=kind,
        prepares=form["prepares"] or None,
        announced=form["announced"],
        starts_on=form.day("starts_on", "first day", required=False),
        ends_on=form.day("ends_on", "last day", required=False),
        reason=_why(form),
    )


def _move(form: Form, subject: Subject) -> c.MoveMeeting | None:
    starts_on, ends_on = form.day("starts_on", "first day"), form.day("ends_on", "last day")
    if starts_on is None or ends_on is None:
        return None
    plain = {name: form[name] for name in ("place", "country", "reason")}
    return c.MoveMeeting(starts_on=starts_on, ends_on=ends_on, **plain)


def _hold(form: Form, subject: Subject) -> c.HoldMeeting | None:
    starts_on, ends_on = form.day("starts_on", "first day"), form.day("ends_on", "last day")
    return (
        None if starts_on is None or ends_on is None else c.HoldMeeting(starts_on=starts_on, ends_on=ends_on)
    )


def _cut_off(form: Form, subject: Subject) -> c.SetCutoff:
    reports_by = form.day("reports_by", "day", required=False)
    return c.SetCutoff(reports_by=reports_by, reason=form.text("reason", "reason"))


def _cancel(form: Form, subject: Subject) -> c.CancelMeeting:
    return c.CancelMeeting(reason=_why(form))


def _workshop(form: Form, subject: Subject) -> c.RecordWorkshop:
    text = form.text("text", "text", required=True)
    code = form.text("code", "code", longest=60, required=True)
    return c.RecordWorkshop(code=code, text=text, lines=form.lines("lines"), source=form["source"])


def _fact(form: Form, subject: Subject) -> c.RecordFact:
    text = form.text("text", "text", required=True)
    code = form.text("code", "code", longest=60, required=True)
    return c.RecordFact(
        code=code, text=text, sources=[each for each in form["sources"].splitlines() if each.strip()]
    )


def _run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    seen = Form(sender.fields).version()
    receipt = service.handle_meeting(
        tx, sender.actor, subject[0], command, sender.context(), expected_version=seen
    )
    return answered(receipt)


def _values(conn: Connection, subject: Subject) -> dict[str, str]:
    """What is recorded of the meeting now, by the names of the fields."""
    meeting = queries.meeting(conn, subject[0])
    names = ("title", "place", "country", "host", "source", "note", "kind", "announced")
    days = {name: getattr(meeting, name) for name in ("starts_on", "ends_on", "reports_by")}
    return {
        **{name: getattr(meeting, name) for name in names},
        **{name: "" if day is None else day.isoformat() for name, day in days.items()},
        "number": "" if meeting.number is None else str(meeting.number),
        "prepares": meeting.prepares or "",
    }


def _planned(conn: Connection, subject: Subject) -> bool:
    return queries.meeting(conn, subject[0]).state == "planned"


def _next(letter: str, codes: list[str], meeting: str) -> dict[str, str]:
    return {"code": f"{meeting}-{letter}{len(codes) + 1:02}"}


def _ministerial(conn: Connection, subject: Subject) -> Choices:
    """The meetings that another one may prepare; of the body, or of that of the meeting, that the address names."""
    known = {each.code: each.body for each in queries.meetings(conn)}
    body = known.get(subject[0], subject[0])
    return [
        (each.code, f"{each.code} {each.place}".strip())
        for each in queries.meetings(conn, body)[::-1]
        if each.kind != "senior_officials" and each.code != subject[0]
    ]


def _trail(conn: Connection, subject: Subject) -> Trail:
    meeting = queries.meeting(conn, subject[0])
    return [("Meetings", "/meetings"), (meeting.code, f"/meetings/{meeting.code}")]


TITLE = Ask("title", "Theme or title", required=False)
PLACE = Ask("place", "Place", hint="Such as Sofia, Bulgaria.", required=False)
COUNTRY = Ask("country", "Country", hint="Its code of three letters, such as BGR.", required=False)
HOST = Ask("host", "Host", hint="The ministry or organisation, no person.", required=False)
SOURCE = Ask("source", "Source", hint="The document that says so.", required=False)
NOTE = Ask("note", "Note", "area", "What a reader should know.", required=False)
KIND = Ask("kind", "Who meets?", "list", choices=lambda conn, subject: list(MEETING_KIND.items()))
NUMBER = Ask("number", "Number in the body’s count", required=False)
PREPARES = Ask(
    "prepares",
    "Which meeting does it prepare?",
    "list",
    "For a senior officials’ meeting.",
    required=False,
    choices=_ministerial,
)
FIRST, LAST = Ask("starts_on", "First day", "date"), Ask("ends_on", "Last day", "date")
WHY = Ask("reason", "Why?", "area", "One sentence is enough. It stays in the history.")
MAY_WHY = Ask("reason", "Why?", "area", "Needed where there is a day already.", required=False)
CODE = Ask("code", "Code", hint="The same code again puts the first record right.")
TEXT = Ask("text", "Text", "area", "In the words of the document.")
MEETINGS = Kind(
    "/meetings/{code}/change",
    table(
        Act(
            "cutoff",
            MANAGE,
            "Set the reporting cut-off",
            [
                Ask(
                    "reports_by",
                    "Reports must be in by",
                    "date",
                    "Leave it empty if there is none.",
                    required=False,
                ),
                MAY_WHY,
            ],
            _cut_off,
            _run,
            "The last day on which partners’ reports are in time for this meeting.",
            values=lambda conn, subject: {"reports_by": _values(conn, subject)["reports_by"]},
            open_when=_planned,
        ),
        Act(
            "move",
            MANAGE,
            "Set or move its days",
            [FIRST, LAST, PLACE, COUNTRY, Ask("reason", "Why?", "area", required=False)],
            _move,
            _run,
            "For a meeting that is planned.",
            values=_values,
            open_when=_planned,
        ),
        Act(
            "hold",
            MANAGE,
            "Record that it was held",
            [FIRST, LAST],
            _hold,
            _run,
            "Then what it adopted can be recorded.",
            values=_values,
            open_when=_planned,
        ),
        Act(
            "cancel",
            MANAGE,
            "Record that it will not take place",
            [WHY],
            _cancel,
            _run,
            risky=True,
            open_when=_planned,
        ),
        Act(
            "revise",
            MANAGE,
            "Put title, place, host or notes right",
            [TITLE, PLACE, COUNTRY, HOST, SOURCE, NOTE, WHY],
            _revise,
            _run,
            values=_values,
        ),
        Act(
            "correct",
            MANAGE,
            "Put right which meeting it is or when it was held",
            [
                KIND,
                NUMBER,
                PREPARES,
                Ask("announced", "The announcement’s own words", required=False),
                Ask("starts_on", "First day", "date", required=False),
                Ask("ends_on", "Last day", "date", required=False),
                WHY,
            ],
            _correct,
            _run,
            "For what was recorded wrongly; a planned meeting is moved instead.",
            values=_values,
        ),
        Act(
            "workshop",
            MANAGE,
            "Record a workshop",
            [CODE, TEXT, SOURCE, Ask("lines", "Lines", hint="Such as 12-15, or 12-15, 20.", required=False)],
            _workshop,
            _run,
            "Or a theme of discussion.",
            values=lambda conn, subject: _next(
                "W", [each.code for each in queries.workshops(conn, subject[0])], subject[0]
            ),
        ),
        Act(
            "fact",
            MANAGE,
            "Record a fact",
            [CODE, TEXT, Ask("sources", "Sources", "area", "One on each line.", required=False)],
            _fact,
            _run,
            "Something about the meeting that is no recommendation, such as who took part.",
            values=lambda conn, subject: _next(
                "N", [each.code for each in queries.facts(conn, subject[0])], subject[0]
            ),
        ),
    ),
    _trail,
    belongs=lambda conn, subject: (queries.meeting(conn, subject[0]).body, None),
    stream=lambda subject: f"meeting-{subject[0]}",
)
