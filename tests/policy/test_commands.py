"""Every command as every kind of person: who may is what the table says, on the command line as on the pages."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tests.cli.examples import commands
from tests.policy.expected import may
from tests.policy.samples import ELSEWHERE, NOTHING, OTHER, OWN, Thing
from tests.policy.world import KINDS, OTHER_BODY, SECRET, Rehearsal, World, email_of
from tracker.cli import main
from tracker.kit.settings import settings
from tracker.people import desk

REFUSED = 5
OF_THE_OPERATOR = {"up", "serve", "migrate", "load", "doctor", "replay", "completion"}
"""They run the server itself and take nobody’s name."""
OWNED = {
    "respond": "{code} {partner} supported",
    "report": "{code} {partner} --status implemented --note Done.",
    "correct": "{code} {partner} --status implemented --reason Slip.",
    "validate": "{code} {partner}",
    "verify-report": "{code} {partner} --note Gazette.",
    "dispute": "{code} {partner} --reason Wrong.",
    "close": "{code} {partner} --meeting {later} --ending implemented --reason Decided.",
    "reopen": "{closed} {partner} --meeting {later} --reason Decided.",
    "due move": "{code} 2029-03-01 --partner {partner} --reason Elections.",
    "due set": "{code} 2028-03-01",
    "direct": "{new} {partner}",
    "meeting schedule": "{next} {body} --number 10",
    "appoint": "{body} {partner} nobody@example.org --standing alternate",
    "hand-over": "{body} {partner} {main} nobody@example.org",
    "retire": "{body} {partner} {main}",
}
ACTION = {
    **{
        name: f"followup.{name}"
        for name in ("respond", "report", "correct", "validate", "dispute", "close", "reopen")
    },
    "verify-report": "followup.verify",
    "due move": "followup.due",
    "due set": "recommendation.manage",
    "direct": "recommendation.manage",
    "meeting schedule": "meeting.manage",
    **dict.fromkeys(("appoint", "hand-over", "retire"), "focal_point.manage"),
}
FREE = {
    "list": ("read.public", ""),
    "show": ("read.public", "CMM8-R01"),
    "grid": ("read.public", "CMM8"),
    "metrics": ("read.public", "CMM8"),
    "as-of": ("read.public", "2026-11-24"),
    "history": ("audit.read", "CMM8-R01"),
    "changes": ("audit.read", "--since 2018-01-01"),
    "verify": ("log.verify", ""),
    "rebuild": ("log.verify", "people --check"),
    "access": ("access.read", ""),
    "security-log": ("security.read", ""),
    "sign-in-link": ("person.role", "nobody@example.org"),
    "person invite": ("person.invite", "new@example.org New --no-mail"),
    "person grant": ("person.role", "nobody@example.org reader"),
    "person disable": ("person.disable", "reader@example.org --reason Left."),
    "person enable": ("person.disable", "disabled@example.org --reason Back."),
    "person replace-address": ("person.address", "nobody@example.org other@example.org --reason Lost."),
    "digest send": ("digest.send", "focal.point@example.org"),
    "digest list": ("digest.send", ""),
    "digest skip": ("digest.send", ""),
    "digest drop": ("digest.send", "0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa"),
    "digest resend": ("digest.send", "0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa"),
    "meeting move": ("meeting.manage", "CMM9 --from 2025-06-01 --to 2025-06-02 --reason Elections."),
    "meeting hold": ("meeting.manage", "CMM9 --from 2025-06-01 --to 2025-06-02"),
}
ABOUT = {"meeting move": OWN, "meeting hold": OWN}
OF_ONESELF = {
    "digest preview": ("digest.preview", "focal.point@example.org"),
    "person rename": ("person.rename", "focal.point@example.org Another"),
}
KNOWN = [who for who, kind in KINDS.items() if kind.state != "disabled" and kind.strong]


@pytest.fixture
def console(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.db.url)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(world.settings.data_dir))
    monkeypatch.setattr(desk, "Database", Rehearsal)
    settings.cache_clear()
    yield CliRunner()
    settings.cache_clear()


def cells() -> Iterator[tuple[str, str, Thing, str]]:
    """Command, action, what it is about, and what is typed."""
    for name, typed in OWNED.items():
        for about in (OWN, ELSEWHERE):
            other = about.body == OTHER_BODY
            words = {
                "code": f"{about.prefix}-R01",
                "closed": f"{about.prefix}-R09",
                "new": f"{about.prefix}-R01",
                "later": "UC9" if other else "CMM9",
                "next": "UC10" if other else "CMM10",
                "main": email_of("focal point elsewhere" if other else "focal point"),
            }
            yield name, ACTION[name], about, typed.format(**about._asdict(), **words)
    for name, (action, typed) in FREE.items():
        yield name, action, ABOUT.get(name, NOTHING), typed
    for name, (action, typed) in OF_ONESELF.items():
        yield name, action, Thing(reporter="focal point"), typed


def test_every_command_is_of_the_operator_or_has_a_sample() -> None:
    named = {
        name: {option.opts[0] for option in command.params}
        for name, command in commands()
        if not isinstance(command, click.Group)
    }
    assert {name for name, options in named.items() if "--as" not in options} == OF_THE_OPERATOR
    assert named.keys() - OF_THE_OPERATOR == {*OWNED, *FREE, *OF_ONESELF}


def test_no_command_does_for_anybody_what_the_table_does_not_let_them(console: CliRunner) -> None:
    count, wrong = 0, []
    for name, action, about, typed in cells():
        for who in KNOWN:
            done = console.invoke(main, [*name.split(), *typed.split(), "--as", email_of(who)])
            expected = may(who, action, about, console=True)
            count += 1
            if (done.exit_code == REFUSED) is expected:
                wrong.append(
                    f"{who}: {name} {typed}: {done.exit_code}, expected {expected}: {done.stderr[:200]}"
                )
            # An unknown digest, a rule about a date, a claim that was taken back: the right was there.
            elif done.exit_code not in (0, 1, 3, 4, REFUSED):
                wrong.append(f"{who}: {name} {typed}: {done.exit_code}: {done.stderr[:200]}")
    assert wrong == []
    assert count > 700


def test_who_is_disabled_does_nothing_on_the_command_line_either(console: CliRunner) -> None:
    for name, _, _, typed in cells():
        done = console.invoke(main, [*name.split(), *typed.split(), "--as", email_of("disabled")])
        assert done.exit_code == 3, name
        assert "disabled" in done.stderr


@pytest.mark.parametrize("command", ["show CMM8-R01", "show CMM8-R01:IDN", "history CMM8-R01:IDN"])
def test_the_command_line_shows_restricted_evidence_to_those_who_may_see_it(
    console: CliRunner, command: str
) -> None:
    for who in KNOWN:
        done = console.invoke(main, [*command.split(), "--json", "--as", email_of(who)])
        if done.exit_code == REFUSED:
            continue
        for about in (OWN, OTHER):
            told = command in ("show CMM8-R01", f"show CMM8-R01:{about.partner}")
            expected = told and may(who, "read.restricted", about, console=True)
            assert (f"{SECRET}{about.body}-{about.partner}" in done.stdout) is expected, (who, about)
