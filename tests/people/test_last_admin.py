"""Nobody raises their own rights, and one administrator stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import BODY, TODAY, context, put_partner, put_person
from tracker.identity.came import from_console
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed, RuleBroken
from tracker.people import commands as c
from tracker.people import lifecycle, queries
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_person


def having(db: Database, email: str, role: str, scope: str = "*") -> str:
    with db.write() as tx:
        person_id = put_person(tx, email)
        handle_person(tx, OPERATOR, person_id, c.GrantRole(role=role, scope=scope), context())
    return person_id


def test_an_administrator_gives_themselves_no_role(db: Database) -> None:
    admin = having(db, "admin@example.org", "admin")
    with db.write() as tx, pytest.raises(RuleBroken, match="You cannot give yourself a role"):
        grant = c.GrantRole(role="secretariat", scope="*")
        handle_person(tx, queries.actor(tx, admin, TODAY), admin, grant, context())


def test_a_secretariat_appoints_for_its_own_body_and_never_itself(db: Database) -> None:
    own, other = having(db, "a@example.org", "secretariat", BODY), having(db, "b@example.org", "auditor")
    with db.write() as tx:
        put_partner(tx, "IDN")
        put_partner(tx, "JPN", body="UNESCO-2005")
        actor = queries.actor(tx, own, TODAY)
        appoint = c.AppointFocalPoint(person_id=other, standing="main", since=TODAY)
        handle_focal_points(tx, actor, BODY, "IDN", appoint, context())
        with pytest.raises(NotAllowed, match="secretariat of UNESCO-2005"):
            handle_focal_points(tx, actor, "UNESCO-2005", "JPN", appoint, context())
        myself = c.AppointFocalPoint(person_id=own, standing="alternate", since=TODAY)
        with pytest.raises(RuleBroken, match="You cannot appoint yourself"):
            handle_focal_points(tx, actor, BODY, "IDN", myself, context())


def test_the_last_administrator_can_be_neither_withdrawn_nor_disabled(db: Database) -> None:
    last = having(db, "admin@example.org", "admin")
    disabled = having(db, "former@example.org", "admin")
    now = from_console(utc_now())
    with db.write() as tx:
        lifecycle.disable(tx, OPERATOR, disabled, c.DisablePerson(reason="Left."), context(), now)
        with pytest.raises(RuleBroken, match="the only administrator"):
            handle_person(tx, OPERATOR, last, c.WithdrawRole(role="admin", scope="*"), context())
        with pytest.raises(RuleBroken, match="the only administrator"):
            lifecycle.disable(tx, OPERATOR, last, c.DisablePerson(reason="Left."), context(), now)
        handle_person(tx, OPERATOR, disabled, c.WithdrawRole(role="admin", scope="*"), context())


@pytest.mark.parametrize("round_", range(5))
def test_of_two_administrators_who_remove_each_other_at_once_one_stays(db: Database, round_: int) -> None:
    first, second = having(db, "a@example.org", "admin"), having(db, "b@example.org", "admin")

    def remove(who: str, whom: str) -> str:
        def work(tx: object) -> str:
            actor = queries.actor(tx, who, TODAY)
            withdraw = c.WithdrawRole(role="admin", scope="*")
            handle_person(tx, actor, whom, withdraw, context())
            return "done"

        try:
            return db.run(work)
        except (RuleBroken, NotAllowed) as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(remove, (first, second), (second, first)))
    assert ended[1] == "done"
    assert ended[0] in ("NotAllowed", "RuleBroken")
