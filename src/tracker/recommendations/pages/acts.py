"""The forms about adopted elements: record, split, put right, link, supersede, direct, date."""

from collections.abc import Callable

from sqlalchemy import Connection

from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.acting import Act, Ask, Choices, Kind, Subject, Trail, table
from tracker.recommendations import queries
from tracker.recommendations.pages import asked, building

MANAGE = "recommendation.manage"
Element = queries.Recommendation


def _element(conn: Connection, subject: Subject) -> Element:
    return queries.recommendation(conn, subject[0])


def _when(holds: Callable[[Element], bool]) -> Callable[[Connection, Subject], bool]:
    return lambda conn, subject: holds(_element(conn, subject))


def _stands(element: Element) -> bool:
    return element.superseded_by is None and element.nature == "operational"


def _values(conn: Connection, subject: Subject) -> dict[str, str]:
    """What is recorded of the element now, by the names of the fields."""
    element = _element(conn, subject)
    return {
        "text": element.text,
        "parent": element.parent or "",
        "source": element.source,
        "lines": ", ".join(element.lines),
        "note": element.note,
        "nature": element.nature,
        **{f"themes_{theme}": "yes" for theme in element.themes},
        "due_on": "" if element.due_on is None else element.due_on.isoformat(),
    }


def _next_part(conn: Connection, subject: Subject) -> dict[str, str]:
    element = _element(conn, subject)
    return {
        "code": f"{element.code}-{element.parts + 1:02}",
        "source": element.source,
        "nature": element.nature,
    }


def _of_meeting(conn: Connection, subject: Subject) -> dict[str, str]:
    meeting = meetings.meeting(conn, subject[0])
    tops = [each.code for each in queries.elements(conn, meeting.code) if each.parent is None]
    mine = [each for each in tops if each.startswith(f"{meeting.code}-R")]
    return {"code": f"{meeting.code}-R{len(mine) + 1:02}", "source": meeting.source, "nature": "operational"}


def _siblings(conn: Connection, subject: Subject) -> Choices:
    element = _element(conn, subject)
    return [
        (each.code, f"{each.code} {each.text[:60]}")
        for each in queries.elements(conn, element.meeting)
        if each.parent is None and each.code != element.code
    ]


def _themes(conn: Connection, subject: Subject) -> Choices:
    body = meetings.meeting(conn, subject[0].partition("-")[0]).body
    return [(each.code, each.title) for each in meetings.themes(conn, body)]


def _others(conn: Connection, subject: Subject) -> Choices:
    """Elements of the same body, those of the newest meetings first."""
    element = _element(conn, subject)
    found = queries.search(conn, body=element.body)
    return [(each.code, f"{each.code} {each.text[:60]}") for each in found[::-1] if each.code != element.code]


def _linked(conn: Connection, subject: Subject) -> Choices:
    found = queries.links(conn, subject[0])
    return [(each.code, f"{each.code} {each.text[:60]}") for each in found if each.outgoing]


def _repeats(conn: Connection, subject: Subject) -> Choices:
    repeats = _element(conn, subject).repeats
    return [(building.place(each), f"{each.source}, lines {', '.join(each.lines)}") for each in repeats]


def _held(conn: Connection, subject: Subject) -> Choices:
    found = meetings.meetings(conn, _element(conn, subject).body)
    return [(each.code, f"{each.code} {each.place}") for each in found[::-1] if each.state == "held"]


def _whom(conn: Connection, subject: Subject) -> Choices:
    body = meetings.body(conn, _element(conn, subject).body)
    return [
        (building.EVERYONE, f"All partners of {body.code}"),
        *((each, f"All of {each}") for each in body.groupings),
    ]


def _members(conn: Connection, subject: Subject) -> Choices:
    element = _element(conn, subject)
    directed = {each.partner for each in queries.addressees(conn, element.code)}
    known = {each.code: each.name for each in people.all_partners(conn)}
    mine = set(people.ever_members(conn, element.body)) - directed
    return sorted(((code, known[code]) for code in mine), key=lambda each: each[1])


def _addressees(conn: Connection, subject: Subject) -> Choices:
    known = {each.code: each.name for each in people.all_partners(conn)}
    directed = [each.partner for each in queries.addressees(conn, subject[0])]
    return sorted(((code, known[code]) for code in directed), key=lambda each: each[1])


def _trail(conn: Connection, subject: Subject) -> Trail:
    element = _element(conn, subject)
    return [
        (element.meeting, f"/meetings/{element.meeting}"),
        (element.code, f"/recommendations/{element.code}"),
    ]


def _trail_of_meeting(conn: Connection, subject: Subject) -> Trail:
    meeting = meetings.meeting(conn, subject[0])
    return [("Meetings", "/meetings"), (meeting.code, f"/meetings/{meeting.code}")]


CODE, TEXT = asked.CODE, asked.TEXT
PLACED = (asked.SOURCE, asked.LINES, asked.NOTE)
THEMES = Ask("themes", "Themes", "boxes", required=False, choices=_themes)
RECORD = (CODE, TEXT, asked.NATURE, THEMES, *PLACED)

