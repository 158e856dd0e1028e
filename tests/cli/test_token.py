"""Commands that act for the owner of a token."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result

from tests.builders import context, put_person
from tests.cli.conftest import FOCAL_POINT, Cli
from tracker.eventstore.store import load
from tracker.identity import security_log, tokens
from tracker.identity.tokens import new_secret
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.settings import settings
from tracker.people import commands as c
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person

REPORT = ("report", "CMM8-R03", "IDN", "--status", "implemented", "--note", "Done.")
With = Callable[[str], None]


@pytest.fixture
def holding(monkeypatch: pytest.MonkeyPatch) -> With:
    """Lets the commands that follow use a token; empty: none."""

    def hold(secret: str) -> None:
        monkeypatch.setenv("TRACKER_TOKEN", secret)
        settings.cache_clear()

    return hold


def issue(cli: Cli, email: str = FOCAL_POINT, *scopes: str) -> tuple[str, str]:
    """A new token and its id."""
    asked = [word for scope in scopes or ("read", "report") for word in ("--scope", scope)]
    made = cli.json("token", "issue", email, "Export", *asked)
    return made["token"], made["id"]


def refused(done: Result, secret: str) -> str:
    assert (done.exit_code, done.stdout) == (5, "")
    assert secret not in done.output
    return done.stderr


def test_a_command_with_a_token_is_its_owners_and_not_the_operators(
    cli: Cli, db: Database, holding: With
) -> None:
    secret, _ = issue(cli)
    holding(secret)
    cli.json(*REPORT)
    with db.read() as conn:
        recorded = load(conn, "followup-CMM8-R03:IDN")[-1]
        assert recorded.actor_id == tokens.find(conn, secret).person_id  # type: ignore[union-attr]
    assert recorded.metadata == {"door": "cli"}


def test_a_token_does_not_more_than_its_owner_or_its_scopes(cli: Cli, holding: With) -> None:
    secret, _ = issue(cli)
    holding(secret)
    for words, sentence in (
        (("report", "CMM8-R03", "MYS", "--status", "implemented"), "Only a focal point of MYS"),
        (("history", "CMM8-R03"), "not meant for that (audit.read)"),
        (("show", "CMM8-R03", "--as-of", "2026-01-01"), "not meant for that (audit.read)"),
        (("verify",), "not meant for that (log.verify)"),
        (("sign-in-link", FOCAL_POINT), "not meant for that (person.role)"),
        (("token", "issue", FOCAL_POINT, "x", "--scope", "read"), "not meant for that (token.issue)"),
        (("token", "list", FOCAL_POINT), "not meant for that (token.revoke)"),
        (("person", "list"), "not meant for that (person.read)"),
        (("load",), "not meant for that (tracker.operate)"),
        (("replay",), "not meant for that (tracker.operate)"),
        (("list", "--as", FOCAL_POINT), "leave --as out"),
    ):
        assert sentence in refused(cli(*words), secret)


def test_a_token_that_opens_nothing_is_refused_and_noted(cli: Cli, db: Database, holding: With) -> None:
    for secret, sentence in (
        (new_secret(), "Nobody has this token"),
        ("trk_123", "character is missing or wrong"),
    ):
        holding(secret)
        assert sentence in refused(cli("list"), secret)
        assert json.loads(refused(cli("list", "--json"), secret))["exit_code"] == 5
    with db.read() as conn:
        noted = security_log.entries(conn, what="refused")
    assert [each.facts["thing"] for each in noted] == ["no token"] * 2 + ["unknown token"] * 2


def test_a_revoked_token_and_that_of_a_disabled_account_are_refused(cli: Cli, holding: With) -> None:
    secret, token_id = issue(cli)
    other, _ = issue(cli)
    cli.json("token", "revoke", token_id, "--reason", "leaked")
    holding(secret)
    assert "was revoked" in refused(cli("list"), secret)
    holding("")
    cli.json("person", "disable", FOCAL_POINT, "--reason", "left")
    holding(other)
    assert "was revoked" in refused(cli(*REPORT), other)


def test_an_expired_token_is_refused(cli: Cli, holding: With, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = issue(cli)
    holding(secret)
    later = utc_now() + timedelta(days=90)
    monkeypatch.setattr("tracker.people.desk.utc_now", lambda: later)
    assert "has expired" in refused(cli(*REPORT), secret)


def test_an_ended_appointment_and_a_withdrawn_role_end_what_a_token_may(
    cli: Cli, db: Database, holding: With
) -> None:
    with db.write() as tx:
        auditor = put_person(tx, "auditor@example.org")
        handle_person(tx, OPERATOR, auditor, c.GrantRole(role="auditor", scope="*"), context())
    reporting, _ = issue(cli)
    reading, _ = issue(cli, "auditor@example.org", "audit")
    holding(reading)
    cli.json("history", "CMM8-R03")
    holding("")
    cli.json("retire", "ASEM-CMM", "IDN", FOCAL_POINT)
    with db.write() as tx:
        handle_person(tx, OPERATOR, auditor, c.WithdrawRole(role="auditor", scope="*"), context())
    holding(reporting)
    assert "Only a focal point" in refused(cli(*REPORT), reporting)
    holding(reading)
    assert "Only people with a role" in refused(cli("history", "CMM8-R03"), reading)


def test_the_list_shows_what_a_token_is_for_and_when_it_was_used_but_not_the_token(
    cli: Cli, holding: With
) -> None:
    secret, token_id = issue(cli)
    holding(secret)
    cli.json("list")
    holding("")
    (listed,) = cli.json("token", "list", FOCAL_POINT)
    assert (listed["id"], listed["families"]) == (token_id, ["read", "report"])
    assert listed["used_at"]
    shown = cli("token", "list", FOCAL_POINT)
    assert token_id in shown.stdout
    assert secret[4:] not in shown.stdout


def test_the_setting_is_not_shown_with_the_others(holding: With) -> None:
    holding("trk_secret")
    assert "trk_secret" not in repr(settings())
