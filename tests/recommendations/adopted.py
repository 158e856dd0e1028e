"""Two meetings of a body with partners and elements, as the tests of this folder need them."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from tests.builders import BODY, context, put_body, put_meeting, put_partner
from tracker.eventstore.store import Receipt
from tracker.meetings.commands import DefineTheme
from tracker.meetings.service import handle_body
from tracker.people.policy import OPERATOR
from tracker.recommendations import commands as c
from tracker.recommendations.service import handle, handle_activity

CMM8_ENDED = date(2018, 3, 2)


def element(code: str, **fields: Any) -> c.RecordRecommendation:
    kind: Any = "action_plan" if "-A" in code else "recommendation"
    given = {"meeting": code.partition("-")[0], "body": BODY, "kind": kind, "text": f"To do {code}."}
    return c.RecordRecommendation(code=code, **(given | fields))


def ask(tx: Connection, code: str, command: c.RecommendationCommand, on: date = CMM8_ENDED) -> Receipt:
    return handle(tx, OPERATOR, code, command, context(on))


def ask_activity(tx: Connection, code: str, command: c.ActivityCommand) -> Receipt:
    return handle_activity(tx, OPERATOR, code, command, context())


def put_elements(tx: Connection, *codes: str, **fields: Any) -> None:
    for code in codes:
        ask(tx, code, element(code, **fields))


def put_meetings(tx: Connection) -> None:
    """CMM7 and CMM8 held, CMM9 planned; IDN and KAZ in Asia (KAZ since 2018), FRA in Europe; themes arts, heritage."""
    put_body(tx)
    put_meeting(tx, "CMM7", date(2016, 6, 22))
    put_meeting(tx, "CMM8", date(2018, 3, 1), ends_on=CMM8_ENDED)
    put_meeting(tx, "CMM9", None)
    put_partner(tx, "IDN")
    put_partner(tx, "KAZ", since=date(2018, 1, 1))
    put_partner(tx, "FRA", grouping="Europe")
    for theme in ("arts", "heritage"):
        handle_body(tx, OPERATOR, BODY, DefineTheme(code=theme, title=theme.title()), context())