OF_A_MEETING = Kind(
    "/meetings/{code}/adopted",
    table(
        Act(
            "record",
            MANAGE,
            "Record what the meeting adopted",
            RECORD,
            building.record,
            building.run_recorded,
            "One recommendation, or one line of the action plan, in the words that were adopted.",
            values=_of_meeting,
        )
    ),
    _trail_of_meeting,
    belongs=lambda conn, subject: (meetings.meeting(conn, subject[0]).body, None),
)
RECOMMENDATIONS = Kind(
    "/recommendations/{code}/change",
    table(
        Act(
            "revise",
            MANAGE,
            "Put wording or placement right",
            [TEXT, Ask("parent", "Part of", "list", required=False, choices=_siblings), *PLACED, asked.WHY],
            building.revise,
            building.run,
            "For a slip in the record. The adopted text itself does not change.",
            values=_values,
        ),
        Act(
            "classify",
            MANAGE,
            "Set nature and themes",
            [asked.NATURE, THEMES],
            building.classify,
            building.run,
            "What is informational asks nothing of anybody and is not followed up.",
            values=_values,
        ),
        Act(
            "split",
            MANAGE,
            "Record a part of it",
            RECORD,
            building.record,
            building.run_recorded,
            "A sub-element with addressees and a due date of its own.",
            values=_next_part,
            open_when=_when(lambda element: element.parent is None),
        ),
        Act(
            "direct",
            MANAGE,
            "Direct it to partners",
            [
                Ask(
                    "whom",
                    "To whom?",
                    "list",
                    "Or choose single partners below.",
                    required=False,
                    choices=_whom,
                ),
                Ask("partners", "Single partners", "boxes", required=False, choices=_members),
                Ask("on", "From which day on?", "date", "All partners: those that there were on this day."),
            ],
            building.direct,
            building.run_directed,
            "Each addressee gets a follow-up, and its focal point hears of it.",
            open_when=_when(_stands),
        ),
        Act(
            "release",
            MANAGE,
            "Release addressees",
            [Ask("partners", "Whom?", "boxes", choices=_addressees), asked.WHY],
            building.release,
            building.run,
            "It is no longer directed to them. What they reported stays in the history.",
            risky=True,
            open_when=_when(lambda element: element.addressees > 0),
        ),
        Act(
            "due",
            MANAGE,
            "Set the due date",
            [asked.DUE],
            building.due,
            building.run,
            "For all addressees.",
            open_when=_when(lambda element: _stands(element) and element.due_on is None),
        ),
        Act(
            "move-due",
            MANAGE,
            "Move the due date",
            [asked.DUE, asked.WHY],
            building.move_due,
            building.run,
            "For all addressees. The first date is kept.",
            values=_values,
            open_when=_when(lambda element: _stands(element) and element.due_on is not None),
        ),
        Act(
            "no-due",
            MANAGE,
            "Take the due date away",
            [asked.WHY],
            building.no_due,
            building.run,
            "For a date that nobody decided.",
            risky=True,
            open_when=_when(lambda element: element.due_on is not None),
        ),
        Act(
            "link",
            MANAGE,
            "Link it to another",
            [
                asked.RELATION,
                Ask("to", "Which one?", "list", choices=_others),
                asked.BASIS,
                asked.NOTE,
            ],
            building.link,
            building.run,
            "Say which earlier recommendation it restates, elaborates or follows.",
        ),
        Act(
            "unlink",
            MANAGE,
            "Take a link back",
            [Ask("to", "Which one?", "list", choices=_linked), asked.WHY],
            building.unlink,
            building.run,
            risky=True,
            open_when=lambda conn, subject: bool(_linked(conn, subject)),
        ),
        Act(
            "supersede",
            MANAGE,
            "Let another take its place",
            [
                Ask("by", "Which one?", "list", choices=_others),
                Ask("meeting", "Which meeting decided it?", "list", choices=_held),
                asked.WHY,
            ],
            building.supersede,
            building.run,
            "Its follow-ups end as superseded, by a meeting’s decision.",
            risky=True,
            open_when=_when(lambda element: element.superseded_by is None),
        ),
        Act(
            "stand-again",
            MANAGE,
            "Let it stand again",
            [asked.WHY],
            building.stand_again,
            building.run,
            "That another took its place was recorded by mistake.",
            open_when=_when(lambda element: element.superseded_by is not None),
        ),
        Act(
            "repeat",
            MANAGE,
            "Note that it is printed again",
            [asked.SOURCE, asked.LINES_NEEDED, asked.NOTE],
            building.repeat,
            building.run,
            values=lambda conn, subject: {"source": _element(conn, subject).source},
        ),
        Act(
            "no-repeat",
            MANAGE,
            "It is not printed again after all",
            [Ask("repeat", "Where not?", "list", choices=_repeats), asked.WHY],
            building.no_repeat,
            building.run,
            open_when=_when(lambda element: bool(element.repeats)),
        ),
    ),
    _trail,
    belongs=lambda conn, subject: (_element(conn, subject).body, None),
    stream=lambda subject: f"recommendation-{subject[0]}",
)
