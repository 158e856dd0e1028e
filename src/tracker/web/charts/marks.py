"""The shapes of which pictures consist. Lengths are in units of the picture's own frame, y downwards."""

from typing import Literal, TypeAlias

import msgspec

Anchor = Literal["start", "middle", "end"]
WIDTH = 640.0
"""Of every picture. On the page this is 40 rem, so that words in it are as large as words around it."""


class Bar(msgspec.Struct, frozen=True):
    """A filled rectangle; `ink` is one of `inks.INKS`."""

    x: float
    y: float
    width: float
    height: float
    ink: str


class Line(msgspec.Struct, frozen=True):
    """Straight from point to point. `kind`: `axis`, `rule`, `link`, or the ink of a series."""

    points: tuple[tuple[float, float], ...]
    kind: str
    dashed: bool = False


class Dot(msgspec.Struct, frozen=True):
    """A round or square mark around a point of a series."""

    x: float
    y: float
    ink: str
    square: bool = False


class Words(msgspec.Struct, frozen=True):
    """One line of text, on the base line `y`. `kind`: empty, `dim` or `strong`."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    kind: str = ""


Mark: TypeAlias = Bar | Line | Dot | Words


class Drawing(msgspec.Struct, frozen=True):
    """Shapes on a frame of `WIDTH` by `height`."""

    height: float
    marks: tuple[Mark, ...]
