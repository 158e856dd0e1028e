"""The docs name every command and every setting, and every command explains itself."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tracker.cli import SECTIONS, main
from tracker.kit.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [name for section in SECTIONS.values() for name in section]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_row_in_the_readme(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` | {Settings.model_fields[name].description} |" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert f"tracker {name}" in shown.output or isinstance(
        main.get_command(click.Context(main), name), click.Group
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "CMM8-R03", "--bogus"], 2),
        (["nonsense"], 2),
        (["report", "CMM8-R03", "IDN", "--status", "finished"], 2),
    ],
)
def test_wrong_usage_is_exit_code_2_and_no_stack_trace(arguments: list[str], code: int) -> None:
    shown = CliRunner().invoke(main, arguments)
    assert (shown.exit_code, "Traceback" in shown.output) == (code, False)


def test_the_pictures_of_the_readme_are_there() -> None:
    assert (ROOT / "docs" / "images" / "home.png").stat().st_size > 10_000
