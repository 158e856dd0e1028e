"""The first administrator, whom the operator of the server names."""

from sqlalchemy import select

from tests.builders import context, put_person
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.people import accounts, queries
from tracker.people.tables import person_details


def test_the_first_administrator_is_made_once(db: Database) -> None:
    with db.write() as tx:
        first = accounts.ensure_admin(tx, context(), "Secretariat@example.org", "Secretariat")
        position = head(tx)
        assert accounts.ensure_admin(tx, context(), "secretariat@example.org", "Secretariat") == first
        assert head(tx) == position
        assert queries.roles_of(tx, first) == [("admin", "*"), ("secretariat", "*")]


def test_a_person_who_is_known_becomes_administrator(db: Database) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "a@example.org")
        assert accounts.ensure_admin(tx, context(), "a@example.org", "Other") == person_id
        assert ("admin", "*") in queries.roles_of(tx, person_id)
        assert queries.person(tx, person_id).name == "Official"


def test_a_new_database_knows_nobody(db: Database) -> None:
    with db.read() as conn:
        assert conn.execute(select(person_details)).all() == []
