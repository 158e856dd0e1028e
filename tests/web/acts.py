"""Every form of a secretariat about records: where it is, what is good, and what is refused beside which field."""

from typing import NamedTuple


class Tried(NamedTuple):
    """One form. `wrong`: what is refused, and with which words, beside its first field."""

    at: str
    good: dict[str, str]
    wrong: dict[str, str]
    sentence: str
    event: str


R1 = "/recommendations/CMM8-R01/change"
R2 = "/recommendations/CMM8-R02/change"
R3 = "/recommendations/CMM8-R03/change"
ACT = "/activities/ASEM-ACT-01/change"
WHY = {"reason": "A slip of the pen."}
NO_WHY = ({"reason": " "}, "Please give the reason.")
RECORDS = [
    Tried(
        "/meetings/CMM8/adopted/record",
        {"code": "CMM8-R90", "text": "Exchange curators.", "nature": "operational", "themes_heritage": "yes"},
        {"code": "CMM7-R01"},
        "is no code for an element of CMM8",
        "Recommendation recorded",
    ),
    Tried(f"{R1}/revise", {"text": "Foster them."} | WHY, *NO_WHY, "Recommendation revised"),
    Tried(
        f"{R3}/classify",
        {"nature": "informational"},
        {"nature": ""},
        "whether it asks something",
        "Nature and themes set",
    ),
    Tried(
        f"{R1}/split",
        {"code": "CMM8-R01-01", "text": "Begin with film.", "nature": "operational"},
        {"lines": "twelve"},
        "is no range of lines",
        "Recommendation recorded",
    ),
    Tried(
        f"{R1}/direct",
        {"partners_JPN": "yes", "on": "2018-03-02"},
        {"on": "2017-01-01"},
        "cannot be directed before that",
        "Directed to partners: 1 partner",
    ),
    Tried(
        f"{R3}/direct",
        {"whom": "*", "on": "2018-03-02"},
        {"whom": ""},
        "Please say to whom",
        "Directed to partners: 3 partners",
    ),
    Tried(f"{R1}/release", {"partners_IDN": "yes"} | WHY, *NO_WHY, "Addressees released"),
    Tried(
        f"{R1}/due",
        {"due_on": "2027-06-30"},
        {"due_on": "2010-01-01"},
        "cannot be due before",
        "Due date set",
    ),
    Tried(
        f"{R2}/move-due",
        {"due_on": "2027-06-30"} | WHY,
        {"due_on": "soon"},
        "as year-month-day",
        "Due date moved",
    ),
    Tried(f"{R2}/no-due", WHY, *NO_WHY, "Due date taken away"),
    Tried(
        f"{R1}/link",
        {"relation": "elaborates", "to": "CMM8-R03", "basis": "stated"},
        {"to": "CMM8-R01"},
        "cannot be linked to itself",
        "Linked",
    ),
    Tried(f"{R2}/unlink", {"to": "CMM8-R03"} | WHY, *NO_WHY, "Link withdrawn"),
    Tried(
        f"{R1}/supersede",
        {"by": "CMM8-R03", "meeting": "CMM8"} | WHY,
        {"meeting": "CMM9"},
        "has not met yet",
        "Superseded",
    ),
    Tried("/recommendations/CMM8-R04/change/stand-again", WHY, *NO_WHY, "Not superseded after all"),
    Tried(
        f"{R1}/repeat",
        {"lines": "12-15, 20"},
        {"lines": "15-12"},
        "run backwards",
        "Printed again in the source",
    ),
    Tried(f"{R2}/no-repeat", {"repeat": "12 @ Annex"} | WHY, *NO_WHY, "Not printed again after all"),
    Tried(
        "/bodies/ASEM-CMM/activities/record",
        {"code": "ASEM-ACT-02", "title": "A seminar of curators"},
        {"code": "A seminar"},
        "is no code for an activity",
        "Activity recorded",
    ),
    Tried(
        f"{ACT}/revise",
        {"title": "Another title"} | WHY,
        {"title": ""},
        "Please give the title",
        "Activity revised",
    ),
    Tried(
        f"{ACT}/mention",
        {"code": "CMM8-F02", "text": "It was held."},
        {"code": "CMM8-R01"},
        "is no code for a follow-up entry",
        "Activity mentioned by a meeting",
    ),
    Tried(f"{ACT}/no-mention", {"code": "CMM8-F01"} | WHY, *NO_WHY, "Mention withdrawn"),
    Tried(
        f"{ACT}/link",
        {"recommendation": "CMM8-R03", "basis": "stated"},
        {"basis": ""},
        "how that is known",
        "Activity linked to a recommendation",
    ),
    Tried(f"{ACT}/unlink", {"recommendation": "CMM8-R01"} | WHY, *NO_WHY, "Activity no longer linked"),
]

