"""Accounts at the command line: invited, disabled, renamed, moved; and the security log."""

import pytest
from sqlalchemy import select

from tests.builders import context, put_person
from tests.cli.conftest import Cli
from tests.cli.test_secretariat import types
from tracker.eventstore.execute import execute
from tracker.identity import links, sessions
from tracker.identity.oidc import identities
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.settings import settings
from tracker.people import queries
from tracker.people.commands import LinkPerson
from tracker.people.decider import PERSON
from tracker.people.tables import letters

EMAIL = "focal.point@example.org"
ISSUER = "https://login.example.org"


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, EMAIL, name="Focal point, Indonesia"))


def waiting(db: Database) -> list[str]:
    """The purposes of the letters that wait."""
    with db.read() as conn:
        return list(conn.execute(select(letters.c.purpose).order_by(letters.c.purpose)).scalars())


def test_an_invitation_goes_by_mail_unless_it_is_told_not_to(db: Database, empty: Cli) -> None:
    first = empty.json("person", "invite", "a@example.org", "Auditor", "--no-mail")
    assert (first["mailed"], waiting(db)) == (False, [])
    second = empty.json("person", "invite", "b@example.org", "Auditor", "--command-id", "once")
    again = empty.json("person", "invite", "b@example.org", "Auditor", "--command-id", "once")
    assert second == again
    assert waiting(db) == ["invitation"]


def test_a_disabled_person_gets_no_link_and_does_nothing_until_enabled(
    db: Database, empty: Cli, person: str
) -> None:
    with db.write() as tx:
        token = sessions.begin(tx, person, utc_now(), means="link")
    assert empty("person", "disable", EMAIL).exit_code == 2
    done = empty.json("person", "disable", EMAIL, "--reason", "Left the ministry.")
    assert [event["type"] for event in done["events"]] == ["person.disabled"]
    with db.read() as conn:
        assert sessions.find(conn, token, utc_now()) is None
    refused = empty("sign-in-link", EMAIL)
    assert (refused.exit_code, "is disabled" in refused.stderr) == (1, True)
    assert empty("list", "--as", EMAIL).exit_code == 3
    empty.json("person", "enable", EMAIL, "--reason", "Came back.")
    assert empty("sign-in-link", EMAIL).exit_code == 0


def test_a_person_is_renamed(db: Database, empty: Cli, person: str) -> None:
    done = empty.json("person", "rename", EMAIL, "Focal point for culture")
    assert [event["type"] for event in done["events"]] == ["person.renamed"]
    with db.read() as conn:
        assert queries.person(conn, person).name == "Focal point for culture"


def test_a_lost_address_is_replaced_by_the_operator_alone(db: Database, empty: Cli, person: str) -> None:
    asked = ["person", "replace-address", EMAIL, "new@example.org", "--reason", "Mailbox closed."]
    assert empty(*asked, "--as", EMAIL).exit_code == 5
    done = empty.json(*asked)
    assert [event["type"] for event in done["events"]] == ["person.address_changed"]
    assert waiting(db) == ["address_changed"] * 2
    with db.read() as conn:
        assert queries.person(conn, person).email == "new@example.org"


def test_a_role_is_taken_back(empty: Cli, person: str) -> None:
    empty.json("person", "grant", EMAIL, "secretariat", "--scope", "ASEM-CMM")
    asked = ("person", "withdraw", EMAIL, "secretariat", "--scope", "ASEM-CMM", "--reason", "Moved on.")
    assert empty(*asked, "--as", EMAIL).exit_code == 5
    assert types(empty.json(*asked)) == ["person.role_withdrawn"]
    assert empty.json("person", "list")[0]["roles"] == []
    assert empty("person", "withdraw", EMAIL, "focal-point").exit_code == 2
    assert empty("person", "withdraw", "nobody@example.org", "auditor").exit_code == 3


