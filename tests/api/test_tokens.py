"""Tokens that open nothing any longer, or never did."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.conftest import OWN, REPORT, Clock, Having, Program, World, problem
from tests.builders import RECORDED_AT, TODAY, context
from tracker.eventstore.store import head
from tracker.identity import limits, security_log, tokens
from tracker.identity.came import from_console
from tracker.identity.tokens import new_secret
from tracker.people import commands as c
from tracker.people import lifecycle
from tracker.people import tokens as service
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_focal_points, handle_person

CAME = from_console(RECORDED_AT)
End = Callable[[World, Program, Clock], None]


def revoked(world: World, program: Program, clock: Clock) -> None:
    with world.db.write() as tx:
        service.revoke(tx, OPERATOR, program.token_id, "leaked", context(), CAME)


def disabled(world: World, program: Program, clock: Clock) -> None:
    with world.db.write() as tx:
        command = c.DisablePerson(reason="left")
        lifecycle.disable(tx, OPERATOR, world.people["focal"], command, context(), CAME)


def expired(world: World, program: Program, clock: Clock) -> None:
    clock.now = RECORDED_AT + timedelta(days=90)


@pytest.mark.parametrize("end", [revoked, disabled, expired])
def test_a_token_that_ended_opens_nothing(end: End, having: Having, world: World, clock: Clock) -> None:
    program = having("focal")
    assert program.get("me").status_code == 200
    end(world, program, clock)
    with world.db.read() as conn:
        before = head(conn)
    for answer in (program.get("me"), program.get("bodies"), program.post("reports", REPORT)):
        problem(answer, 401)
        assert answer.headers["www-authenticate"] == 'Bearer realm="tracker", error="invalid_token"'
    with world.db.read() as conn:
        assert head(conn) == before
        noted = security_log.entries(conn, what="refused")
    assert len(noted) == 3
    assert program.secret is not None
    assert program.secret[4:] not in str(noted)


def test_an_ended_appointment_and_a_withdrawn_role_end_what_the_token_may(
    having: Having, world: World
) -> None:
    focal, auditor = having("focal"), having("auditor")
    with world.db.write() as tx:
        retire = c.RetireFocalPoint(person_id=world.people["focal"], on=TODAY)
        handle_focal_points(tx, OPERATOR, "ASEM-CMM", "IDN", retire, context())
        withdraw = c.WithdrawRole(role="auditor", scope="*")
        handle_person(tx, OPERATOR, world.people["auditor"], withdraw, context())
    problem(focal.post("reports", REPORT), 404)
    problem(auditor.get("events"), 403)
    problem(auditor.post("verifications", {"report_id": world.report_id}), 404)


def test_a_token_made_without_a_second_factor_has_not_the_roles_that_need_one(having: Having) -> None:
    body = {"due_on": "2027-06-01", "reason": "Elections."}
    problem(having("office", strong=False).post("due", body), 404)
    assert having("office").post("due", body).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x", "Basic dTpw", "trk_x", "Bearer \u00fc", "Bearer " + "x" * 5_000, ""],
)
def test_a_header_that_is_no_token_is_refused_and_not_taken_for_nobody(header: str, having: Having) -> None:
    answer = having().client.get("/api/v1/bodies", headers={"authorization": header.encode()})
    problem(answer, 401)


def test_wrong_tokens_are_limited_and_a_right_one_is_not(having: Having, world: World, clock: Clock) -> None:
    good = having("focal")
    wrong = Program.__new__(Program)
    wrong.client, wrong.secret = good.client, new_secret()
    for _ in range(limits.WRONG_BY_A_CLIENT.most):
        problem(wrong.get("bodies"), 401)
    for _ in range(3):
        answer = wrong.get("bodies")
        problem(answer, 429)
        assert 0 < int(answer.headers["retry-after"]) <= 600
    assert good.get("me").status_code == 200
    clock.now += limits.WRONG_BY_A_CLIENT.window
    problem(wrong.get("bodies"), 401)


def test_the_last_use_is_noted(having: Having, world: World) -> None:
    program = having("focal")
    program.get("bodies")
    with world.db.read() as conn:
        found = tokens.named(conn, program.token_id)
    assert found is not None
    assert found.used_at == RECORDED_AT


def test_the_text_of_a_token_is_in_no_answer(having: Having) -> None:
    program = having("focal")
    assert program.secret is not None
    answers = [program.get("me"), program.get("events?limit=1000"), program.post("reports", {})]
    assert not any(program.secret[4:] in answer.text for answer in answers)
    assert program.client.get(f"{OWN}?token={program.secret}").status_code == 422
