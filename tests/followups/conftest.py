"""A body that has met twice and meets again, with three partners and a few recommendations."""

from datetime import date

import pytest

from tests.builders import BODY, context, put_body, put_meeting, put_partner, put_recommendation
from tracker.kit.db import Database
from tracker.meetings import commands as meeting_commands
from tracker.meetings.service import handle_body
from tracker.people.policy import OPERATOR


@pytest.fixture
def tracked(db: Database) -> Database:
    with db.write() as tx:
        put_body(tx)
        handle_body(
            tx, OPERATOR, BODY, meeting_commands.DefineTheme(code="creative", title="Creative"), context()
        )
        put_meeting(tx, "CMM7", date(2016, 6, 24))
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_meeting(tx, "CMM9", date(2027, 3, 1), held=False)
        for code, grouping in (("IDN", "Asia"), ("JPN", "Asia"), ("FRA", "Europe")):
            put_partner(tx, code, grouping=grouping)
        put_recommendation(tx, "CMM7-R01", "IDN", on=date(2016, 6, 24))
        put_recommendation(
            tx, "CMM8-R01", "IDN", "FRA", themes=["creative"], text="Foster the creative industries."
        )
        put_recommendation(tx, "CMM8-R02", "IDN", "JPN")
    return db
