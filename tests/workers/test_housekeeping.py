"""Every night goes what is over: most of it is about people."""

from datetime import timedelta

from sqlalchemy import Connection, Table, func, select

from tests.builders import RECORDED_AT, context, put_person
from tracker.eventstore import work
from tracker.followers import service as followers
from tracker.followers.tables import followers as follower_rows
from tracker.followers.tables import follows as follow_rows
from tracker.identity import challenges, code_apps, limits, links, security_log, sessions, tables
from tracker.identity.came import from_console
from tracker.identity.oidc import ceremony
from tracker.kit.db import Database
from tracker.people import address_change, drafts, letters
from tracker.people import tokens as people_tokens
from tracker.people.policy import Actor
from tracker.people.tables import address_changes
from tracker.people.tables import drafts as draft_rows
from tracker.people.tables import letters as letter_rows
from workers import jobs, timetable

NOW = RECORDED_AT
TABLES = (
    tables.rate_limits,
    tables.sign_in_links,
    tables.sessions,
    tables.oidc_ceremonies,
    tables.challenges,
    tables.code_apps,
    tables.tokens,
    tables.security_log,
    letter_rows,
    address_changes,
    draft_rows,
    follower_rows,
    follow_rows,
)


def counts(db: Database) -> list[int]:
    return [count(db, table) for table in TABLES]


def count(db: Database, table: Table) -> int:
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def issue_token(tx: Connection, person: str) -> None:
    wanted = people_tokens.Wanted("Export", ["read"], days=30)
    me = Actor(person, "Focal point")
    people_tokens.issue(tx, me, person, wanted, context(), from_console(NOW), strong=False)


def test_a_night_of_housekeeping_leaves_what_counts_and_removes_what_is_over(db: Database) -> None:
    with db.write() as tx:
        person = put_person(tx, "focal.point@example.org")
        limits.hit(tx, limits.WRONG_BY_A_CLIENT, "192.0.2.1", NOW)
        links.issue(tx, person, NOW)
        sessions.begin(tx, person, NOW, means="link")
        challenges.give(tx, "sign_in", NOW)
        code_apps.begin(tx, person, "s" * 40, NOW)  # and never confirmed
        issue_token(tx, person)
        ceremony.spend(tx, ceremony.new_ceremony("", NOW), NOW)
        drafts.save(tx, person, "/follow-ups/CMM8-R01/IDN/report", {"narrative": "Half"}, NOW)
        followers.prepare(tx, "bodies", "ASEM-CMM", "never.confirmed@example.org", NOW)
        me = Actor(person, "Focal point")
        address_change.ask(tx, me, person, "new@example.org", from_console(NOW))
    before = counts(db)
    assert all(before)
    run_the_night(db, NOW + timedelta(minutes=1))
    assert counts(db) == before
    run_the_night(db, NOW + timedelta(days=399))
    assert count(db, tables.tokens) == 1
    run_the_night(db, NOW + timedelta(days=431))
    assert counts(db) == [0] * len(TABLES)
    with db.read() as conn:
        entries = security_log.entries(conn)
        kinds = set(conn.execute(select(work.work.c.kind)).scalars())
    assert list(entries) == []
    assert letters.WORK in kinds  # what is still due is not forgotten


def run_the_night(db: Database, now: object) -> None:
    db.run(lambda tx: timetable.tick(tx, now))  # type: ignore[arg-type]
    with db.read() as conn:
        due = work.due_ids(conn, now, kind=jobs.HOUSEKEEPING)  # type: ignore[arg-type]
    for work_id in due:
        assert jobs.run(db, work_id, lambda: now)  # type: ignore[arg-type, return-value]
