"""Demonstration people and reports, on request only: every event is marked as demonstration, and so is what it touches.

People are roles at example.org. Days are counted back from `now`, so that something is always due soon.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from seed.loaded import DOOR
from tracker.eventstore import store
from tracker.eventstore.store import Context
from tracker.followups import commands as f
from tracker.followups import service as followups
from tracker.followups.events import Evidence, Response, Status
from tracker.kit.clock import at_midnight
from tracker.kit.db import Database
from tracker.meetings import queries as meetings
from tracker.meetings.commands import MoveMeeting
from tracker.meetings.service import handle_meeting
from tracker.people import commands as p
from tracker.people import queries as people
from tracker.people import service as accounts
from tracker.people.events import Role
from tracker.people.policy import OPERATOR, SERVICE, Actor
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle as handle_recommendation

BODY, LAST, NEXT = "ASEM-CMM", "CMM8", "CMM9"
ZONES = {"IDN": "Asia/Jakarta", "FRA": "Europe/Paris", "KOR": "Asia/Seoul", "BGR": "Europe/Sofia"}
OFFICES: dict[str, tuple[str, Role, str]] = {
    "secretariat": ("Secretariat, ASEM CMM", "secretariat", BODY),
    "auditor": ("Auditor", "auditor", "*"),
}
DUE = {"CMM8-R01": -30, "CMM8-R02": 20, "CMM8-R03": 10, "CMM8-R04": 45}
"""Days from now on which elements are due; that of CMM8-R03 is moved to the meeting afterwards."""


class Said(NamedTuple):
    """A report, so many days ago."""

    partner: str
    element: str
    days_ago: int
    status: Status
    narrative: str


RESPONSES: dict[tuple[str, str], Response] = {
    ("IDN", "CMM8-R01"): "supported",
    ("IDN", "CMM8-R02"): "supported",
    ("FRA", "CMM8-R01"): "supported",
    ("FRA", "CMM8-R03"): "supported_in_part",
    ("KOR", "CMM8-R04"): "noted",
    ("BGR", "CMM8-R06"): "supported",
}
REPORTS = (
    Said("IDN", "CMM8-R01", 900, "under_implementation", "A working group of the ministry met twice."),
    Said("IDN", "CMM8-R01", 400, "partially_implemented", "Two of five provinces take part."),
    Said(
        "IDN",
        "CMM8-R01",
        40,
        "implemented",
        "All five provinces take part; the programme has its own budget.",
    ),
    Said("IDN", "CMM8-R02", 500, "not_started", "Planned for the next budget."),
    Said("IDN", "CMM8-R02", 90, "under_implementation", "The call for proposals is open."),
    Said("FRA", "CMM8-R01", 300, "implemented", "The measure is in force."),
    Said("FRA", "CMM8-R03", 200, "under_implementation", "A first draft is with the partners."),
    Said("FRA", "CMM8-R05", 700, "implemented", "Done with the annual programme."),
    Said("KOR", "CMM8-R04", 600, "under_implementation", "Talks with two partners began."),
    Said("KOR", "CMM8-R04", 60, "partially_implemented", "One agreement is signed, one is being drafted."),
    Said("KOR", "CMM8-R05", 250, "overtaken_by_events", "A regional programme now covers the matter."),
    Said("BGR", "CMM8-R06", 800, "under_implementation", "The inventory has begun."),
    Said("BGR", "CMM8-R06", 30, "under_implementation", ""),
    Said("BGR", "CMM8-R07", 100, "not_implemented", "No funds were found in this period."),
)


def load_demo(db: Database, now: datetime) -> int:
    """Adds the demonstration to a tracker that holds the matrix, in one transaction; the number of events, 0 if it is
    there already. Raises `NotFound` if the matrix is not loaded."""
    return db.run(lambda tx: _Demo(tx, now).play())


class _Demo:
    def __init__(self, tx: Connection, now: datetime) -> None:
        self.tx, self.now = tx, now

    def play(self) -> int:
        meetings.meeting(self.tx, NEXT)
        if people.person_by_email(self.tx, _email("secretariat")) is not None:
            return 0
        before = store.head(self.tx)
        offices = {slug: self._office(slug) for slug in OFFICES}
        points = {partner: self._focal_point(partner) for partner in ZONES}
        self._dates()
        for (partner, element), response in RESPONSES.items():
            command = f.RecordResponse(recommendation=element, partner=partner, response=response)
            self._follow_up(points[partner], element, partner, command, "response", 1_000)
        for number, said in enumerate(REPORTS, 1):
            self._report(points[said.partner], said, number)
        self._checks(points, offices)
        return store.head(self.tx) - before

    def _office(self, slug: str) -> Actor:
        name, role, scope = OFFICES[slug]
        person_id = self._person(slug, name, "UTC")
        grant = p.GrantRole(role=role, scope=scope)
        accounts.handle_person(self.tx, OPERATOR, person_id, grant, self._context(OPERATOR, f"role-{slug}"))
        return people.actor(self.tx, person_id, self.now.date())

    def _focal_point(self, partner: str) -> Actor:
        name = people.partner(self.tx, partner).name
        person_id = self._person(f"focal.{partner.lower()}", f"Focal point, {name}", ZONES[partner])
        appoint = p.AppointFocalPoint(person_id=person_id, standing="main", since=self._day(1_100))
        context = self._context(SERVICE, f"appointment-{partner}")
        accounts.handle_focal_points(self.tx, SERVICE, BODY, partner, appoint, context)
        return people.actor(self.tx, person_id, self.now.date())

    def _person(self, slug: str, name: str, zone: str) -> str:
        context = self._context(SERVICE, f"person-{slug}")
        return accounts.invite(
            self.tx, SERVICE, name=name, email=_email(slug), locale="en", time_zone=zone, context=context
        )

    def _dates(self) -> None:
        """The next meeting in sixty days, and due dates before it."""
        starts_on = self._day(-60)
        move = MoveMeeting(
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=1),
            reason="Demonstration: no date is known.",
        )
        handle_meeting(self.tx, SERVICE, NEXT, move, self._context(SERVICE, "meeting"))
        for element, days in DUE.items():
            due: r.RecommendationCommand = r.SetDue(due_on=self._day(-days))
            handle_recommendation(self.tx, SERVICE, element, due, self._context(SERVICE, f"due-{element}"))
        later = r.MoveDue(due_on=starts_on, reason="Demonstration: to be reported to the meeting.")
        handle_recommendation(self.tx, SERVICE, "CMM8-R03", later, self._context(SERVICE, "due-moved"))

    def _report(self, actor: Actor, said: Said, number: int) -> None:
        shown = Evidence(url=f"https://example.org/{said.element.lower()}", title="Programme page")
        command = f.ReportProgress(
            recommendation=said.element,
            partner=said.partner,
            report_id=_report_id(number),
            status=said.status,
            as_of=self._day(said.days_ago),
            narrative=said.narrative,
            evidence=[shown] if said.status == "implemented" else [],
        )
        self._follow_up(actor, said.element, said.partner, command, f"report-{number:02}", said.days_ago)

    def _checks(self, points: dict[str, Actor], offices: dict[str, Actor]) -> None:
        """One report verified, one disputed, one corrected."""
        numbers = {(said.partner, said.element): _report_id(number) for number, said in enumerate(REPORTS, 1)}
        verify = f.VerifyReport(report_id=numbers["IDN", "CMM8-R01"], note="Seen on the programme page.")
        self._follow_up(offices["secretariat"], "CMM8-R01", "IDN", verify, "verified", 20)
        dispute = f.DisputeReport(
            report_id=numbers["FRA", "CMM8-R01"], reason="The page that is given says nothing of the measure."
        )
        self._follow_up(offices["auditor"], "CMM8-R01", "FRA", dispute, "disputed", 150)
        correct = f.CorrectReport(
            report_id=numbers["FRA", "CMM8-R05"],
            status="partially_implemented",
            as_of=self._day(700),
            narrative="Done with the annual programme, but not for the second half of the year.",
            reason="The first report spoke of half a year.",
        )
        self._follow_up(points["FRA"], "CMM8-R05", "FRA", correct, "corrected", 650)

    def _follow_up(
        self, actor: Actor, element: str, partner: str, command: Any, slug: str, days_ago: int
    ) -> None:
        context = self._context(actor, f"{slug}-{element}-{partner}", self._day(days_ago))
        followups.handle(self.tx, actor, element, partner, command, context, now=self.now)

    def _context(self, actor: Actor, slug: str, on: date | None = None) -> Context:
        return Context(
            actor_id=actor.person_id,
            effective_at=self.now if on is None else at_midnight(on),
            command_id=f"demo-{slug}",
            metadata={"door": DOOR, "demonstration": True},
        )

    def _day(self, days_ago: int) -> date:
        return self.now.date() - timedelta(days=days_ago)


def _email(slug: str) -> str:
    return f"{slug}@example.org"


def _report_id(number: int) -> str:
    return f"demo-report-{number:02}"
