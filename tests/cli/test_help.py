"""What `--help` tells is true: every example can be typed, and does what it says."""

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from seed.load import load
from tests.builders import BODY, put_person, put_report
from tests.cli.examples import all_examples, commands, examples
from tracker.cli import main
from tracker.eventstore.store import Context
from tracker.kit.clock import at_midnight
from tracker.kit.db import Database
from tracker.migrate import catch_up
from tracker.people.commands import GrantRole
from tracker.people.policy import OPERATOR
from tracker.people.service import handle_person

ROOT = Path(__file__).parents[2]
COMMANDS = dict(commands())
STAYS = ("up", "serve")
"""They run until they are stopped; tests/supervisor runs them."""
INVITE = ["person", "invite", "focal.point@example.org", "Focal point, Indonesia"]
APPOINT = ["appoint", BODY, "IDN", "focal.point@example.org", "--since", "2024-01-01"]
BEFORE = {
    "appoint": [INVITE],
    "partner join": [["partner", "register", "TLS", "Timor-Leste"]],
    "person disable": [INVITE],
    "person enable": [INVITE, ["person", "disable", INVITE[2], "--reason", "left the ministry"]],
    "person rename": [INVITE],
    "person withdraw": [
        ["person", "grant", "secretariat@example.org", "secretariat", "--scope", "ASEM-CMM"],
    ],
    "sign-in-link": [INVITE],
    "digest": [INVITE, APPOINT],
    "retire": [INVITE, APPOINT],
    "hand-over": [["appoint", BODY, "IDN", "old@example.org", "--since", "2026-01-01"]],
    "reopen": [["close", "CMM2-R01", "IDN", "--meeting", "CMM8", "--reason", "reported to the ministers"]],
    "token revoke": [
        ["token", "issue", "auditor@example.org", "Export", "--scope", "read", "--command-id", "example"]
    ],
    "due move": [["due", "set", "CMM8-R03", "2028-03-01"]],
    "withdraw dispute": [["dispute", "CMM8-R03", "IDN", "--reason", "announced, not opened"]],
    "withdraw decision": [["close", "CMM2-R01", "IDN", "--meeting", "CMM8", "--reason", "reported"]],
    "withdraw due": [["due", "set", "CMM8-R03", "2028-03-01"]],
    "withdraw supersession": [["recommendation", "supersede", "CMM2-R01", "CMM8-R03", "--meeting", "CMM8"]],
    "withdraw repetition": [
        ["recommendation", "repeat", "CMM8-R03", "--source", "Annex to CMM8", "--line", "12-15"]
    ],
    "withdraw mention": [["activity", "mention", "ASEM-ACT-01", "CMM8-F90", "The network met twice."]],
    "recommendation unlink": [["recommendation", "link", "CMM8-R03", "CMM2-R01", "--relation", "relates"]],
    "checkpoint": [["seal"]],
    "receipt": [["seal"]],
    "activity unlink": [["activity", "link", "ASEM-ACT-01", "CMM8-R03"]],
}
"""What must have happened before."""
NOT_THERE = (
    "as-of",
    "show",
    "checkpoint",
    "consistency",
    "metrics",
    "digest drop",
    "digest resend",
    "person reset-factors",
    "person unlink-sso",
)
"""They may ask for a day before anything was recorded, for a digest that was never due, for a checkpoint of another size, or
for what a person never set up, and say so."""


@pytest.fixture(scope="module")
def matrix(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The matrix, and the people of the examples."""
    file = tmp_path_factory.mktemp("matrix") / "tracker.db"
    shutil.copy(sqlite_template, file)
    db = Database(f"sqlite:///{file}")
    load(db, ROOT / "seed")
    with db.write() as tx:
        for email in ("old@example.org", "new@example.org", "secretariat@example.org"):
            put_person(tx, email)
        for email, role, scope in (
            ("ministry@example.org", "validating_authority", "IDN"),
            ("auditor@example.org", "auditor", "*"),
        ):
            context = Context(actor_id=OPERATOR.person_id, effective_at=at_midnight(date(2024, 1, 1)))
            grant = GrantRole(role=role, scope=scope)
            handle_person(tx, OPERATOR, put_person(tx, email), grant, context)
        put_report(tx, "CMM8-R03", "IDN", "implemented", date(2026, 4, 1))
    db.dispose()
    catch_up(db.url)
    return file


def test_every_command_has_an_example_of_itself() -> None:
    for name, command in COMMANDS.items():
        assert any(" ".join(words).startswith(name) for words in examples(command.help or "")), name


@pytest.mark.parametrize("words", all_examples(), ids=" ".join)
def test_every_example_can_be_typed(words: list[str]) -> None:
    context = main.make_context("tracker", list(words))
    name, command, rest = main.resolve_command(context, [*context._protected_args, *context.args])
    assert command is not None
    while isinstance(command, click.Group):
        inner = command.make_context(name, list(rest), parent=context)
        name, found, rest = command.resolve_command(inner, [*inner._protected_args, *inner.args])
        assert found is not None
        command, context = found, inner
    command.make_context(name, list(rest), parent=context)


@pytest.mark.parametrize("words", [each for each in all_examples() if each[0] not in STAYS], ids=" ".join)
def test_every_example_does_what_it_says(
    words: list[str],
    matrix: Path,
    tmp_path: Path,
    point_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copy(matrix, tmp_path / "tracker.db")
    point_at(f"sqlite:///{tmp_path / 'tracker.db'}")
    monkeypatch.chdir(ROOT)
    for name, before in BEFORE.items():
        for command in before if " ".join(words).startswith(name) else ():
            assert CliRunner().invoke(main, command).exit_code == 0
    done = CliRunner().invoke(main, words)
    allowed = (0, 3) if " ".join(words).startswith(NOT_THERE) else (0,)
    assert done.exit_code in allowed, done.output


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_given_without_a_database(
    name: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*name.split(), option])
    assert (done.exit_code, done.stderr, os.listdir(tmp_path)) == (0, "", [])
    assert "Usage: tracker" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    options = [each for each in COMMANDS[name].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


def test_every_option_has_the_same_meaning_in_every_command() -> None:
    told: dict[str, set[str]] = {}
    for command in COMMANDS.values():
        for each in command.params:
            if isinstance(each, click.Option) and each.opts[0] in ("--json", "--as", "--command-id"):
                told.setdefault(each.opts[0], set()).add(each.help or "")
    assert {option: len(helps) for option, helps in told.items()} == {
        "--json": 1,
        "--as": 1,
        "--command-id": 1,
    }
