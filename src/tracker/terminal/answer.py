"""What a command answers: data for programs, something drawn for people."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

import msgspec

from tracker.terminal.output import harmless, write

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.segment import Segment

ENDLESS = 100_000
"""A pipe has no width: what is read by `grep` is not broken."""


@dataclass(frozen=True)
class Answer:
    """`data` is printed with `--json`, and its keys are a promise; `draw` makes what people see."""

    data: object
    draw: Callable[[], "Iterable[RenderableType]"]
    exit_code: int = 0


def show(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer to standard output; raises `Unavailable` when it cannot be written."""
    if as_json:
        write(harmless(msgspec.json.format(msgspec.json.encode(answer.data), indent=2).decode()) + "\n")
        return
    from rich.console import Console

    # Texts of the tracker are no markup.
    console = Console(
        file=StringIO(),
        force_terminal=sys.stdout.isatty(),
        width=width(),
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as drawn:
        for item in answer.draw():
            console.print(_Tidy(item), crop=False, end="")
    write(drawn.get().lstrip("\n"))


def width() -> int:
    """The columns of the terminal, or those that COLUMNS says."""
    return shutil.get_terminal_size((ENDLESS, 24)).columns


def table(*heads: str, rows: Iterable[Sequence[object]]) -> "RenderableType":
    """A plain table. A head that starts with `#` is of numbers; one that starts with `~` is of texts, each on one line
    and cut where the terminal ends."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    ruled = width() != ENDLESS
    drawn = Table(
        box=box.SIMPLE_HEAD if ruled else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1 if ruled else 2, 0, 0),
        header_style="bold",
    )
    for number, head in enumerate(heads):
        # The first column says what a row is about, and is never broken.
        drawn.add_column(
            head.lstrip("#~"), justify="right" if head.startswith("#") else "left", no_wrap=number == 0
        )
    for row in rows:
        cells = (
            Text(" ".join(said(cell).split()), no_wrap=True, overflow="ellipsis")
            if head.startswith("~")
            else Text(said(cell))
            for head, cell in zip(heads, row, strict=True)
        )
        drawn.add_row(*cells)
    return drawn


def fields(pairs: Iterable[tuple[str, object]]) -> "RenderableType":
    """Names and values, one a line; what is empty is left out."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table.grid(padding=(0, 2))
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column()
    for name, value in pairs:
        if value not in (None, "", [], ()):
            drawn.add_row(name, Text(said(value)))
    return drawn


def heading(words: str) -> "RenderableType":
    """A line above what follows."""
    from rich.text import Text

    return Text(f"\n{words}", style="bold")


def said(value: object) -> str:
    """A value as people read it: moments to the minute, nothing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.date().isoformat()} {value:%H:%M} UTC"
    if isinstance(value, list | tuple):
        return ", ".join(map(said, value))
    return str(value)


def words(code: str | None) -> str | None:
    """A code such as `under_implementation` as people read it."""
    return None if code is None else code.replace("_", " ")


def counted(counts: "dict[str, int]") -> str:
    """How many of each, such as `51 no information, 2 implemented`."""
    return ", ".join(f"{number} {words(name)}" for name, number in counts.items())


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while somebody watches; what it yields is called with (done, of)."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(label, total=None)
        yield lambda done, of: bars.update(bar, completed=done, total=of)


@dataclass(frozen=True)
class _Tidy:
    """What is drawn, without white space at the ends of lines and with nothing that commands the terminal."""

    item: "RenderableType"

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.segment import Segment

        for line in console.render_lines(self.item, options, pad=False):
            yield from _trimmed([Segment(harmless(part.text), part.style) for part in line])
            yield Segment.line()


def _trimmed(line: "list[Segment]") -> "list[Segment]":
    while line and not line[-1].text.strip():
        line.pop()
    if line:
        line[-1] = line[-1]._replace(text=line[-1].text.rstrip())
    return line
