"""Tokens: recognisable, kept as a hash, held against everything at each use."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.builders import RECORDED_AT, TODAY, context, put_body, put_focal_point, put_partner, put_person
from tracker.eventstore.store import load
from tracker.identity import security_log, tables, tokens
from tracker.identity.came import from_console
from tracker.identity.tokens import is_whole, new_secret
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, NotAllowed, NotFound, Unproven
from tracker.people import address_change, lifecycle, queries
from tracker.people import commands as c
from tracker.people import tokens as service
from tracker.people.events import TokenIssued
from tracker.people.policy import ALWAYS, OPERATOR
from tracker.people.service import handle_focal_points, handle_person
from tracker.people.tables import person_details
from tracker.people.tokens import Made, Wanted

CAME = from_console(RECORDED_AT)
DAY = timedelta(days=1)


@pytest.fixture
def person_id(db: Database) -> str:
    """A focal point who is an auditor and a secretariat too."""
    with db.write() as tx:
        put_body(tx)
        put_partner(tx, "IDN")
        person_id = put_person(tx, "official@example.org")
        put_focal_point(tx, "IDN", person_id)
        for role in ("auditor", "secretariat"):
            handle_person(tx, OPERATOR, person_id, c.GrantRole(role=role, scope="*"), context())
    return person_id


def issue(db: Database, person_id: str, *families: str, strong: bool = True, **wanted: Any) -> Made:
    with db.write() as tx:
        asked = Wanted("Nightly export", families or ("read", "report", "audit"), **wanted)
        return service.issue(tx, OPERATOR, person_id, asked, context(), CAME, strong=strong)


def refused(db: Database, secret: str, days: int = 0) -> str:
    with db.read() as conn, pytest.raises(Unproven) as found:
        service.bearer(conn, secret, RECORDED_AT + days * DAY)
    return found.value.thing


def test_a_token_is_recognised_by_its_shape_and_a_slip_of_the_pen_too() -> None:
    secret = new_secret()
    assert re.fullmatch("trk_[0-9a-f]{72}", secret)
    assert is_whole(secret)
    wrong = [secret[:-1], secret + "0", secret.upper(), " " + secret, "", secret.replace("trk_", "ghp_")]
    swapped = secret[:10] + ("0" if secret[10] != "0" else "1") + secret[11:]
    assert not any(map(is_whole, [*wrong, swapped]))
    assert len({new_secret() for _ in range(100)}) == 100


def test_only_the_hash_is_kept_and_no_event_or_log_line_holds_the_secret(
    db: Database, person_id: str
) -> None:
    made = issue(db, person_id)
    with db.read() as conn:
        row = conn.execute(select(tables.tokens)).one()
        event = load(conn, f"token-{made.token.id}")[0].event
        noted = security_log.entries(conn, what="token_issued")
    assert made.secret not in f"{row} {event} {noted}"
    assert event == TokenIssued(
        person_id=person_id, scopes=made.token.scopes, expires_on=made.token.expires_on, strong=True
    )
    assert (noted[0].person_id, noted[0].facts) == (person_id, {"token": made.token.id})


def test_a_token_does_what_its_scopes_say_and_its_owner_may(db: Database, person_id: str) -> None:
    made = issue(db, person_id, "report", days=30)
    with db.read() as conn:
        actor = service.bearer(conn, made.secret, RECORDED_AT).actor
    reporting = {"followup.respond", "followup.report", "followup.correct"}
    assert actor.scopes == ALWAYS | reporting | {"read.embargoed"}  # of their own body, before the release
    assert actor.represents == {("ASEM-CMM", "IDN")}
    assert made.token.expires_on == TODAY + 30 * DAY


def test_roles_that_need_a_second_factor_count_only_through_a_token_made_with_one(
    db: Database, person_id: str
) -> None:
    weak, strong = issue(db, person_id, strong=False), issue(db, person_id)
    with db.read() as conn:
        assert service.bearer(conn, weak.secret, RECORDED_AT).actor.roles == {("auditor", "*")}
        assert ("secretariat", "*") in service.bearer(conn, strong.secret, RECORDED_AT).actor.roles


def test_who_has_shown_no_second_factor_makes_no_token(db: Database, person_id: str) -> None:
    with db.write() as tx:
        weak = queries.actor(tx, person_id, TODAY, strong=False)
        with pytest.raises(NotAllowed, match="show your second factor first"):
            service.issue(tx, weak, person_id, Wanted("x", ["read"]), context(), CAME, strong=False)


def test_a_token_makes_and_revokes_no_token(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        actor = service.bearer(tx, made.secret, RECORDED_AT).actor
        with pytest.raises(NotAllowed, match="not meant for that"):
            service.issue(tx, actor, person_id, Wanted("x", ["read"]), context(), CAME, strong=True)
        with pytest.raises(NotAllowed, match="not meant for that"):
            service.revoke(tx, actor, made.token.id, "", context(), CAME)


def test_a_token_ends_with_its_days(db: Database, person_id: str) -> None:
    made = issue(db, person_id, days=1)
    with db.read() as conn:
        service.bearer(conn, made.secret, RECORDED_AT)
    assert refused(db, made.secret, days=1) == "expired token"


def test_a_token_ends_when_it_is_revoked_and_that_is_an_event(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        service.revoke(tx, OPERATOR, made.token.id, "leaked", context(), CAME)
    assert refused(db, made.secret) == "revoked token"
    with db.read() as conn:
        types = [each.event_type for each in load(conn, f"token-{made.token.id}")]
    assert types == ["token.issued", "token.revoked"]


def test_disabling_an_account_revokes_its_tokens_for_good(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        lifecycle.disable(tx, OPERATOR, person_id, c.DisablePerson(reason="left"), context(), CAME)
        lifecycle.enable(tx, OPERATOR, person_id, c.EnablePerson(reason="back"), context(), CAME)
    assert refused(db, made.secret) == "revoked token"


def test_the_token_of_somebody_who_was_erased_opens_nothing(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        tx.execute(delete(person_details).where(person_details.c.person_id == person_id))
    assert refused(db, made.secret) == "token of a closed account"


def test_an_address_that_was_lost_takes_the_tokens_along(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        address_change.replace(tx, OPERATOR, person_id, "new@example.org", "lost", context(), CAME)
    assert refused(db, made.secret) == "revoked token"


def test_what_the_owner_lost_the_token_lost_the_same_day(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        retire = c.RetireFocalPoint(person_id=person_id, on=TODAY)
        handle_focal_points(tx, OPERATOR, "ASEM-CMM", "IDN", retire, context())
        withdraw = c.WithdrawRole(role="auditor", scope="*")
        handle_person(tx, OPERATOR, person_id, withdraw, context())
        actor = service.bearer(tx, made.secret, RECORDED_AT).actor
    assert (actor.represents, actor.roles) == (frozenset(), {("secretariat", "*")})


def test_strings_that_open_nothing_are_told_apart_only_for_the_log(db: Database, person_id: str) -> None:
    assert refused(db, "trk_nonsense") == "no token"
    assert refused(db, new_secret()) == "unknown token"


def test_the_token_of_somebody_else_is_one_that_there_is_not(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    with db.write() as tx:
        other = queries.actor(tx, put_person(tx, "other@example.org"), TODAY)
        said = []
        for token_id in (made.token.id, "no-such-token"):
            with pytest.raises(NotFound) as found:
                service.revoke(tx, other, token_id, "", context(), CAME)
            said.append(found.value.message.replace(token_id, "ID"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted("", ["read"]), "give the name"),
        (Wanted("x" * 81, ["read"]), "at most 80 fit"),
        (Wanted("x", []), "one or more of read, report, check, manage, audit"),
        (Wanted("x", ["everything"]), "one or more of"),
        (Wanted("x", ["read"], 366), "1 to 365 days"),
        (Wanted("x", ["read"], 0), "1 to 365 days"),
    ],
)
def test_what_is_no_token_is_not_made(db: Database, person_id: str, wanted: Wanted, sentence: str) -> None:
    with db.write() as tx, pytest.raises(BadInput, match=sentence):
        service.issue(tx, OPERATOR, person_id, wanted, context(), CAME, strong=True)


def test_the_same_command_makes_one_token_and_shows_it_once(db: Database, person_id: str) -> None:
    asked = context()
    with db.write() as tx:
        service.issue(tx, OPERATOR, person_id, Wanted("x", ["read"]), asked, CAME, strong=True)
        with pytest.raises(Conflict, match="was shown then"):
            service.issue(tx, OPERATOR, person_id, Wanted("x", ["read"]), asked, CAME, strong=True)
        assert len(tokens.of_person(tx, person_id)) == 1


def test_the_last_use_is_kept_to_five_minutes(db: Database, person_id: str) -> None:
    made = issue(db, person_id)
    minute = timedelta(minutes=1)
    with db.write() as tx:
        assert tokens.needs_a_touch(made.token, RECORDED_AT)
        tokens.touch(tx, made.token, RECORDED_AT)
        used = tokens.named(tx, made.token.id)
    assert used is not None
    assert not tokens.needs_a_touch(used, RECORDED_AT + 4 * minute)
    assert tokens.needs_a_touch(used, RECORDED_AT + 5 * minute)
