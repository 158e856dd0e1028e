"""Every command as every kind of person: who may is what the table says, on the command line as on the pages."""

from collections.abc import Iterator
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.examples import commands
from tests.policy.expected import NEVER_ABOUT_ONESELF, may
from tests.policy.samples import ELSEWHERE, NOTHING, OTHER, OWN, PAIRS, REPORTED, Thing
from tests.policy.typed import ENDS_OTHERWISE, FREE, HIDDEN, LATER, OF_ONESELF, OWNED, THEMSELVES
from tests.policy.world import KINDS, OTHER_BODY, SEAL_KEY, SECRET, Rehearsal, World, email_of
from tracker.cli import main
from tracker.kit.settings import settings
from tracker.people import desk

NOT_FOUND, REFUSED = 3, 5
OF_THE_OPERATOR = {"up", "serve", "migrate", "load", "doctor", "replay", "completion"}
"""They run the server itself and take nobody’s name."""
KNOWN = [who for who, kind in KINDS.items() if kind.state != "disabled" and kind.strong]


class Kept(Rehearsal):
    """A rehearsal for many commands: what one of them prepared, the next need not prepare again."""

    def dispose(self) -> None:
        """A command is done; the next one follows."""


@pytest.fixture(scope="module")
def kept(world: World) -> Iterator[Kept]:
    database = Kept(world.db.url)
    yield database
    database.engine.dispose()


@pytest.fixture
def console(world: World, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.db.url)
    monkeypatch.setenv("TRACKER_SEAL_KEY", SEAL_KEY)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(world.settings.data_dir))
    monkeypatch.setattr(desk, "Database", lambda url, *, pooled: kept)
    settings.cache_clear()
    yield CliRunner()
    settings.cache_clear()


class Cell(NamedTuple):
    """A command, the action that decides on it, what it is about, and what is typed."""

    name: str
    action: str
    about: Thing
    typed: str

    def asked(self, console: CliRunner, who: str) -> Result:
        """What the command answers one person."""
        return console.invoke(main, [*self.name.split(), *self.typed.split(), "--as", email_of(who)])


def cells(world: World) -> Iterator[Cell]:
    """Each command about one body, one command of each action about another body too, and about reports of one's own
    where that counts."""
    first = {action: name for name, (action, _) in reversed(OWNED.items())}
    of_oneself = [each for each in REPORTED if each not in PAIRS]
    for name, (action, typed) in OWNED.items():
        further = [ELSEWHERE] if first[action] == name else []
        for about in (OWN, *further, *(of_oneself if action in NEVER_ABOUT_ONESELF else [])):
            yield Cell(name, action, about, typed.format(**words(about)))
    for name, (action, typed) in FREE.items():
        yield Cell(name, action, NOTHING, typed)
    for name, (action, typed) in OF_ONESELF.items():
        yield Cell(name, action, THEMSELVES, typed.format(**world.words))


def words(about: Thing) -> dict[str, str | None]:
    """What stands in braces."""
    other = about.body == OTHER_BODY
    return {
        **about._asdict(),
        "code": f"{about.prefix}-{about.number}",
        "closed": f"{about.prefix}-R09",
        "later": "UC9" if other else "CMM9",
        "main": email_of("focal point elsewhere" if other else "focal point"),
        "activity": "ASEM-ACT-01",
    }


def test_every_command_is_of_the_operator_or_has_a_sample() -> None:
    named = {
        name: {option.opts[0] for option in command.params}
        for name, command in commands()
        if not isinstance(command, click.Group)
    }
    assert {name for name, options in named.items() if "--as" not in options} == OF_THE_OPERATOR
    assert named.keys() - OF_THE_OPERATOR == {*OWNED, *FREE, *OF_ONESELF}


def test_no_command_does_for_anybody_what_the_table_does_not_let_them(
    world: World, console: CliRunner
) -> None:
    count, wrong = 0, []
    for cell in cells(world):
        refused = NOT_FOUND if cell.name in HIDDEN else REFUSED
        for who in KNOWN:
            done = cell.asked(console, who)
            expected = may(who, cell.action, cell.about, console=True)
            count += 1
            right = ({1, 3, 4} if cell.name in ENDS_OTHERWISE else {0}) if expected else {refused}
            if done.exit_code not in right:
                wrong.append(f"{who}: {cell}: {done.exit_code}, expected {expected}: {done.stderr[:200]}")
    assert wrong == []
    assert count > 1_000


def test_what_was_known_on_a_day_is_told_to_those_who_read_histories(console: CliRunner) -> None:
    offered = {
        name
        for name, command in commands()
        if any(each.name == "known_at" and "--as-of" in each.opts for each in command.params)
    }
    assert offered == LATER.keys()
    for name, typed in LATER.items():
        cell = Cell(name, "audit.read", NOTHING, f"{typed} --as-of 2026-11-24")
        for who in ("nobody", "ended appointment", "reader"):
            expected = 0 if may(who, cell.action, console=True) else REFUSED
            assert cell.asked(console, who).exit_code == expected, (who, cell)


def test_as_it_was_on_a_day_is_told_to_those_who_read_histories(console: CliRunner) -> None:
    offered = {name for name, command in commands() if "valid_at" in {each.name for each in command.params}}
    assert offered == {*LATER, "as-of"} - {"history", "changes"}
    for name in offered - {"as-of"}:
        cell = Cell(name, "audit.read", NOTHING, f"{LATER[name]} --valid 2026-11-24")
        for who in ("nobody", "ended appointment", "reader"):
            expected = 0 if may(who, cell.action, console=True) else REFUSED
            assert cell.asked(console, who).exit_code == expected, (who, cell)


def test_who_is_disabled_does_nothing_on_the_command_line_either(world: World, console: CliRunner) -> None:
    for cell in cells(world):
        done = cell.asked(console, "disabled")
        assert done.exit_code == NOT_FOUND, cell
        assert "disabled" in done.stderr, cell


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
