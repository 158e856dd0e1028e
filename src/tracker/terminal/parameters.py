"""What can be typed: days, moments, codes."""

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from tracker.terminal.output import quoted

if TYPE_CHECKING:
    Parameter = click.ParamType[Any]
else:
    Parameter = click.ParamType

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*(:[A-Z0-9-]+)?")
LONGEST_CODE = 80


class Day(Parameter):
    """A calendar day such as 2026-11-24."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Text to date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{quoted(value)} is no day of the calendar; write it as 2026-11-24.", param, ctx)


class Code(Parameter):
    """A permanent code, in any case of letters."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is kept: in capitals."""
        found = value.strip().upper()
        if not CODE.fullmatch(found) or len(found) > LONGEST_CODE:
            self.fail(
                f"{quoted(value)} is no code; codes look like CMM8-R03, IDN or CMM8-R03:IDN.", param, ctx
            )
        return found


class Instant(Parameter):
    """A moment: a day stands for its end in UTC, so that all that was recorded on it is known."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Text to an instant in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{quoted(value)} is no date; write it as 2026-11-24 or 2026-11-24T15:30.", param, ctx)
        if "T" not in value and " " not in value:
            found = end_of(found.date())
        if not found.tzinfo:
            return found.replace(tzinfo=UTC)
        try:
            return found.astimezone(UTC)
        except OverflowError:
            self.fail(f"{quoted(value)} lies outside the years 1 to 9999 in UTC.", param, ctx)


class Words(Parameter):
    """One of some words of the field, such as `under_implementation`, typed with spaces, dashes or underscores."""

    def __init__(self, *known: str) -> None:
        self.known, self.name = known, "word"
        self.typed = [word.replace("_", "-") for word in known]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """As the help shows it."""
        return "|".join(self.typed)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is kept: with underscores."""
        found = re.sub(r"[ -]+", "_", value.strip().lower())
        if found not in self.known:
            self.fail(f"{quoted(value)} is not one of: {', '.join(self.typed)}.", param, ctx)
        return found

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What can follow."""
        return [CompletionItem(word) for word in self.typed if word.startswith(incomplete.lower())]


def end_of(day: date) -> datetime:
    """The last instant of a day in UTC."""
    return datetime.combine(day, time.max, UTC)
