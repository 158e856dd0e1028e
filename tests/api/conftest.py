"""A small tracked body, and programs that call with tokens of the people around it."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from httpx import Response

from tests.builders import (
    RECORDED_AT,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.web.browser import Browser
from tracker.followups.events import Evidence
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.kit.ids import new_id
from tracker.people import commands as c
from tracker.people import tokens
from tracker.people.policy import FAMILIES, OPERATOR
from tracker.people.service import handle_person

ROLES = {
    "office": ("secretariat", "ASEM-CMM"),
    "auditor": ("auditor", "*"),
    "ministry": ("validating_authority", "IDN"),
    "admin": ("admin", "*"),
    "reader": ("reader", "*"),
}
OWN = "/api/v1/followups/CMM8-R01/IDN"
REPORT = {"status": "under_implementation", "as_of": "2026-11-20", "narrative": "It has begun."}


class World(NamedTuple):
    """Two recommendations; the ids of the people around them by what they are; a report that there is."""

    db: Database
    people: dict[str, str]
    report_id: str


class Program:
    """Calls with a token, or without one; keeps the clock that the tracker goes by."""

    def __init__(self, browser: Browser, secret: str | None = None, token_id: str = "") -> None:
        self.client, self.secret, self.token_id = browser.client, secret, token_id
        self.app = browser.app

    def headers(self) -> dict[str, str]:
        """By which it is known."""
        return {} if self.secret is None else {"authorization": f"Bearer {self.secret}"}

    def get(self, path: str, **headers: str) -> Response:
        """Asks; `path` without what all addresses share."""
        return self.client.get(f"/api/v1/{path}", headers=self.headers() | headers)

    def post(
        self, kind: str, body: Any, *, key: str | None = None, at: str = OWN, **headers: str
    ) -> Response:
        """Commands; `kind` such as `reports`."""
        own = self.headers() | {"idempotency-key": key or new_id()} | headers
        return self.client.post(f"{at}/{kind}", json=body, headers=own)

    def send(self, body: bytes, kind: str = "reports", media: str = "application/json") -> Response:
        """Any bytes."""
        own = self.headers() | {"idempotency-key": new_id(), "content-type": media}
        return self.client.post(f"{OWN}/{kind}", content=body, headers=own)


Having = Callable[..., Program]


@pytest.fixture
def world(db: Database) -> World:
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2), place="Sofia")
        put_meeting(tx, "CMM9", date(2026, 11, 10))
        for code in ("IDN", "FRA"):
            put_partner(tx, code)
        put_recommendation(tx, "CMM8-R01", "IDN", "FRA", text="Foster the creative industries.")
        put_recommendation(tx, "CMM8-R02", "IDN")
        people = {who: put_person(tx, f"{who}@example.org", name=who.title()) for who in ("focal", *ROLES)}
        put_focal_point(tx, "IDN", people["focal"])
        for who, (role, scope) in ROLES.items():
            grant: Any = c.GrantRole(role=role, scope=scope)  # type: ignore[arg-type]
            handle_person(tx, OPERATOR, people[who], grant, context())
        secret = Evidence(url="https://example.org/secret", restricted=True)
        report_id = put_report(tx, "CMM8-R01", "IDN", "not_started", date(2026, 11, 1), evidence=[secret])
    return World(db, people, report_id)


class Clock:
    """Stands still until it is moved."""

    now: datetime = RECORDED_AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def having(world: World, tmp_path: Path, clock: Clock) -> Having:
    """`having("focal", "report")`: a program with a token of this person for these families, else for all."""

    def program(who: str | None = None, *families: str, strong: bool = True) -> Program:
        browser = Browser(world.db, tmp_path, clock)
        if who is None:
            return Program(browser)
        with world.db.write() as tx:
            made = tokens.issue(
                tx,
                OPERATOR,
                world.people[who],
                tokens.Wanted("Test", families or list(FAMILIES)),
                context(),
                from_console(RECORDED_AT),
                strong=strong,
            )
        return Program(browser, made.secret, made.token.id)

    return program


def problem(answer: Response, status: int) -> dict[str, Any]:
    """What a refusal says; it is problem+json whatever was wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert (said["status"], bool(said["title"]), bool(said["detail"])) == (status, True, True)
    return said
