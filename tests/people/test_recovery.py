"""A lost second factor: asked for, approved by two people who are not the person, done; or reset by the operator."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from tests.builders import (
    BODY,
    RECORDED_AT,
    TODAY,
    context,
    put_body,
    put_focal_point,
    put_partner,
    put_person,
)
from tracker.eventstore.store import Context, load
from tracker.identity import code_apps, recovery_codes, security_log, sessions
from tracker.identity.came import from_console
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed, RuleBroken
from tracker.people import factors, lifecycle, queries, recovery
from tracker.people.commands import DisablePerson, GrantRole
from tracker.people.policy import OPERATOR, Actor
from tracker.people.service import handle_person
from tracker.people.tables import letters

CAME = from_console(RECORDED_AT)
SECRET = "s" * 40
PEOPLE = {
    "focal": (),
    "office": (("secretariat", BODY),),
    "colleague": (("secretariat", BODY),),
    "other office": (("secretariat", "UNESCO-2005"),),
    "auditor": (("auditor", "*"),),
    "admin": (("admin", "*"),),
    "admin two": (("admin", "*"),),
    "admin three": (("admin", "*"),),
}


class House:
    """A body with its people; each has an app for codes and is signed in once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as tx:
            put_body(tx)
            put_partner(tx, "IDN")
            self.ids = {who: put_person(tx, f"{who.replace(' ', '.')}@example.org") for who in PEOPLE}
            put_focal_point(tx, "IDN", self.ids["focal"])
            for who, roles in PEOPLE.items():
                for role, scope in roles:
                    handle_person(tx, OPERATOR, self.ids[who], GrantRole(role=role, scope=scope), context())  # type: ignore[arg-type]
            for person_id in self.ids.values():
                key = code_apps.begin(tx, person_id, SECRET, RECORDED_AT)
                code = code_apps.pyotp.TOTP(key).at(RECORDED_AT)
                assert code_apps.confirm(tx, person_id, code, SECRET, RECORDED_AT)
                recovery_codes.renew(tx, person_id)
                sessions.begin(tx, person_id, RECORDED_AT, means="link")

    def actor(self, tx: Connection, who: str, *, strong: bool = True) -> Actor:
        """The person, for the policy."""
        return queries.actor(tx, self.ids[who], TODAY, strong=strong)

    def ask(self, whose: str, by: str = "", now: datetime = RECORDED_AT) -> int:
        """Asks for a recovery; the number of the request."""
        with self.db.write() as tx:
            actor = self.actor(tx, by or whose, strong=bool(by))
            asked = replace(self.context(by or whose), effective_at=now)
            recovery.request(tx, actor, self.ids[whose], asked, replace(CAME, now=now))
            found = recovery.of_person(tx, self.ids[whose], now)
            assert found is not None
            return found.request

    def approve(
        self, whose: str, by: str, request: int, now: datetime = RECORDED_AT, *, strong: bool = True
    ) -> bool:
        """Stands in for a person."""
        with self.db.write() as tx:
            actor, came = self.actor(tx, by, strong=strong), replace(CAME, now=now)
            return recovery.approve(tx, actor, self.ids[whose], request, self.context(by), came)

    def context(self, who: str) -> Context:
        """Asked by this person."""
        return context(actor_id=self.ids[who])

    def ask_db(self, question: Callable[[Connection], object]) -> object:
        """Something that the database knows."""
        with self.db.read() as conn:
            return question(conn)

    def events(self, who: str) -> list[str]:
        """What happened to a person."""
        with self.db.read() as conn:
            return [each.event_type for each in load(conn, f"person-{self.ids[who]}")]

    def has_factor(self, who: str) -> bool:
        """Whether they still have theirs."""
        with self.db.read() as conn:
            return factors.standing(conn, self.ids[who]).any


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def test_two_who_may_approve_reset_the_factors_end_the_sessions_and_the_person_is_told(house: House) -> None:
    request = house.ask("focal")
    assert house.approve("focal", "office", request) is False
    assert house.has_factor("focal")
    assert house.approve("focal", "admin", request) is True
    assert not house.has_factor("focal")
    focal = house.ids["focal"]
    with house.db.read() as conn:
        assert sessions.of_person(conn, focal, RECORDED_AT) == []
        assert recovery_codes.left(conn, focal) == 0
        assert recovery.under_way(conn, RECORDED_AT) == []
        mailed = set(conn.execute(select(letters.c.purpose)).scalars())
        assert mailed == {"recovery_asked", "recovery_waits", "factors_reset"}
        said = [each.what for each in reversed(security_log.entries(conn, person_id=focal))]
    assert said == ["recovery_asked", "recovery_approved", "recovery_approved", "factors_reset"]
    assert house.events("focal")[-4:] == [
        "person.recovery_requested",
        "person.recovery_approved",
        "person.recovery_approved",
        "person.recovery_done",
    ]
    assert all(house.has_factor(who) for who in PEOPLE if who != "focal")


