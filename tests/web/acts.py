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
