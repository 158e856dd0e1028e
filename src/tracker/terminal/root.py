"""The root of all commands: imports a command when it is asked for, and turns refusals into a sentence and a code."""

import difflib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from tracker.kit.errors import BadInput, TrackerError
from tracker.terminal.output import note, quoted

NAME = "tracker"
INTERRUPTED = 130


@dataclass(frozen=True)
class Entry:
    """Where a command is, as `module:name`, and its help in one line, so that `--help` need import nothing."""

    where: str
    summary: str


Sections = Mapping[str, Mapping[str, Entry]]


class Root(click.Group):
    """A group of commands in sections."""

    def __init__(self, sections: Sections, *, before: Callable[[], object], **options: Any) -> None:
        super().__init__(**options)
        self.sections, self.before = sections, before
        self.entries = {name: entry for section in sections.values() for name, entry in section.items()}
        self.given: Sequence[str] = ()
        self.as_json = False

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Runs a command line."""
        given = sys.argv[1:] if args is None else list(args)
        self.given, self.as_json = given, "--json" in given
        return super().main(given, *rest, **{"prog_name": NAME, **options})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command; None if there is none of this name."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        self.before()
        module, _, name = entry.where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section."""
        for title, section in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.summary) for name, entry in section.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was asked for; the one place where errors become exit codes."""
        try:
            for word in self.given:
                _check_text(word)
            return super().invoke(ctx)
        except TrackerError as error:
            self._refuse(type(error).__name__, error.message, error.exit_code, field=error.field)
            ctx.exit(error.exit_code)
        except click.UsageError as error:
            if not self.as_json:
                asked = error.ctx or ctx
                note(f"{asked.get_usage()}\n`{asked.command_path} --help` says more.\n")
            self._refuse("BadInput", error.format_message(), error.exit_code)
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)

    def _refuse(self, kind: str, message: str, exit_code: int, field: str | None = None) -> None:
        if self.as_json:
            refusal = {"error": kind, "message": message, "field": field, "exit_code": exit_code}
            note(json.dumps(refusal, ensure_ascii=False))
        else:
            note(message)


def _check_text(word: str) -> None:
    """Bytes that are no text reach Python as lone surrogates; no database could store or look for them."""
    if "\0" in word or any("\ud800" <= letter <= "\udfff" for letter in word):
        raise BadInput(f"{quoted(word)} holds a broken character; please type it again, as UTF-8.")


def nearest(word: str, known: Sequence[str]) -> list[str]:
    """At most three of the known codes that the word may have meant."""
    return difflib.get_close_matches(word, known, n=3, cutoff=0.6)
