"""What can be typed: days, moments, codes."""

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    Parameter = click.ParamType[Any]
else:
    Parameter = click.ParamType

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*(:[A-Z0-9-]+)?")


class Day(Parameter):
    """A calendar day such as 2026-11-24."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Text to date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is no day of the calendar; write it as 2026-11-24.", param, ctx)


class Code(Parameter):
    """A permanent code, in any case of letters."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is kept: in capitals."""
        found = value.strip().upper()
        if not CODE.fullmatch(found):
            self.fail(f"“{value}” is no code; codes look like CMM8-R03, IDN or CMM8-R03:IDN.", param, ctx)
        return found


KNOWN_HELP = "Answer as the tracker knew it then (a day: at its end, UTC)."
COMMAND_HELP = "Idempotency key: the same key again gives the same answer and writes nothing."


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
            self.fail(f"“{value}” is no date; write it as 2026-11-24 or 2026-11-24T15:30.", param, ctx)
        if "T" not in value and " " not in value:
            found = end_of(found.date())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


class Words(Parameter):
    """One of some words of the field, such as `under_implementation`, typed with spaces, dashes or underscores."""

    def __init__(self, *known: str) -> None:
        self.known, self.name = known, "|".join(word.replace("_", "-") for word in known)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is kept: with underscores."""
        found = re.sub(r"[ -]+", "_", value.strip().lower())
        if found not in self.known:
            choice = ", ".join(word.replace("_", "-") for word in self.known)
            self.fail(f"“{value}” is not one of: {choice}.", param, ctx)
        return found

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What can follow."""
        shown = (word.replace("_", "-") for word in self.known)
        return [CompletionItem(word) for word in shown if word.startswith(incomplete.lower())]


def end_of(day: date) -> datetime:
    """The last instant of a day in UTC."""
    return datetime.combine(day, time.max, UTC)
