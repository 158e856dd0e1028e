"""Who may do what: every action against every kind of person."""

import pytest
from msgspec.structs import replace

from tests.builders import TODAY, context, put_person
from tracker.kit.db import Database
from tracker.kit.errors import NotAllowed
from tracker.people import queries
from tracker.people.commands import GrantRole
from tracker.people.policy import (
    ACTIONS,
    ALWAYS,
    FAMILIES,
    OPERATOR,
    PUBLIC,
    SERVICE,
    Actor,
    allows,
    require,
)
from tracker.people.service import handle_person

BODY, PARTNER = "ASEM-CMM", "IDN"


def having(role: str, scope: str) -> Actor:
    return Actor(f"{role} {scope}", "Official", frozenset({(role, scope)}))


def reporting_for(body: str, partner: str) -> Actor:
    return Actor(f"focal point {body} {partner}", "Focal point", represents=frozenset({(body, partner)}))


ACTORS = {
    "public": PUBLIC,
    "nobody": Actor("nobody", "An account without a role"),
    "reader": having("reader", "*"),
    "focal point": reporting_for(BODY, PARTNER),
    "focal point of another partner": reporting_for(BODY, "FRA"),
    "focal point in another body": reporting_for("UNESCO-2005", PARTNER),
    "validator": having("validating_authority", PARTNER),
    "validator of another partner": having("validating_authority", "FRA"),
    "secretariat": having("secretariat", BODY),
    "secretariat of all": having("secretariat", "*"),
    "secretariat of another body": having("secretariat", "UNESCO-2005"),
    "auditor": having("auditor", "*"),
    "admin": having("admin", "*"),
    "service": SERVICE,
    "operator": OPERATOR,
}
SECRETARIATS = {"secretariat", "secretariat of all"}
STAFF = {*SECRETARIATS, "service"}
EXPECTED = {
    "read.public": set(ACTORS),
    "account.sign_in": set(ACTORS),
    "news.follow": set(ACTORS),
    "account.own": set(ACTORS) - {"public"},
    "read.restricted": {"focal point", "validator", *SECRETARIATS, "auditor"},
    "read.embargoed": {"focal point", "focal point of another partner", *STAFF, "auditor"},
    "audit.read": set(ACTORS) - {"public", "nobody"},
    "log.verify": {"auditor", "admin", "service"},
    "person.invite": {"admin", *STAFF},
    "person.role": {"admin"},
    "person.disable": {"admin"},
    "session.end": {"admin"},
    "person.rename": {"admin"},
    "person.move": set(),
    "person.unlink": {"admin"},
    "person.address": set(),
    "factor.reset": set(),
    "factor.ask_recovery": {"admin"},
    "factor.see_recoveries": {"admin", *SECRETARIATS},
    "factor.recover": {"admin", *SECRETARIATS},
    "factor.recover_any": {"admin"},
    "token.issue": set(),
    "token.revoke": {"admin"},
    "tracker.operate": set(),
    "security.read": {"admin", "auditor"},
    "access.read": {"admin", "auditor"},
    "person.read": {"admin", *SECRETARIATS},
    "desk.open": set(SECRETARIATS),
    "partner.manage": STAFF,
    "focal_point.manage": STAFF,
    "body.manage": STAFF,
    "meeting.manage": STAFF,
    "meeting.release": SECRETARIATS,
    "recommendation.manage": STAFF,
    "activity.manage": STAFF,
    "followup.respond": {"focal point", *STAFF},
    "followup.report": {"focal point", *STAFF},
    "followup.correct": {"focal point", *SECRETARIATS},
    "followup.validate": {"validator"},
    "followup.verify": {"auditor", *SECRETARIATS},
    "followup.dispute": {"auditor", *SECRETARIATS},
    "followup.close": SECRETARIATS,
    "followup.reopen": SECRETARIATS,
    "followup.due": SECRETARIATS,
    "digest.preview": STAFF,
    "digest.send": STAFF,
    "metrics.recompute": STAFF,
    "mailbox.read": {"admin"},
}


def test_the_table_below_has_every_action() -> None:
    assert EXPECTED.keys() == ACTIONS.keys()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ACTORS)
def test_each_action_is_open_to_those_and_to_nobody_else(who: str, action: str) -> None:
    expected = who in EXPECTED[action] or who == "operator"
    assert allows(ACTORS[who], action, body=BODY, partner=PARTNER, reporter="someone else") is expected


