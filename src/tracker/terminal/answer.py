"""What a command answers: data for programs, something drawn for people."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from rich.console import RenderableType

PIPE_WIDTH = 160


@dataclass(frozen=True)
class Answer:
    """`data` is printed with `--json`, and its keys are a promise; `draw` makes what people see."""

    data: object
    draw: Callable[[], "Iterable[RenderableType]"]
    exit_code: int = 0


def show(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer to standard output."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answer.data), indent=2))
        return
    from rich.console import Console

    # Texts of the tracker are no markup. A pipe has no width, and what is read by `grep` should not be broken.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    console = Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)
    for item in answer.draw():
        console.print(item)


def table(*heads: str, rows: Iterable[Sequence[object]]) -> "RenderableType":
    """A plain table; None is shown as a dash. A head that starts with `#` is of numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for head in heads:
        drawn.add_column(head.lstrip("#"), justify="right" if head.startswith("#") else "left")
    for row in rows:
        drawn.add_row(*(Text("–" if cell is None else str(cell)) for cell in row))
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
            drawn.add_row(
                name, Text(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
            )
    return drawn


def heading(words: str) -> "RenderableType":
    """A line above what follows."""
    from rich.text import Text

    return Text(f"\n{words}", style="bold")


def words(code: str | None) -> str | None:
    """A code such as `under_implementation` as people read it."""
    return None if code is None else code.replace("_", " ")


def short(text: str, longest: int = 90) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


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
