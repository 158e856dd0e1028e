"""The forms about activities: what was done, what documents say of it, and what it implements."""

from typing import Any, get_args

from sqlalchemy import Connection

from tracker.meetings import queries as meetings
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, answered, table
from tracker.people.sending import Sender
from tracker.recommendations import commands as c
from tracker.recommendations import queries, service
from tracker.recommendations.events import Basis
from tracker.recommendations.pages import asked
from tracker.recommendations.pages.building import why
from tracker.web.forms import Form

MANAGE = "activity.manage"


def _run(tx: Connection, sender: Sender, subject: Subject, command: Any) -> str:
    seen = Form(sender.fields).version()
    context = sender.context()
    return answered(
        service.handle_activity(tx, sender.actor, subject[0], command, context, expected_version=seen)
    )


def _run_recorded(tx: Connection, sender: Sender, subject: Subject, command: c.RecordActivity) -> str:
    return answered(service.handle_activity(tx, sender.actor, command.code, command, sender.context()))


def _described(form: Form) -> dict[str, str]:
    title = form.text("title", "title", longest=500, required=True)
    return {"title": title, "kind": form["kind"].strip().lower() or "other", "note": form["note"]}


def _record(form: Form, subject: Subject) -> c.RecordActivity:
    code = form.text("code", "code", longest=60, required=True)
    return c.RecordActivity(code=code, body=subject[0], **_described(form))


def _revise(form: Form, subject: Subject) -> c.ReviseActivity:
    return c.ReviseActivity(**_described(form), reason=why(form))


def _mention(form: Form, subject: Subject) -> c.MentionActivity:
    code = form.text("code", "code", longest=60, required=True)
    return c.MentionActivity(
        code=code,
        meeting=code.partition("-")[0],
        text=form.text("text", "text", required=True),
        source=form["source"],
        lines=form.lines("lines"),
        note=form["note"],
    )


def _no_mention(form: Form, subject: Subject) -> c.WithdrawMention:
    return c.WithdrawMention(code=form.text("code", "entry", longest=60, required=True), reason=why(form))


def _link(form: Form, subject: Subject) -> c.LinkActivity:
    basis: Any = form.choice("basis", get_args(Basis), "Please say how that is known.")
    recommendation = form.text("recommendation", "recommendation", longest=60, required=True)
    return c.LinkActivity(recommendation=recommendation, basis=basis, note=form["note"])


def _unlink(form: Form, subject: Subject) -> c.UnlinkActivity:
    recommendation = form.text("recommendation", "recommendation", longest=60, required=True)
    return c.UnlinkActivity(recommendation=recommendation, reason=why(form))


def _values(conn: Connection, subject: Subject) -> dict[str, str]:
    activity = queries.activity(conn, subject[0])
    return {"title": activity.title, "kind": activity.kind, "note": activity.note}


def _said(conn: Connection, subject: Subject) -> Choices:
    return [(each.code, f"{each.code} {each.text[:60]}") for each in queries.mentions_of(conn, subject[0])]


def _elements(conn: Connection, subject: Subject) -> Choices:
    found = queries.search(conn, body=queries.activity(conn, subject[0]).body)
    return [(each.code, f"{each.code} {each.text[:60]}") for each in found[::-1]]


def _implemented(conn: Connection, subject: Subject) -> Choices:
    found = queries.implements(conn, subject[0])
    return [(each.recommendation, f"{each.recommendation} {each.text[:60]}") for each in found]


def _trail(conn: Connection, subject: Subject) -> Trail:
    activity = queries.activity(conn, subject[0])
    return [("Activities", "/activities"), (activity.title[:80], f"/activities/{activity.code}")]


def _trail_of_body(conn: Connection, subject: Subject) -> Trail:
    body = meetings.body(conn, subject[0])
    return [("Activities", "/activities"), (body.name, f"/activities?body={body.code}")]


DESCRIBED = (
    Ask("title", "Title"),
    Ask("kind", "Kind", hint="In a word, such as seminar, publication or other.", required=False),
    asked.NOTE,
)
OF_A_BODY = Kind(
    "/bodies/{code}/activities",
    table(
        Act(
            "record",
            MANAGE,
            "Record an activity",
            [Ask("code", "Code", hint="Such as ASEM-ACT-01. It stays for ever."), *DESCRIBED],
            _record,
            _run_recorded,
            "Something that was done or is under way.",
        )
    ),
    _trail_of_body,
    belongs=lambda conn, subject: (meetings.body(conn, subject[0]).code, None),
)
ACTIVITIES = Kind(
    "/activities/{code}/change",
    table(
        Act(
            "revise",
            MANAGE,
            "Change title, kind or note",
            [*DESCRIBED, asked.WHY],
            _revise,
            _run,
            values=_values,
        ),
        Act(
            "mention",
            MANAGE,
            "Record what a document says of it",
            [
                Ask("code", "Code", hint="Of the meeting’s FOLLOW UP column, such as CMM8-F01."),
                asked.TEXT,
                asked.SOURCE,
                asked.LINES,
                asked.NOTE,
            ],
            _mention,
            _run,
            "The same code again puts the first record right.",
        ),
        Act(
            "no-mention",
            MANAGE,
            "Take back what a document says",
            [Ask("code", "Which entry?", "list", choices=_said), asked.WHY],
            _no_mention,
            _run,
            "For an entry that is about another activity; record it there next.",
            risky=True,
            open_when=lambda conn, subject: bool(_said(conn, subject)),
        ),
        Act(
            "link",
            MANAGE,
            "Say which recommendation it implements",
            [Ask("recommendation", "Which one?", "list", choices=_elements), asked.BASIS, asked.NOTE],
            _link,
            _run,
        ),
        Act(
            "unlink",
            MANAGE,
            "It does not implement a recommendation after all",
            [Ask("recommendation", "Which one?", "list", choices=_implemented), asked.WHY],
            _unlink,
            _run,
            risky=True,
            open_when=lambda conn, subject: bool(_implemented(conn, subject)),
        ),
    ),
    _trail,
    belongs=lambda conn, subject: (queries.activity(conn, subject[0]).body, None),
    stream=lambda subject: f"activity-{subject[0]}",
)
