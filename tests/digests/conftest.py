"""A body with a meeting ahead, a partner, its focal point, and something of every heading for them."""

from datetime import date

import pytest
from sqlalchemy import Connection

from tests.builders import (
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.digests.world import NOW, World
from tracker.kit.db import Database
from tracker.metrics import service as metrics
from tracker.people.policy import OPERATOR
from tracker.recommendations.commands import SetDue
from tracker.recommendations.service import handle as handle_recommendation


def put_due(tx: Connection, code: str, due_on: date) -> None:
    """A due date for all addressees."""
    handle_recommendation(tx, OPERATOR, code, SetDue(due_on=due_on), context(date(2018, 3, 2)))


@pytest.fixture
def world(db: Database) -> World:
    """NOW is a Monday, half past seven in UTC."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 1))
        put_meeting(tx, "CMM9", date(2026, 12, 27), held=False, title="Ninth meeting")
        put_partner(tx, "IDN")
        put_partner(tx, "MYS")
        person = put_person(tx, "focal-point.idn@example.org", name="Focal point, Indonesia")
        put_focal_point(tx, "IDN", person)
        put_recommendation(tx, "CMM8-R01", "IDN", "MYS")
        put_due(tx, "CMM8-R01", date(2026, 11, 3))
        put_recommendation(tx, "CMM8-R02", "IDN", "MYS")
        put_due(tx, "CMM8-R02", date(2026, 12, 3))
        put_recommendation(tx, "CMM8-R03", "IDN", on=date(2026, 11, 10))
        put_recommendation(tx, "CMM8-R04", "IDN")
        put_recommendation(tx, "CMM8-R05", "IDN", "MYS")
        put_due(tx, "CMM8-R05", date(2026, 1, 1))
        put_report(tx, "CMM8-R02", "IDN", "under_implementation", date(2026, 10, 1))
        put_report(tx, "CMM8-R05", "IDN", "implemented", date(2026, 10, 1))
    metrics.follow(db, NOW)
    return World(db, person)


@pytest.fixture
def empty_world(db: Database) -> World:
    """The same with nothing to say."""
    with db.write() as tx:
        put_body(tx)
        put_partner(tx, "IDN")
        person = put_person(tx, "focal-point.idn@example.org", name="Focal point, Indonesia")
        put_focal_point(tx, "IDN", person)
    return World(db, person)
