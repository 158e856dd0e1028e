"""What may be done to a selection of recommendations: what each form asks, and the items that it becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.followups.events import Ending
from tracker.followups.together import MOST_ITEMS, Item
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.acting import Ask, Choices, Subject
from tracker.people.visit import Visit
from tracker.recommendations import commands as r
from tracker.recommendations import queries as recommendations
from tracker.recommendations import service as directing
from tracker.web.forms import Form
from tracker.web.words import STATUS

EVERYONE = "*"
Elements = Sequence[recommendations.Recommendation]
Build = Callable[[Visit, Form, Elements], list[Item]]


@dataclass(frozen=True)
class Selection:
    """One form about several recommendations of one body; `build` notes errors, or says what is to be done."""

    name: str
    action: str
    title: str
    asks: Sequence[Ask]
    build: Build
    says: str = ""
    risky: bool = False


def _groupings(conn: Connection, subject: Subject) -> Choices:
    body = meetings.body(conn, subject[0])
    return [
        (EVERYONE, f"All partners of {body.code}"),
        *((each, f"All of {each}") for each in body.groupings),
    ]


def _partners(conn: Connection, subject: Subject) -> Choices:
    known = {each.code: each.name for each in people.all_partners(conn)}
    mine = people.ever_members(conn, subject[0])
    return sorted(((code, known[code]) for code in mine), key=lambda each: each[1])


def _whom(conn: Connection, subject: Subject) -> Choices:
    return [*_groupings(conn, subject), *_partners(conn, subject)]


def _held(conn: Connection, subject: Subject) -> Choices:
    found = meetings.meetings(conn, subject[0])
    return [(each.code, f"{each.code} {each.place}") for each in found[::-1] if each.state == "held"]


def _direct(visit: Visit, form: Form, elements: Elements) -> list[Item]:
    """To everyone, a grouping, or the ticked partners, as they are on the day."""
    whom, partners, on = form["whom"], form.checked("partners"), form.day("on", "day")
    if bool(whom) == bool(partners):
        form.errors["whom"] = "Please say to whom: choose from this list, or single partners, and not both."
    if on is None or form.errors:
        return []
    if whom == EVERYONE:
        chosen: dict[str, Any] = {"everyone": True}
    else:
        chosen = {"grouping": whom} if whom else {"partners": partners}

    def run(code: str, tx: Connection, context: Context) -> Receipt:
        return directing.direct(tx, visit.actor, code, context, on=on, **chosen)

    return [Item(each.code, partial(run, each.code)) for each in elements]


def _due(visit: Visit, form: Form, elements: Elements) -> list[Item]:
    """The first date of those that have none; the others move, for a reason."""
    due_on, reason = form.day("due_on", "due date"), form.text("reason", "reason")
    if due_on is None or form.errors:
        return []
    with_date = {each.code for each in elements if each.due_on is not None}
    if form["confirmed"] == "yes":
        # As it was looked at, so that the same press of the button is the same command.
        with_date = set(form["with_date"].split())
    form.values["with_date"] = " ".join(sorted(with_date))

    def run(code: str, tx: Connection, context: Context) -> Receipt:
        command = r.MoveDue(due_on=due_on, reason=reason) if code in with_date else r.SetDue(due_on=due_on)
        return directing.handle(tx, visit.actor, code, command, context)

    return [Item(each.code, partial(run, each.code)) for each in elements]


def _close(visit: Visit, form: Form, elements: Elements) -> list[Item]:
    """Every open follow-up of these recommendations by the chosen partners."""
    meeting = form.text("meeting", "meeting", longest=40, required=True)
    ending: Any = form.choice("ending", get_args(Ending), "Please say how they ended.")
    reason, whose = form.text("reason", "reason", required=True), form["whose"]
    if not whose:
        form.errors["whose"] = "Please say whose follow-ups are closed."
    if form.errors:
        return []
    pairs = form["pairs"].split() if form["confirmed"] == "yes" else _open_pairs(visit, elements, whose)
    form.values["pairs"] = " ".join(pairs)
    if not pairs:
        form.errors["whose"] = "None of these follow-ups is open; please choose others."
    if len(pairs) > MOST_ITEMS:
        form.errors["whose"] = (
            f"{len(pairs):,} follow-ups would be closed; at most {MOST_ITEMS} are closed at once. "
            "Please tick fewer recommendations, or choose a grouping."
        )

    def run(pair: str, tx: Connection, context: Context) -> Receipt:
        code, _, partner = pair.rpartition(":")
        close = c.CloseFollowup(
            recommendation=code, partner=partner, meeting=meeting, ending=ending, reason=reason
        )
        return service.handle(tx, visit.actor, code, partner, close, context, now=visit.now)

    return [Item(pair, partial(run, pair)) for pair in pairs]


def _open_pairs(visit: Visit, elements: Elements, whose: str) -> list[str]:
    body, today = elements[0].body, visit.today
    groupings = meetings.body(visit.live, body).groupings
    one = None if whose == EVERYONE or whose in groupings else whose
    found = queries.grid(visit.live, body, today, grouping=whose if whose in groupings else None, partner=one)
    wanted = {each.code for each in elements}
    return [
        f"{row.recommendation}:{cell.partner}"
        for row in found.rows
        if row.recommendation in wanted
        for cell in row.cells.values()
        if cell.ending is None
    ]


WHY = "One sentence is enough. It stays in the history of each."
SELECTIONS = {
    each.name: each
    for each in (
        Selection(
            "direct",
            "recommendation.manage",
            "Direct to partners",
            [
                Ask(
                    "whom",
                    "To whom?",
                    "list",
                    "Or choose single partners below.",
                    required=False,
                    choices=_groupings,
                ),
                Ask("partners", "Single partners", "boxes", required=False, choices=_partners),
                Ask("on", "From which day on?", "date", "All partners: those that there were on this day."),
            ],
            _direct,
            "Each addressee gets a follow-up of each. Those that they are directed to already are passed over.",
        ),
        Selection(
            "due",
            "recommendation.manage",
            "Set the due date",
            [
                Ask("due_on", "Due on", "date"),
                Ask("reason", "Why?", "area", "Needed where there is a date already. " + WHY, required=False),
            ],
            _due,
            "For all addressees of each. The first date is kept.",
        ),
        Selection(
            "close",
            "followup.close",
            "Close by a meeting’s decision",
            [
                Ask("meeting", "Which meeting decided it?", "list", choices=_held),
                Ask(
                    "ending",
                    "How did they end?",
                    "list",
                    choices=lambda conn, subject: [(each, STATUS[each]) for each in get_args(Ending)],
                ),
                Ask("whose", "Whose follow-ups?", "list", choices=_whom),
                Ask("reason", "What did the meeting decide, and why?", "area", WHY),
            ],
            _close,
            "Every open follow-up of these recommendations is closed.",
            risky=True,
        ),
    )
}
