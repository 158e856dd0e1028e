"""A picture with its numbers: on a page, as a file of its own, and as a table of values by commas."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from markupsafe import Markup

from tracker.web.charts.marks import WIDTH, Drawing, Words
from tracker.web.charts.markup import INK, drawn
from tracker.web.charts.scale import wrapped

Value = str | int | float | None
MARGIN = 16.0
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that spreadsheets would run."""


class Column(msgspec.Struct, frozen=True):
    """`code` for programs, `name` for people; a rate is a share of one, None where it is not available. Without
    `shown` it is left out on the page, which says it once or has nothing to say."""

    code: str
    name: str
    kind: Literal["text", "count", "change", "rate"] = "text"
    shown: bool = True


class Picture(msgspec.Struct, frozen=True):
    """`name` is unique on a page. `stamp`: of which day and log position the numbers are, and what they rest on."""

    name: str
    title: str
    description: str
    stamp: str
    drawing: Drawing
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]

    @property
    def shown_rows(self) -> list[list[tuple[Column, Value]]]:
        """What the page shows of the numbers, each with its column."""
        pairs = (zip(self.columns, row, strict=True) for row in self.rows)
        return [[(column, value) for column, value in row if column.shown] for row in pairs]

    @property
    def inner(self) -> Markup:
        """For the page: its style gives the colours."""
        frame = f"0 0 {WIDTH:.0f} {self.drawing.height:.0f}"
        return self._svg(frame, Markup(), drawn(self.drawing.marks, self.name))

    @property
    def file(self) -> str:
        """On its own: on white, with its title above and its stamp below."""
        title = wrapped(self.title, WIDTH, 3)
        stamp = wrapped(self.stamp, WIDTH, 4)
        head, foot = 20.0 * len(title) + 14, 17.0 * len(stamp) + 14
        width, height = WIDTH + 2 * MARGIN, self.drawing.height + head + foot + 2 * MARGIN
        words = [Words(0, 14 + 20 * n, line, kind="strong") for n, line in enumerate(title)]
        below = head + self.drawing.height + 20
        words += [Words(0, below + 17 * n, line, kind="dim") for n, line in enumerate(stamp)]
        inner = Markup(
            '<rect width="100%" height="100%" fill="#fff"/><g transform="translate({0} {0})">{1}'
            '<g transform="translate(0 {2})">{3}</g></g>'
        ).format(f"{MARGIN:.0f}", drawn(words, self.name), head, drawn(self.drawing.marks, self.name))
        size = Markup(' xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}"').format(
            width, height
        )
        return str(self._svg(f"0 0 {width:.0f} {height:.0f}", size, inner))

    @property
    def csv(self) -> str:
        """The numbers, as spreadsheets take them: no text in it is a formula."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([column.code for column in self.columns])
        writer.writerows([_harmless(value) for value in row] for row in self.rows)
        return out.getvalue()

    def told(self) -> dict[str, Any]:
        """As data for programs."""
        codes = [column.code for column in self.columns]
        rows = [dict(zip(codes, row, strict=True)) for row in self.rows]
        return {"name": self.name, "title": self.title, "description": self.description, "items": rows}

    def _svg(self, frame: str, attributes: Markup, inner: Markup) -> Markup:
        return Markup(
            '<svg{attributes} class="picture inks" viewBox="{frame}" role="img" direction="ltr" font-size="13" fill="{ink}" '
            'font-family="system-ui, sans-serif" aria-labelledby="{name}-title {name}-desc">'
            '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>{inner}</svg>'
        ).format(
            attributes=attributes,
            frame=frame,
            ink=INK,
            name=self.name,
            title=self.title,
            desc=self.description,
            inner=inner,
        )


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
