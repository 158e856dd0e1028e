"""The examples of every help text, as the words of a command line."""

import shlex
from collections.abc import Iterator

import click

from tracker.cli import SECTIONS, main


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and every command of a group, with the words that call it."""
    root = click.Context(main, info_name="tracker")
    for name in (name for section in SECTIONS.values() for name in section):
        command = main.get_command(root, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for own in command.list_commands(root):
                yield f"{name} {own}", command.commands[own]


def examples(text: str) -> list[list[str]]:
    """The examples in a help text, without the word `tracker` and what is left to the shell."""
    lines = text.replace("\\\n", " ").splitlines()
    told = [shlex.split(line) for line in lines if line.strip().startswith("tracker ")]
    ends = [next((at for at, word in enumerate(words) if word in (">", ">>")), len(words)) for words in told]
    return [words[1:end] for words, end in zip(told, ends, strict=True)]


def all_examples() -> list[list[str]]:
    """Each once."""
    found = [*examples(main.help or "")]
    for _, command in commands():
        found += [each for each in examples(command.help or "") if each not in found]
    return found