def mailed(house: House) -> list[str]:
    """Who was mailed that somebody waits."""
    with house.db.read() as conn:
        query = select(letters.c.person_id).where(letters.c.purpose == recovery.WAITS)
        told = set(conn.execute(query).scalars())
    return sorted(who for who, person_id in house.ids.items() if person_id in told)


@pytest.mark.parametrize(
    ("whose", "by", "told"),
    [
        ("focal", "", ["admin", "admin three", "admin two", "colleague", "office"]),
        ("focal", "admin", ["admin three", "admin two", "colleague", "office"]),
        ("auditor", "", ["admin", "admin three", "admin two"]),
        ("admin", "", ["admin three", "admin two"]),
    ],
)
def test_whoever_may_approve_is_mailed_and_nobody_else(
    house: House, whose: str, by: str, told: list[str]
) -> None:
    house.ask(whose, by)
    assert mailed(house) == told


def test_a_disabled_administrator_is_not_mailed(house: House) -> None:
    with house.db.write() as tx:
        off = DisablePerson(reason="Left.")
        lifecycle.disable(tx, OPERATOR, house.ids["admin two"], off, context(), CAME)
    house.ask("focal")
    assert mailed(house) == ["admin", "admin three", "colleague", "office"]


def test_nobody_floods_those_who_may_approve(house: House) -> None:
    def stop() -> None:
        with house.db.write() as tx:
            actor = house.actor(tx, "focal")
            recovery.withdraw(tx, actor, house.ids["focal"], house.context("focal"), CAME)

    for _ in range(3):
        house.ask("focal")
        stop()
    for _ in range(2):
        with pytest.raises(RuleBroken, match="an administrator can ask for you"):
            house.ask("focal")
    assert house.ask("focal", by="admin")
    stop()
    assert house.ask("focal", now=RECORDED_AT + timedelta(days=1))


def test_one_person_approves_once(house: House) -> None:
    request = house.ask("focal")
    house.approve("focal", "office", request)
    with pytest.raises(RuleBroken, match="somebody else must"):
        house.approve("focal", "office", request)
    assert house.has_factor("focal")


@pytest.mark.parametrize(
    ("whose", "by"),
    [
        ("office", "office"),
        ("admin", "admin"),
        ("focal", "focal"),
        ("focal", "other office"),
        ("focal", "auditor"),
        ("office", "other office"),
        ("auditor", "office"),
        ("admin", "office"),
    ],
)
def test_nobody_approves_for_themselves_or_for_whom_they_have_no_word(
    house: House, whose: str, by: str
) -> None:
    request = house.ask(whose)
    with pytest.raises(NotAllowed):
        house.approve(whose, by, request)
    with house.db.read() as conn:
        assert not recovery.may_approve(conn, house.actor(conn, by), house.ids[whose], RECORDED_AT)