@pytest.mark.parametrize("who", ACTORS)
def test_an_unknown_action_is_refused_to_everyone(who: str) -> None:
    with pytest.raises(NotAllowed, match=r"There is no action followup\.destroy"):
        require(ACTORS[who], "followup.destroy", body=BODY, partner=PARTNER)


OPEN = {"read.public", "audit.read", "account.sign_in", "account.own", "news.follow"}


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in OPEN])
@pytest.mark.parametrize("who", ["focal point", "validator", "secretariat"])
def test_a_forgotten_body_or_partner_opens_nothing_that_belongs_to_one(who: str, action: str) -> None:
    bodiless = {
        "person.invite",
        "factor.see_recoveries",
        "person.read",
        "desk.open",
        "partner.manage",
        "digest.preview",
        "digest.send",
        "metrics.recompute",
    }
    assert allows(ACTORS[who], action) is (who == "secretariat" and action in bodiless)


def test_the_secretariat_of_any_body_may_invite_but_works_on_its_own_body_only() -> None:
    other = ACTORS["secretariat of another body"]
    assert allows(other, "person.invite")
    assert not allows(other, "partner.manage", body=BODY)


@pytest.mark.parametrize(
    ("actor", "action"),
    [
        (ACTORS["validator"], "followup.validate"),
        (ACTORS["auditor"], "followup.verify"),
        (ACTORS["secretariat"], "followup.verify"),
        (OPERATOR, "followup.verify"),
    ],
)
def test_nobody_vouches_for_a_report_of_their_own(actor: Actor, action: str) -> None:
    with pytest.raises(NotAllowed, match="someone else must look at it"):
        require(actor, action, body=BODY, partner=PARTNER, reporter=actor.person_id)


def test_one_previews_ones_own_digest() -> None:
    focal_point = ACTORS["focal point"]
    assert allows(focal_point, "digest.preview", reporter=focal_point.person_id)
    assert not allows(PUBLIC, "digest.preview", reporter=PUBLIC.person_id)


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(
        NotAllowed, match=r"Only a focal point of IDN or the secretariat of ASEM-CMM or .* may do this"
    ):
        require(ACTORS["auditor"], "followup.report", body=BODY, partner=PARTNER)


def test_a_refusal_keeps_the_inner_name_of_the_action_to_itself() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(PUBLIC, "mailbox.read")
    assert "mailbox.read" not in refused.value.message


def test_the_public_is_asked_to_sign_in() -> None:
    with pytest.raises(NotAllowed, match="Please sign in: only an administrator may"):
        require(PUBLIC, "person.role")


def test_without_a_second_factor_the_secretariat_and_administrators_may_only_what_others_may(
    db: Database,
) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "office@example.org")
        for role in ("secretariat", "admin", "auditor"):
            handle_person(tx, OPERATOR, person_id, GrantRole(role=role, scope="*"), context())
        weak = queries.actor(tx, person_id, TODAY, strong=False)
        strong = queries.actor(tx, person_id, TODAY)
    assert weak.roles == {("auditor", "*")}
    assert weak.withheld == {("secretariat", "*"), ("admin", "*")}
    assert not strong.withheld
    with pytest.raises(NotAllowed, match="shown no second factor yet"):
        require(weak, "person.role")
    require(strong, "person.role")


def test_a_token_does_what_its_scopes_name_and_its_owner_may() -> None:
    token = replace(ACTORS["focal point"], scopes=frozenset({"followup.report", "person.role"}))
    assert allows(token, "followup.report", body=BODY, partner=PARTNER)
    assert not allows(token, "followup.respond", body=BODY, partner=PARTNER)
    assert not allows(token, "person.role")


def test_the_tracker_corrects_only_what_it_reported_itself() -> None:
    assert allows(SERVICE, "followup.correct", body=BODY, partner=PARTNER, reporter=SERVICE.person_id)
    assert not allows(SERVICE, "followup.correct", body=BODY, partner=PARTNER, reporter="official")


def test_no_family_of_scopes_holds_what_no_token_may() -> None:
    held = ALWAYS.union(*FAMILIES.values())
    assert held <= ACTIONS.keys()
    assert not held & {"person.role", "person.disable", "token.issue", "token.revoke", "tracker.operate"}
