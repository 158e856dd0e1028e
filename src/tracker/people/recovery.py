"""A lost second factor, recovered by two people who know the person, or by the operator of the server.

Whoever reads somebody's mail can ask for it; so two others must stand in for that it is the person who asks. Nobody
approves for themselves, a secretariat only for people of its own body, and for administrators only administrators do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.identity import limits, security_log
from tracker.identity.came import Came
from tracker.kit.clock import local_date
from tracker.kit.errors import RuleBroken
from tracker.kit.given import cleaned
from tracker.people import door, factors, letters, queries
from tracker.people.commands import ApproveRecovery, RequestRecovery, ResetFactors, WithdrawRecovery
from tracker.people.decider import PERSON
from tracker.people.events import RecoveryDone
from tracker.people.policy import WITH_SECOND_FACTOR, Actor, allows, require
from tracker.people.tables import recoveries, roles

LIFE = timedelta(days=7)
ASKED, WAITS, DONE = "recovery_asked", "recovery_waits", "factors_reset"
APART = frozenset({"admin", "auditor", "validating_authority"})
"""Roles that stand above a secretariat or apart from it."""


class Recovery(msgspec.Struct, frozen=True):
    """One under way; `request` names it, `approved_by`: who stood in for the person so far."""

    person_id: str
    request: int
    asked_by: str
    asked_at: datetime
    approved_by: str | None

    @property
    def until(self) -> datetime:
        """When it lapses."""
        return self.asked_at + LIFE


def under_way(conn: Connection, now: datetime) -> Sequence[Recovery]:
    """Every one that did not lapse, the oldest first."""
    query = select(recoveries).where(recoveries.c.asked_at > now - LIFE).order_by(recoveries.c.asked_at)
    return [Recovery(**row) for row in conn.execute(query).mappings()]


def of_person(conn: Connection, person_id: str, now: datetime) -> Recovery | None:
    """That of one person, if there is one."""
    return next((each for each in under_way(conn, now) if each.person_id == person_id), None)


def request(tx: Connection, actor: Actor, person_id: str, context: Context, came: Came) -> Receipt:
    """Asks for it; the person is told, and whoever may approve it. Raises `RuleBroken` when there is nothing to recover,
    it is under way, or somebody asked for it for themselves too often."""
    require(actor, "factor.ask_recovery", reporter=person_id)
    queries.person(tx, person_id)

    def needed() -> None:
        if not factors.standing(tx, person_id).any:
            raise RuleBroken(
                "There is no second factor to recover; one can be set up right after signing in."
            )
        if of_person(tx, person_id, came.now) is not None:
            raise RuleBroken("That was asked for already; now two people must approve it.")

    receipt = execute(tx, PERSON, person_id, RequestRecovery(), context, check=needed)
    if not receipt.repeated:
        _count(tx, actor, person_id, came.now)
        _tell(tx, person_id, ASKED, "recovery_asked", actor, came)
        for each in approvers(tx, person_id, came.now):
            if each != actor.person_id:
                letters.put(tx, WAITS, came.now, person_id=each, facts={"about": person_id})
    return receipt


def approvers(conn: Connection, person_id: str, now: datetime) -> Sequence[str]:
    """Everybody who may stand in for a person, and can come in."""
    held = select(roles.c.person_id).where(roles.c.role.in_(WITH_SECOND_FACTOR))
    found = queries.persons(conn, conn.execute(held).scalars())
    actors = [
        queries.actor(conn, each.person_id, local_date(now, each.time_zone))
        for each in found
        if not each.disabled
    ]
    return [each.person_id for each in actors if may_approve(conn, each, person_id, now)]


def may_approve(conn: Connection, actor: Actor, person_id: str, now: datetime) -> bool:
    """Whether this person may stand in for that one."""
    asked = _asked(conn, person_id, now)
    return all(allows(actor, action, body=body, reporter=person_id) for action, body in asked)


def approve(tx: Connection, actor: Actor, person_id: str, asked: int, context: Context, came: Came) -> bool:
    """Stands in for the person; True when it is done: factors are gone and sessions ended."""
    for action, body in _asked(tx, person_id, came.now):
        require(actor, action, body=body, reporter=person_id)

    def in_time() -> None:
        found = of_person(tx, person_id, came.now)
        if found is None or found.request != asked:
            raise RuleBroken("This recovery is over: it lapsed after seven days, was stopped, or is done.")

    command = ApproveRecovery(request=asked, by=actor.person_id)
    receipt = execute(tx, PERSON, person_id, command, context, check=in_time)
    done = any(isinstance(each.event, RecoveryDone) for each in receipt.events)
    if not receipt.repeated:
        about = {"person_id": person_id, "client": came.client}
        security_log.note(tx, "recovery_approved", came.now, **about, by=actor.person_id)
        if done:
            _reset(tx, person_id, actor, came)
    return done


def withdraw(tx: Connection, actor: Actor, person_id: str, context: Context, came: Came) -> None:
    """Stops it."""
    require(actor, "factor.ask_recovery", reporter=person_id)
    found = of_person(tx, person_id, came.now)
    if found is None:
        return
    command = WithdrawRecovery(request=found.request)
    if not execute(tx, PERSON, person_id, command, context).repeated:
        about = {"person_id": person_id, "client": came.client}
        security_log.note(tx, "recovery_withdrawn", came.now, **about, by=actor.person_id)


def reset(tx: Connection, actor: Actor, person_id: str, reason: str, context: Context, came: Came) -> Receipt:
    """For the operator of the server, where there are not two others who may approve."""
    require(actor, "factor.reset")
    queries.person(tx, person_id)
    receipt = execute(tx, PERSON, person_id, cleaned(ResetFactors(reason=reason)), context)
    if not receipt.repeated:
        _reset(tx, person_id, actor, came)
    return receipt


def _count(tx: Connection, actor: Actor, person_id: str, now: datetime) -> None:
    """Raises `RuleBroken`: whoever reads a person's mail must not flood those who may approve."""
    if actor.person_id != person_id:
        return
    if limits.hit(tx, limits.RECOVERIES_OF_A_PERSON, person_id, now) is not None:
        raise RuleBroken(
            "You have asked for it three times since yesterday; an administrator can ask for you. Please speak with one."
        )


def _asked(conn: Connection, person_id: str, now: datetime) -> list[tuple[str, str | None]]:
    """What the policy is asked about whoever approves: each action with the body that it is about."""
    roles = queries.roles_of(conn, person_id)
    bodies = {scope for role, scope in roles if role == "secretariat"}
    bodies = bodies or {each.body for each in queries.appointments_of(conn, person_id, now.date())}
    if not bodies or any(role in APART for role, _ in roles):
        return [("factor.recover_any", None)]
    return [("factor.recover", body) for body in sorted(bodies)]


def _reset(tx: Connection, person_id: str, actor: Actor, came: Came) -> None:
    factors.forget_all(tx, person_id)
    door.shut(tx, person_id, came.now)
    _tell(tx, person_id, DONE, "factors_reset", actor, came)


def _tell(tx: Connection, person_id: str, letter: str, what: str, actor: Actor, came: Came) -> None:
    letters.put(tx, letter, came.now, person_id=person_id)
    security_log.note(tx, what, came.now, person_id=person_id, client=came.client, by=actor.person_id)
