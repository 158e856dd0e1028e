"""Templates to mails: subject, text and HTML of one name in `templates/email`; knows no feature."""

from collections.abc import Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Any, NamedTuple

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker.web.direction import contained
from tracker.web.render import HERE, counted, day, number, percent

WIDTH = 72


class Mail(NamedTuple):
    """A mail without its envelope."""

    subject: str
    text: str
    html: str


def render(template: str, /, **given: Any) -> Mail:
    """The mail of the files `<template>.subject.txt`, `<template>.txt` and `<template>.html`."""

    def made(end: str) -> str:
        return _environment().get_template(f"{template}.{end}").render(given)

    return Mail(made("subject.txt").strip(), made("txt").strip() + "\n", _inliner().inline(made("html")))


def in_days(days: int) -> str:
    """`today`, `tomorrow`, `in 34 days`."""
    return ("today", "tomorrow")[days] if days < 2 else f"in {counted(days, 'day')}"


def _wrapped(text: str, indent: str = "") -> str:
    """Text in lines of `WIDTH`; addresses are never broken."""
    lines: Sequence[str] = wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates" / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=contained,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day,
        "number": number,
        "percent": percent,
        "wrapped": _wrapped,
        "in_days": in_days,
    }
    environment.globals |= {"counted": counted}
    return environment


@lru_cache
def _inliner() -> CSSInliner:
    # Style blocks go, for mail programs that drop them; what cannot be inlined (dark mode) stays in one.
    return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
