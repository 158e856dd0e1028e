"""What the forms about elements offer: what stands there now, what lists hold, and which forms are open."""

from collections.abc import Callable

from sqlalchemy import Connection

from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.acting import Choices, Subject, Trail
from tracker.recommendations import queries
from tracker.recommendations.pages import building

Element = queries.Recommendation


def of(conn: Connection, subject: Subject) -> Element:
    """The element that the form is about; raises `NotFound`."""
    return queries.recommendation(conn, subject[0])


def when(holds: Callable[[Element], bool]) -> Callable[[Connection, Subject], bool]:
    """Whether a form is open, by what holds of its element."""
    return lambda conn, subject: holds(of(conn, subject))


def stands(element: Element) -> bool:
    """Whether it can be directed and dated: it asks something of somebody, and nothing took its place."""
    return element.superseded_by is None and element.nature == "operational"


def values(conn: Connection, subject: Subject) -> dict[str, str]:
    """What is recorded of the element now, by the names of the fields."""
    element = of(conn, subject)
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


def next_part(conn: Connection, subject: Subject) -> dict[str, str]:
    """The first free code of a part, with the source of the whole."""
    element = of(conn, subject)
    codes = [each.code for each in queries.elements(conn, element.meeting) if each.parent == element.code]
    return {"code": _free(f"{element.code}-", codes), "source": element.source, "nature": element.nature}


def next_of_meeting(conn: Connection, subject: Subject) -> dict[str, str]:
    """The first free code of a recommendation, with the meeting's source."""
    meeting = meetings.meeting(conn, subject[0])
    codes = [each.code for each in queries.elements(conn, meeting.code) if each.parent is None]
    return {"code": _free(f"{meeting.code}-R", codes), "source": meeting.source, "nature": "operational"}


def _free(start: str, codes: list[str]) -> str:
    """The code after the last one that begins like this."""
    numbers = [each.removeprefix(start) for each in codes if each.startswith(start)]
    return f"{start}{max((int(each) for each in numbers if each.isdigit()), default=0) + 1:02}"


def siblings(conn: Connection, subject: Subject) -> Choices:
    """Of what it may be a part."""
    element = of(conn, subject)
    return [
        (each.code, f"{each.code} {each.text[:60]}")
        for each in queries.elements(conn, element.meeting)
        if each.parent is None and each.code != element.code
    ]


def first_day(conn: Connection, subject: Subject) -> dict[str, str]:
    """What was just adopted is directed from the meeting's last day on; what is directed already, from today."""
    element = of(conn, subject)
    ended = meetings.meeting(conn, element.meeting).ends_on
    return {} if element.addressees or ended is None else {"on": ended.isoformat()}


def themes(conn: Connection, subject: Subject) -> Choices:
    """The themes of the body."""
    body = meetings.meeting(conn, subject[0].partition("-")[0]).body
    return [(each.code, each.title) for each in meetings.themes(conn, body)]


def others(conn: Connection, subject: Subject) -> Choices:
    """Elements of the same body, those of the newest meetings first."""
    element = of(conn, subject)
    found = queries.search(conn, body=element.body)
    return [(each.code, f"{each.code} {each.text[:60]}") for each in found[::-1] if each.code != element.code]


def linked(conn: Connection, subject: Subject) -> Choices:
    """The links that it makes itself."""
    found = queries.links(conn, subject[0])
    return [(each.code, f"{each.code} {each.text[:60]}") for each in found if each.outgoing]


def repeats(conn: Connection, subject: Subject) -> Choices:
    """Where the source prints it again."""
    repeats = of(conn, subject).repeats
    return [(building.place(each), f"{each.source}, lines {', '.join(each.lines)}") for each in repeats]


def held(conn: Connection, subject: Subject) -> Choices:
    """The meetings that may have decided something."""
    found = meetings.meetings(conn, of(conn, subject).body)
    return [(each.code, f"{each.code} {each.place}") for each in found[::-1] if each.state == "held"]


def whom(conn: Connection, subject: Subject) -> Choices:
    """The ways to direct it to many at once."""
    body = meetings.body(conn, of(conn, subject).body)
    return [
        (building.EVERYONE, f"All partners of {body.code}"),
        *((each, f"All of {each}") for each in body.groupings),
    ]


def members(conn: Connection, subject: Subject) -> Choices:
    """Partners to whom it is not directed yet."""
    element = of(conn, subject)
    directed = {each.partner for each in queries.addressees(conn, element.code)}
    known = {each.code: each.name for each in people.all_partners(conn)}
    mine = set(people.ever_members(conn, element.body)) - directed
    return sorted(((code, known[code]) for code in mine), key=lambda each: each[1])


def addressees(conn: Connection, subject: Subject) -> Choices:
    """Partners to whom it is directed."""
    known = {each.code: each.name for each in people.all_partners(conn)}
    directed = [each.partner for each in queries.addressees(conn, subject[0])]
    return sorted(((code, known[code]) for code in directed), key=lambda each: each[1])


def trail(conn: Connection, subject: Subject) -> Trail:
    """From its meeting to it."""
    element = of(conn, subject)
    return [
        (element.meeting, f"/meetings/{element.meeting}"),
        (element.code, f"/recommendations/{element.code}"),
    ]


def trail_of_meeting(conn: Connection, subject: Subject) -> Trail:
    """From all meetings to one."""
    meeting = meetings.meeting(conn, subject[0])
    return [("Meetings", "/meetings"), (meeting.code, f"/meetings/{meeting.code}")]
