"""A tracker with two bodies, and one person of each kind around them, each with an open session."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from tests.builders import (
    BODY,
    RECORDED_AT,
    TODAY,
    context,
    put_body,
    put_focal_point,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tests.eventstore.seal.sealed import seal_now
from tests.policy import belongings
from tracker.eventstore.seal.keys import new_key
from tracker.eventstore.store import head
from tracker.followups import commands as f
from tracker.followups import uploads
from tracker.followups.events import Evidence, File
from tracker.followups.service import handle as handle_followup
from tracker.identity import links, sessions
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.kit.mailbox import Mailbox, folder_of
from tracker.kit.settings import Settings
from tracker.people import address_change, lifecycle, queries, tokens
from tracker.people import commands as c
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_partner, handle_person
from tracker.people.tables import address_changes
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle_activity

OTHER_BODY = "UNESCO-2005"
SECRET = "https://example.org/restricted-"
HOME = "http://localhost:8018"
"""Where browsers allow passkeys."""
OPEN_FILE, RESTRICTED_FILE = "a" * 64, "b" * 64
LOST = {"lost here": (BODY, "IDN"), "lost elsewhere": (OTHER_BODY, "IDN")}
"""Focal points who lost their second factors, and ask that others stand in for them."""


class Rehearsal(Database):
    """A database on which every write is taken back as soon as it is done: a request finds the same world as the one
    before it, and nothing but the commit is missing."""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()


@dataclass(frozen=True)
class Kind:
    """One kind of person: what they hold, and how they come in."""

    role: str = ""
    scope: str = "*"
    reports_for: tuple[str, str] | None = None
    strong: bool = True
    state: str = ""


KINDS = {
    "nobody": Kind(),
    "reader": Kind("reader"),
    "focal point": Kind(reports_for=(BODY, "IDN")),
    "other focal point": Kind(reports_for=(BODY, "FRA")),
    "focal point elsewhere": Kind(reports_for=(OTHER_BODY, "IDN")),
    "ended appointment": Kind(reports_for=(BODY, "IDN"), state="retired"),
    "validator": Kind("validating_authority", "IDN"),
    "other validator": Kind("validating_authority", "FRA"),
    "validator who reported": Kind("validating_authority", "IDN", (BODY, "IDN")),
    "secretariat": Kind("secretariat", BODY),
    "weak secretariat": Kind("secretariat", BODY, strong=False),
    "other secretariat": Kind("secretariat", OTHER_BODY),
    "auditor": Kind("auditor"),
    "auditor who reported": Kind("auditor", reports_for=(BODY, "IDN")),
    "admin": Kind("admin"),
    "weak admin": Kind("admin", strong=False),
    "disabled": Kind("auditor", state="disabled"),
    "ended session": Kind("auditor", state="ended"),
}
PUBLIC = "public"


def email_of(kind: str) -> str:
    """The address of the person of a kind."""
    return f"{kind.replace(' ', '.')}@example.org"


@dataclass
class World:
    """The ids, tokens and reports that addresses and forms need. `words`: what stands in braces in a sample;
    `own`: what does for whoever asks."""

    db: Database
    settings: Settings
    people: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    reports: dict[tuple[str, str], str] = field(default_factory=dict)
    positions: dict[tuple[str, str], int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)


SEAL_KEY = new_key()


def built(db: Database, folder: Path, **given: Any) -> World:
    """The world in a migrated, empty database; `given`: further settings."""
    world = World(
        db, Settings(data_dir=folder, secret_key="k" * 40, seal_key=SEAL_KEY, base_url=HOME, **given)
    )
    with db.write() as tx:
        _put_content(tx)
        _put_people(tx, world)
        _put_followups(tx, world)
        _put_secrets(tx, world)
        _put_token(tx, world)
        belongings.put(tx, world.settings, world.people, world.own, world.tokens)
        world.words |= belongings.shared(tx, world.settings, world.people)
        world.requests = belongings.lost(tx, world.settings, world.people)
    message = EmailMessage()
    message["Message-ID"], message["Subject"], message["To"] = (
        "<letter-1@example.org>",
        "A letter",
        "a@example.org",
    )
    message["From"], message["Date"] = "tracker@example.org", RECORDED_AT
    message.set_content("Hello.")
    seal_now(db, world.settings)
    Mailbox(folder_of(world.settings)).send(message)
    world.words["mail"] = "letter-1@example.org"
    return world


def _put_content(tx: Connection) -> None:
    for body, meeting, later in ((BODY, "CMM8", "CMM9"), (OTHER_BODY, "UC8", "UC9")):
        put_body(tx, body, validation=True)
        put_meeting(tx, meeting, date(2018, 3, 2), body=body)
        put_meeting(tx, later, date(2020, 6, 1), body=body)
    for code in ("IDN", "FRA"):
        put_partner(tx, code)
    join = c.JoinBody(body=OTHER_BODY, grouping="Asia", since=date(1996, 3, 1))
    handle_partner(tx, OPERATOR, "IDN", join, context())
    for prefix, body, partners in (("CMM8", BODY, ("IDN", "FRA")), ("UC8", OTHER_BODY, ("IDN",))):
        for number in ("R01", "R02", "R08", "R09"):
            put_recommendation(tx, f"{prefix}-{number}", *partners, body=body)
    handle_activity(
        tx,
        OPERATOR,
        "ASEM-ACT-01",
        r.RecordActivity(code="ASEM-ACT-01", body=BODY, title="A seminar"),
        context(),
    )


def _put_people(tx: Connection, world: World) -> None:
    standing: dict[tuple[str, str], str] = {}
    for name, kind in KINDS.items():
        person_id = world.people[name] = put_person(tx, email_of(name), name=name.capitalize())
        if kind.role:
            grant = c.GrantRole(role=kind.role, scope=kind.scope)
            handle_person(tx, OPERATOR, person_id, grant, context())
        if kind.reports_for:
            body, partner = kind.reports_for
            put_focal_point(
                tx, partner, person_id, body=body, standing=standing.get(kind.reports_for, "main")
            )
            standing[kind.reports_for] = "alternate"
        if kind.state == "retired":
            body, partner = kind.reports_for or ("", "")
            retire = c.RetireFocalPoint(person_id=person_id, on=TODAY - timedelta(days=1))
            handle_focal_points(tx, OPERATOR, body, partner, retire, context())
        world.tokens[name] = sessions.begin(tx, person_id, RECORDED_AT, means="link", strong=kind.strong)
        world.own[name] = belongings.token(tx, person_id, strong=kind.strong)
        if kind.state == "disabled":
            disable = c.DisablePerson(reason="Left.")
            lifecycle.disable(tx, OPERATOR, person_id, disable, context(), from_console(RECORDED_AT))
            # The session that a forgetful program would leave open.
            world.tokens[name] = sessions.begin(tx, person_id, RECORDED_AT, means="link", strong=True)
        if kind.state == "ended":
            sessions.end_all(tx, person_id, RECORDED_AT)
    for name, (body, partner) in LOST.items():
        world.people[name] = put_person(tx, email_of(name))
        put_focal_point(tx, partner, world.people[name], body=body, standing="alternate")
    world.people["lost auditor"] = put_person(tx, email_of("lost auditor"))
    grant = c.GrantRole(role="auditor", scope="*")
    handle_person(tx, OPERATOR, world.people["lost auditor"], grant, context())


def _put_followups(tx: Connection, world: World) -> None:
    for prefix, body, partner in (("CMM8", BODY, "IDN"), ("CMM8", BODY, "FRA"), ("UC8", OTHER_BODY, "IDN")):
        restricted = Evidence(url=f"{SECRET}{body}-{partner}", title="Minutes", restricted=True)
        code = f"{prefix}-R01"
        world.reports[code, partner] = put_report(
            tx, code, partner, "under_implementation", evidence=[restricted, *_files(tx)], narrative="So far."
        )
        world.positions[code, partner] = head(tx)
        disputed = world.reports[f"{prefix}-R08", partner] = put_report(
            tx, f"{prefix}-R08", partner, "implemented"
        )
        dispute = f.DisputeReport(report_id=disputed, reason="Not so.")
        handle_followup(tx, OPERATOR, f"{prefix}-R08", partner, dispute, context(), now=RECORDED_AT)
        close = f.CloseFollowup(
            recommendation=f"{prefix}-R09",
            partner=partner,
            meeting=prefix,
            ending="implemented",
            reason="Done.",
        )
        handle_followup(tx, OPERATOR, f"{prefix}-R09", partner, close, context(), now=RECORDED_AT)
    put_recommendation(tx, "CMM8-R03", "IDN")
    for code, who in (("CMM8-R02", "validator who reported"), ("CMM8-R03", "auditor who reported")):
        actor = queries.actor(tx, world.people[who], TODAY)
        world.reports[code, "IDN"] = put_report(tx, code, "IDN", "under_implementation", actor=actor)


def _files(tx: Connection) -> list[Evidence]:
    for sha256 in (OPEN_FILE, RESTRICTED_FILE):
        uploads.note(tx, sha256, OPERATOR.person_id, RECORDED_AT)
    return [
        Evidence(
            file=File(sha256=sha256, name="law.pdf", media_type="application/pdf", size=9),
            restricted=sha256 == RESTRICTED_FILE,
        )
        for sha256 in (OPEN_FILE, RESTRICTED_FILE)
    ]


def _put_secrets(tx: Connection, world: World) -> None:
    me, now = world.people["nobody"], from_console(RECORDED_AT)
    actor = queries.actor(tx, me, TODAY)
    address_change.ask(tx, actor, me, "moved@example.org", now)
    change: Any = tx.execute(
        select(address_changes.c.id).where(address_changes.c.person_id == me)
    ).scalar_one()
    world.words |= {
        "link": links.issue(tx, me, RECORDED_AT),
        "confirms": links.issue(tx, me, RECORDED_AT, purpose=address_change.OLD, about=change),
    }


def _put_token(tx: Connection, world: World) -> None:
    owner = world.people["focal point"]
    wanted = tokens.Wanted("Nightly export", ["read"])
    made = tokens.issue(tx, OPERATOR, owner, wanted, context(), from_console(RECORDED_AT), strong=True)
    world.words["token"] = made.token.id