def test_accounts_are_listed_and_narrowed_for_those_who_open_them(cli: Cli) -> None:
    cli.json("person", "invite", "auditor@example.org", "Auditor")
    cli.json("person", "grant", "auditor@example.org", "auditor")
    for words, addresses in (
        ((), ["auditor@example.org", EMAIL]),
        (("--role", "auditor"), ["auditor@example.org"]),
        (("--partner", "IDN"), [EMAIL]),
        (("--partner", "MYS"), []),
        (("--body", "ASEM-CMM"), [EMAIL]),
    ):
        assert [each["email"] for each in cli.json("person", "list", *words)] == addresses, words
    shown = cli("person", "list").stdout
    assert "auditor everywhere" in shown
    assert "main focal point ASEM-CMM:IDN" in shown
    assert shown.endswith("\n2 of 2 accounts.\n")
    assert cli("person", "list", "--as", EMAIL).exit_code == 5


def test_a_language_that_there_is_not_is_refused(empty: Cli) -> None:
    refused = empty("person", "invite", "a@example.org", "Auditor", "--locale", "zz")
    assert (refused.exit_code, "“zz” is no language" in refused.stderr) == (2, True)
    assert empty.json("person", "list") == []


def test_an_earlier_focal_point_is_added_afterwards(cli: Cli) -> None:
    cli.json("person", "invite", "old@example.org", "Focal point before")
    asked = ("appoint", "ASEM-CMM", "IDN", "old@example.org", "--since", "2010-01-01")
    refused = cli(*asked)
    assert (refused.exit_code, "has a main focal point from 2018-03-02 on" in refused.stderr) == (1, True)
    assert cli(*asked, "--until", "2009-01-01").exit_code == 1
    assert types(cli.json(*asked, "--until", "2018-03-02")) == ["focal_point.appointed"]
    assert [each["person_id"] for each in cli.json("show", "IDN")["focal_points"]] != []
    assert "Focal point before" not in cli("show", "IDN").stdout


def test_the_security_log_is_shown_and_searched(db: Database, empty: Cli, person: str) -> None:
    empty.json("person", "disable", EMAIL, "--reason", "Left.")
    empty.json("person", "enable", EMAIL, "--reason", "Came back.")
    assert [entry["what"] for entry in empty.json("security-log")] == ["enabled", "disabled"]
    assert [entry["what"] for entry in empty.json("security-log", "--what", "disabled")] == ["disabled"]
    assert len(empty.json("security-log", "--address", EMAIL.upper())) == 2
    assert empty.json("security-log", "--address", "nobody@example.org") == []
    assert empty.json("security-log", "--since", "2999-01-01") == []
    shown = empty("security-log").stdout
    assert "Focal point, Indonesia" in shown
    assert EMAIL not in shown
    assert empty("security-log", "--as", EMAIL).exit_code == 5


def test_the_operator_unlinks_a_person_from_the_provider(
    db: Database, empty: Cli, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ISSUER", ISSUER), ("CLIENT_ID", "tracker"), ("CLIENT_SECRET", "secret")):
        monkeypatch.setenv(f"TRACKER_OIDC_{name}", value)
    settings.cache_clear()
    with db.write() as tx:
        execute(tx, PERSON, person, LinkPerson(issuer=ISSUER), context())
        identities.link(tx, ISSUER, "subject", person, utc_now())
    told = empty.json("person", "unlink-sso", EMAIL, "--reason", "another account there")
    assert [event["type"] for event in told["events"]] == ["person.unlinked"]
    with db.read() as conn:
        assert identities.find(conn, ISSUER, "subject") is None
    assert empty("person", "unlink-sso", EMAIL, "--reason", "again").exit_code == 1


def test_the_sessions_of_a_person_or_of_everybody_are_ended(db: Database, empty: Cli, person: str) -> None:
    with db.write() as tx:
        other = put_person(tx, "other@example.org")
        mine, theirs = (sessions.begin(tx, each, utc_now(), means="link") for each in (person, other))
        link = links.issue(tx, other, utc_now())
    for wrong in ((), (EMAIL, "--everybody")):
        assert empty("person", "end-sessions", *wrong).exit_code == 2
    assert empty.json("person", "end-sessions", EMAIL) == {"sessions_ended": 1}
    with db.read() as conn:
        assert sessions.find(conn, mine, utc_now()) is None
        assert sessions.find(conn, theirs, utc_now()) is not None
    assert empty.json("person", "end-sessions", "--everybody") == {"sessions_ended": 1}
    with db.read() as conn:
        assert sessions.find(conn, theirs, utc_now()) is None
        assert links.peek(conn, link, utc_now()) is None
