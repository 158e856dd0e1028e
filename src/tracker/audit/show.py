"""One answer for any code: a recommendation, follow-up, activity, meeting, partner or body with what belongs to it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from tracker.audit.queries import Found
from tracker.followups import queries as followups
from tracker.followups.opened import opened
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.policy import Actor
from tracker.recommendations import queries as recommendations

Shown = dict[str, Any]


def about(conn: Connection, found: Found, today: date, actor: Actor) -> Shown:
    """What is known of it on a live or a scratch connection; its first key is its kind. Raises `NotFound`."""
    shown: Callable[[Connection, str, date, Actor], Shown] = SHOWN[found.kind]
    return shown(conn, found.code, today, actor)


def person_ids(shown: Shown) -> set[str]:
    """Whose reports and appointments are shown."""
    listed = [each for value in shown.values() for each in (value if isinstance(value, list) else [value])]
    found = (getattr(each, name, None) for each in listed for name in ("person_id", "reported_by"))
    return {person_id for person_id in found if person_id}


def _recommendation(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    element = recommendations.recommendation(conn, code)
    return {
        "recommendation": element,
        "parts": [
            each.code for each in recommendations.elements(conn, element.meeting) if each.parent == code
        ],
        "links": recommendations.links(conn, code),
        "activities": recommendations.activities_for(conn, code),
        "followups": [opened(view, actor) for view in followups.of_recommendation(conn, code, today)],
    }


def _followup(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    element, _, partner = code.partition(":")
    return {"followup": opened(followups.followup(conn, element, partner, today), actor)}


def _activity(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    return {
        "activity": recommendations.activity(conn, code),
        "mentions": recommendations.mentions_of(conn, code),
        "implements": recommendations.implements(conn, code),
    }


def _meeting(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    return {
        "meeting": meetings.meeting(conn, code),
        "cycle": meetings.cycle(conn, code)._asdict(),
        "workshops": meetings.workshops(conn, code),
        "facts": meetings.facts(conn, code),
        "elements": recommendations.elements(conn, code),
        "mentions": recommendations.mentions(conn, code),
    }


def _partner(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    memberships = people.memberships_of(conn, code)
    bodies = sorted({member.body for member in memberships})
    return {
        "partner": people.partner(conn, code),
        "memberships": memberships,
        "focal_points": [each for body in bodies for each in people.focal_points(conn, body, code, today)],
        "followups": [opened(view, actor) for view in followups.of_partner(conn, code, today)],
    }


def _body(conn: Connection, code: str, today: date, actor: Actor) -> Shown:
    return {
        "body": meetings.body(conn, code),
        "upcoming": meetings.upcoming(conn, code, today),
        "meetings": meetings.meetings(conn, code),
        "themes": meetings.themes(conn, code),
        "partners": people.members(conn, code, today),
    }


SHOWN = {
    "recommendation": _recommendation,
    "followup": _followup,
    "activity": _activity,
    "meeting": _meeting,
    "partner": _partner,
    "body": _body,
}
