"""The fields that the forms about elements and activities share."""

from typing import get_args

from tracker.people.acting import Ask
from tracker.recommendations.events import Basis, Nature, Relation
from tracker.web.words import BASIS as BASES
from tracker.web.words import NATURE as NATURES
from tracker.web.words import RELATION as RELATIONS

CODE = Ask("code", "Code", hint="A for the action plan, R for recommendations. It stays for ever.")
TEXT = Ask("text", "Text", "area", "In the words of the document.")
SOURCE = Ask("source", "Source", hint="The document that it stands in.", required=False)
LINES = Ask("lines", "Lines", hint="Such as 12-15, or 12-15, 20.", required=False)
LINES_NEEDED = Ask("lines", "Lines", hint="Such as 12-15, or 12-15, 20.")
NOTE = Ask("note", "Note", "area", "What a reader should know.", required=False)
WHY = Ask("reason", "Why?", "area", "One sentence is enough. It stays in the history.")
DUE = Ask("due_on", "Due on", "date")
NATURE = Ask(
    "nature",
    "Does it ask something of somebody?",
    "list",
    choices=lambda conn, subject: [(each, NATURES[each]) for each in get_args(Nature)],
)
RELATION = Ask(
    "relation",
    "How does it stand to the other?",
    "list",
    choices=lambda conn, subject: [(each, f"It {RELATIONS[each]}") for each in get_args(Relation)],
)
BASIS = Ask(
    "basis",
    "How is that known?",
    "list",
    choices=lambda conn, subject: [(each, BASES[each]) for each in get_args(Basis)],
)