@pytest.mark.parametrize(
    ("whose", "one", "other"),
    [
        ("office", "colleague", "admin"),
        ("auditor", "admin", "admin two"),
        ("admin", "admin two", "admin three"),
    ],
)
def test_colleagues_for_colleagues_and_administrators_for_all(
    house: House, whose: str, one: str, other: str
) -> None:
    request = house.ask(whose)
    house.approve(whose, one, request)
    assert house.approve(whose, other, request)


def test_who_showed_no_second_factor_approves_nothing(house: House) -> None:
    request = house.ask("focal")
    with pytest.raises(NotAllowed, match="no second factor yet"):
        house.approve("focal", "admin", request, strong=False)


def test_an_administrator_asks_for_somebody_and_may_be_one_of_the_two(house: House) -> None:
    request = house.ask("focal", by="admin")
    house.approve("focal", "admin", request)
    assert house.approve("focal", "office", request)


@pytest.mark.parametrize("by", ["office", "auditor", "other office"])
def test_nobody_else_asks_for_somebody(house: House, by: str) -> None:
    with pytest.raises(NotAllowed):
        house.ask("focal", by=by)


def test_a_recovery_lapses_after_seven_days_and_may_be_asked_for_again(house: House) -> None:
    request = house.ask("focal")
    house.approve("focal", "office", request)
    with house.db.read() as conn:
        (found,) = recovery.under_way(conn, RECORDED_AT)
    assert found.until - found.asked_at == timedelta(days=7)
    late = found.until
    with pytest.raises(RuleBroken, match="lapsed after seven days"):
        house.approve("focal", "admin", request, late)
    assert house.ask("focal", now=late) > request


def test_an_approval_of_an_earlier_request_counts_for_no_later_one(house: House) -> None:
    first = house.ask("focal")
    house.approve("focal", "office", first)
    with house.db.write() as tx:
        recovery.withdraw(tx, house.actor(tx, "focal"), house.ids["focal"], house.context("focal"), CAME)
    second = house.ask("focal")
    with pytest.raises(RuleBroken, match="is over"):
        house.approve("focal", "admin", first)
    assert house.approve("focal", "admin", second) is False
    assert "person.recovery_withdrawn" in house.events("focal")


def test_it_is_asked_for_once_and_only_where_there_is_something_to_recover(house: House) -> None:
    house.ask("focal")
    with pytest.raises(RuleBroken, match="asked for already"):
        house.ask("focal", now=RECORDED_AT + timedelta(days=1))
    with house.db.write() as tx:
        factors.forget_all(tx, house.ids["office"])
    with pytest.raises(RuleBroken, match="no second factor to recover"):
        house.ask("office")


def test_the_operator_resets_with_a_reason_and_nobody_else_does(house: House) -> None:
    admin = house.ids["admin"]
    with pytest.raises(NotAllowed), house.db.write() as tx:
        recovery.reset(tx, house.actor(tx, "admin two"), admin, "lost", context(), CAME)
    with pytest.raises(RuleBroken, match="give the reason"), house.db.write() as tx:
        recovery.reset(tx, OPERATOR, admin, "", context(), CAME)
    assert house.has_factor("admin")
    with house.db.write() as tx:
        recovery.reset(tx, OPERATOR, admin, "telephone lost", context(), CAME)
    assert not house.has_factor("admin")
    assert house.events("admin")[-1] == "person.recovery_done"
    with house.db.read() as conn:
        assert security_log.entries(conn, person_id=admin)[0].what == "factors_reset"
        assert sessions.of_person(conn, admin, RECORDED_AT) == []


def test_a_repeated_approval_is_counted_once(house: House) -> None:
    request, given = house.ask("focal"), house.context("office")
    for _ in range(2):
        with house.db.write() as tx:
            done = recovery.approve(tx, house.actor(tx, "office"), house.ids["focal"], request, given, CAME)
            assert not done
    assert house.events("focal").count("person.recovery_approved") == 1