BODY, CMM8, CMM9, IDN = (
    f"/{each}/change" for each in ("bodies/ASEM-CMM", "meetings/CMM8", "meetings/CMM9", "partners/IDN")
)
DAYS = {"starts_on": "2027-06-01", "ends_on": "2027-06-02"}
SET_UP = [
    Tried(
        f"{BODY}/revise",
        {"name": "The Culture Ministers", "groupings": "Asia\nEurope", "validation": "yes"} | WHY,
        {"groupings": "Asia"},
        "Partners belong to Europe",
        "Body revised",
    ),
    Tried(
        f"{BODY}/theme",
        {"code": "film", "title": "Film"},
        {"code": "Film!"},
        "is no code of a theme",
        "Theme defined",
    ),
    Tried(
        f"{BODY}/schedule",
        {"code": "CMM9SOM", "kind": "senior_officials", "prepares": "CMM9"} | DAYS,
        {"number": "nine"},
        "is a whole number",
        "Meeting scheduled",
    ),
    Tried(
        f"{BODY}/register",
        {"code": "MNG", "name": "Mongolia", "kind": "country", "grouping": "Asia", "since": "2008-10-24"},
        {"code": "Mongolia"},
        "is no code for a country",
        "Partner registered and 1 further event",
    ),
    Tried(
        f"{CMM9}/cutoff",
        {"reports_by": "2027-04-30"},
        {"reports_by": "soon"},
        "as year-month-day",
        "cut-off set",
    ),
    Tried(
        f"{CMM9}/move",
        DAYS | {"reason": "Agreed."},
        {"ends_on": "2027-05-01"},
        "cannot end on",
        "Meeting moved",
    ),
    Tried(
        f"{CMM9}/hold",
        {"starts_on": "2026-06-01", "ends_on": "2026-06-02"},
        {"starts_on": "2027-06-01", "ends_on": "2027-06-02"},
        "can be recorded as held from that day on",
        "Meeting held",
    ),
    Tried(f"{CMM9}/cancel", WHY, *NO_WHY, "Meeting cancelled"),
    Tried(
        f"{CMM8}/revise",
        {"host": "A ministry"} | WHY,
        {"country": "Bulgaria"},
        "is no country code",
        "Meeting revised",
    ),
    Tried(
        f"{CMM8}/correct",
        {"number": "8", "kind": "ministerial"} | WHY,
        {"number": "0"},
        "counts from 1",
        "Meeting corrected",
    ),
    Tried(
        f"{CMM8}/workshop",
        {"code": "CMM8-W01", "text": "Creativity"},
        {"code": "W1"},
        "is no code within CMM8",
        "Workshop recorded",
    ),
    Tried(
        f"{CMM8}/fact",
        {"code": "CMM8-N01", "text": "All came."},
        {"text": " "},
        "Please give the text",
        "Fact recorded",
    ),
    Tried(
        f"{IDN}/rename", {"name": "Indonesia"} | WHY, {"name": ""}, "Please give the name", "Partner renamed"
    ),
    Tried(
        "/partners/BRA/change/join",
        {"body": "ASEM-CMM", "grouping": "Asia", "since": "2020-01-01"},
        {"grouping": ""},
        "Please give the grouping",
        "Partner joined a body",
    ),
    Tried(
        f"{IDN}/leave",
        {"body": "ASEM-CMM", "until": "2026-01-01"} | WHY,
        {"until": "never"},
        "as year-month-day",
        "Partner left a body",
    ),
    Tried(
        f"{IDN}/membership",
        {"membership": "ASEM-CMM 1996-03-01", "grouping": "Europe", "joined": "1996-03-02"} | WHY,
        {"until": "1990-01-01"},
        "before it joined",
        "Membership corrected",
    ),
]
OF_THEIR_OWN = ("record", "split", "schedule", "register")
"""Forms by which something new begins, which nobody else can have changed meanwhile."""
FORMS = RECORDS + SET_UP
