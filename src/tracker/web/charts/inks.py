"""What fills a shape: a colour, and a pattern by which it is told apart without colour."""

from collections.abc import Iterable

import msgspec


class Ink(msgspec.Struct, frozen=True):
    """`hue` is strong enough to be seen on paper (3:1), `tint` is the ground of the pattern. Without a pattern the
    shape is full of the hue."""

    hue: str
    tint: str = ""
    pattern: str = ""


STRIPES = "M-2 8 8-2M-2 2 2-2M4 8 8 4"
BACK = "M-2-2 8 8M4-2 8 2M-2 4 2 8"
LEVEL = "M0 1.5h6M0 4.5h6"
UPRIGHT = "M1.5 0v6M4.5 0v6"
CROSSED = f"{STRIPES}{BACK}"
SPARSE = "M0 0 6 6"
DOTTED = "M1.5 1.5h.01M4.5 4.5h.01"

INKS = {
    "implemented": Ink("#12774e"),
    "partially_implemented": Ink("#3f7f27", "#dff0d2", STRIPES),
    "under_implementation": Ink("#2a6fb8", "#dbeaf9", UPRIGHT),
    "reopened": Ink("#8a5a00", "#fbecd0", DOTTED),
    "not_started": Ink("#a8650a", "#fbecd0", BACK),
    "not_implemented": Ink("#b3362f", "#fadedc", CROSSED),
    "ended": Ink("#6d5a93", "#e9e3f4", LEVEL),
    "no_information": Ink("#6b7785", "#f2f5f9", "M0 0"),
    "absent": Ink("#c6cfdb", "#f2f5f9", SPARSE),
    "paper": Ink("#ffffff"),
    "standing": Ink("#46586c"),
    "first": Ink("#12774e"),
    "second": Ink("#2a6fb8"),
}
"""`absent` is the ground behind what is not known, `paper` that of words on it, `standing` what is merely there, `first` and `second` series."""


def fill(name: str, prefix: str) -> str:
    """The attributes of a shape filled with the ink."""
    ink = INKS[name]
    if not ink.pattern:
        return f'class="{name} hue" fill="{ink.hue}"'
    stroke = "" if name == "absent" else f' stroke="{ink.hue}"'
    return f'class="{name} edge" fill="url(#{prefix}-{name})"{stroke}'


def patterns(names: Iterable[str], prefix: str) -> str:
    """The definitions of the patterns that these inks need; ids begin with `prefix`, which is unique on the page."""
    found = "".join(_pattern(name, prefix) for name in sorted(set(names)) if INKS[name].pattern)
    return f"<defs>{found}</defs>" if found else ""


def _pattern(name: str, prefix: str) -> str:
    ink = INKS[name]
    ends = ' stroke-linecap="round" stroke-width="2.2"' if ink.pattern == DOTTED else ""
    return (
        f'<pattern id="{prefix}-{name}" class="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="tint" width="6" height="6" fill="{ink.tint}"/>'
        f'<path class="edge" d="{ink.pattern}" fill="none" stroke="{ink.hue}"{ends}/></pattern>'
    )
