"""The real matrix with focal points for every partner, so that many people report and many mails are due."""

from datetime import date

from sqlalchemy import Connection

from seed.load import load
from tests.builders import BODY, put_focal_point, put_person
from tests.survival.reporters import Desk
from tracker.followups import queries as followups
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.migrate import HOME
from tracker.people import queries as people

MEETING = "CMM9"
"""The upcoming meeting, whose metrics are recomputed as the log moves."""
LAST = "CMM8-"
SINCE = date(2018, 3, 2)


def settle(db: Database, each: int) -> list[Desk]:
    """Loads the matrix and appoints so many focal points for each partner; the desks of them all."""
    load(db, HOME / "seed")
    with db.write() as tx:
        partners = people.members(tx, BODY, utc_now().date())
        return [desk for partner in sorted(partners) for desk in _appointed(tx, partner, each)]


def _appointed(tx: Connection, partner: str, each: int) -> list[Desk]:
    views = followups.of_partner(tx, partner, utc_now().date(), BODY)
    codes = [view.recommendation for view in views if view.recommendation.startswith(LAST)]
    desks = []
    for number in range(each):
        person = put_person(tx, f"focal-{number}.{partner.lower()}@example.org")
        put_focal_point(tx, partner, person, standing="alternate" if number else "main", since=SINCE)
        desks.append(Desk(person, partner, codes[number % len(codes) :]))
    return desks
