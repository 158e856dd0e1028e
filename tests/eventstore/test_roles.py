"""The roles of PostgreSQL, each as it is: owner, application, auditor; and what the doctor says when they are not so."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from tests.builders import (
    RECORDED_AT,
    put_body,
    put_meeting,
    put_partner,
    put_person,
    put_recommendation,
    put_report,
)
from tracker.doctor.check import Check
from tracker.doctor.roles import roles, walled
from tracker.identity import links
from tracker.kit.db import Database

VIEWS = ("events", "head", "followups", "role_changes")
LOGIN = "tracker_test_web"


@pytest.fixture
def db(postgresql_url: str) -> Iterator[Database]:
    """A database in which somebody reported, and somebody has a session."""
    database = Database(postgresql_url)
    with database.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2))
        put_partner(tx, "IDN")
        put_recommendation(tx, "CMM8-R01", "IDN")
        put_report(tx, "CMM8-R01", "IDN", "implemented")
        person = put_person(tx, "focal@example.org", name="Focal point, Indonesia")
        links.redeem(tx, links.issue(tx, person, RECORDED_AT), RECORDED_AT)
        if tx.execute(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{LOGIN}'")).first() is None:  # noqa: S608
            tx.execute(text(f"CREATE ROLE {LOGIN} LOGIN IN ROLE tracker_app"))
    yield database
    database.dispose()


def acting(tx: Connection, role: str) -> Connection:
    """From here on with the rights of this role, to the end of the transaction."""
    tx.execute(text(f"SET LOCAL ROLE {role}"))
    return tx


def said(db: Database, *statements: str, role: str = LOGIN) -> dict[str, Check]:
    """What the doctor says after the owner's statements, none of which last."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        for statement in statements:
            connection.execute(text(statement))
        checks = {check.name: check for check in roles(acting(connection, role))}
        transaction.rollback()
    return checks


def test_an_auditor_reads_the_views(db: Database) -> None:
    with db.write() as tx:
        acting(tx, "tracker_auditor")
        counts = {view: tx.execute(text(f"SELECT count(*) FROM audit.{view}")).scalar_one() for view in VIEWS}  # noqa: S608
        whole = [str(row) for view in VIEWS for row in tx.execute(text(f"SELECT * FROM audit.{view}"))]  # noqa: S608
    assert counts["events"] > 5
    assert (counts["head"], counts["followups"]) == (1, 1)
    assert counts["role_changes"] >= 1
    assert not [row for row in whole if "@" in row or "Focal point, Indonesia" in row]


def test_an_auditor_reads_and_writes_no_table_at_all(db: Database) -> None:
    with db.read() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        names = sorted(tables)
    assert {"sessions", "person_details", "events", "security_log"} <= set(names)
    for name in names:
        for statement in (f"SELECT 1 FROM {name}", f"DELETE FROM {name}", f"TRUNCATE {name}"):  # noqa: S608
            with pytest.raises(ProgrammingError, match="permission denied"), db.write() as tx:
                acting(tx, "tracker_auditor").execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit.head VALUES (1, now())",
        "UPDATE audit.followups SET status = 'x'",
        "DELETE FROM audit.events",
        "CREATE TABLE audit.mine (a int)",
        "CREATE OR REPLACE VIEW audit.head AS SELECT 1",
        "SET ROLE tracker_app",
    ],
)
def test_an_auditor_changes_nothing_through_the_views(db: Database, statement: str) -> None:
    refused = r"permission denied|must be owner|cannot (insert|update|delete)"
    login = "tracker_test_auditor"
    with pytest.raises(Exception, match=refused), db.write() as tx:
        tx.execute(text(f"CREATE ROLE {login} LOGIN IN ROLE tracker_auditor"))
        tx.execute(text(f"SET SESSION AUTHORIZATION {login}"))
        tx.execute(text(statement))


def test_a_grant_by_mistake_shows_no_row_of_what_is_secret(db: Database) -> None:
    assert {"sessions", "sign_in_links", "person_details", "letters", "security_log"} <= set(walled())
    with db.write() as tx:
        owner = tx.execute(text("SELECT count(*) FROM sessions")).scalar_one()
        tx.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO tracker_auditor"))
        acting(tx, "tracker_auditor")
        seen = [tx.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in walled()]  # noqa: S608
        tx.rollback()
    assert owner == 1
    assert set(seen) == {0}


def test_the_application_passes_the_second_wall(db: Database) -> None:
    with db.write() as tx:
        acting(tx, LOGIN)
        assert tx.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 1
        assert tx.execute(text("UPDATE person_details SET time_zone = 'UTC'")).rowcount == 1
        assert tx.execute(text("DELETE FROM sign_in_links")).rowcount >= 0


def test_the_wall_costs_the_application_nothing(db: Database) -> None:
    plan = text("EXPLAIN (COSTS OFF) SELECT * FROM sessions WHERE token_hash = 'x'")
    with db.write() as tx:
        owners = tx.execute(plan).all()
        assert acting(tx, LOGIN).execute(plan).all() == owners


def test_every_table_of_this_release_that_is_not_the_log_or_rebuilt_from_it_is_walled(db: Database) -> None:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND rowsecurity"
    with db.read() as connection:
        assert sorted(connection.execute(text(query)).scalars()) == walled()


def test_the_doctor_is_content_with_the_roles_as_migrations_make_them(db: Database) -> None:
    assert {check.state for check in said(db).values()} == {"ok"}
    assert len(said(db)) == 4


@pytest.mark.parametrize(
    ("name", "statement", "words"),
    [
        ("own role", f"ALTER TABLE events OWNER TO {LOGIN}", "owns the tables"),
        ("own role", f"ALTER ROLE {LOGIN} BYPASSRLS", "may do anything"),
        ("application's role", "GRANT UPDATE ON events TO tracker_app", "UPDATE on events"),
        ("application's role", "GRANT TRUNCATE ON command_results TO PUBLIC", "TRUNCATE on command_results"),
        ("application's role", "GRANT CREATE ON SCHEMA public TO tracker_app", "CREATE in the schema public"),
        (
            "later tables",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE INSERT ON TABLES FROM tracker_app",
            "next release",
        ),
        ("auditor's role", "GRANT SELECT (token_hash) ON sessions TO tracker_auditor", "rights to sessions"),
        ("auditor's role", "GRANT SELECT ON person_details TO PUBLIC", "rights to person_details"),
        ("auditor's role", "ALTER TABLE sessions DISABLE ROW LEVEL SECURITY", "wall is down around sessions"),
        ("auditor's role", "CREATE POLICY all_may ON letters USING (true)", "wall is down around letters"),
        (
            "auditor's role",
            "REVOKE SELECT ON ALL TABLES IN SCHEMA audit FROM tracker_auditor",
            "cannot read the views",
        ),
    ],
)
def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    db: Database, name: str, statement: str, words: str
) -> None:
    check = said(db, statement)[name]
    assert check.state in ("bad", "warn")
    assert words in check.message
    assert check.mend


def test_the_doctor_notices_that_the_tracker_connects_as_a_superuser(db: Database) -> None:
    with db.read() as connection:
        me = connection.execute(text("SELECT current_user")).scalar_one()
    assert "may do anything" in said(db, role=me)["own role"].message
