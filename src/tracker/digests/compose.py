"""From contents to a mail: subject, text, HTML."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from textwrap import wrap

import msgspec
from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Connection

import tracker.web
from tracker.digests.contents import Ahead, Contents, gather
from tracker.digests.queries import last_told
from tracker.kit.clock import local_date
from tracker.people.queries import Person, appointments_of
from tracker.web.render import counted, day, number, percent

WIDTH = 72
IN_SUBJECT = {
    "disputed": "{} disputed",
    "overdue": "{} overdue",
    "due_soon": "{} due soon",
    "new": "{} new",
    "stale": "nothing heard on {}",
}


class Composed(msgspec.Struct, frozen=True):
    """A mail without its envelope; `lines`: how many follow-ups it speaks of; `position`: that of the log, printed."""

    subject: str
    text: str
    html: str
    lines: int
    position: int


def written(conn: Connection, person: Person, now: datetime, address: str) -> Composed | None:
    """The digest for this person at `now`, in their time zone; None if there is nothing to say."""
    today = local_date(now, person.time_zone)
    represents = {(each.body, each.partner) for each in appointments_of(conn, person.person_id, today)}
    contents = gather(conn, person, represents, today, last_told(conn, person.person_id), address)
    return None if contents is None else compose(contents)


def compose(contents: Contents) -> Composed:
    """The mail that says this."""
    given = {"digest": contents, "subject": subject(contents)}
    html = _environment().get_template("digest.html").render(given)
    return Composed(
        subject=_environment().get_template("digest.subject.txt").render(given).strip(),
        text=_environment().get_template("digest.txt").render(given).strip() + "\n",
        html=_inliner().inline(html),
        lines=contents.lines,
        position=contents.position,
    )


def subject(contents: Contents) -> str:
    """What matters most, in few words: `2 overdue, 5 due soon – CMM9 in 34 days`."""
    what = [IN_SUBJECT[section.key].format(section.count) for section in contents.sections[:2]]
    soonest = min((each for each in contents.ahead if each.days is not None), key=_days, default=None)
    where = (
        " and ".join(contents.partners) if soonest is None else f"{soonest.code} {in_days(_days(soonest))}"
    )
    return f"{', '.join(what)} – {where}"


def in_days(days: int) -> str:
    """`today`, `tomorrow`, `in 34 days`."""
    return ("today", "tomorrow")[days] if days < 2 else f"in {counted(days, 'day')}"


def _days(ahead: Ahead) -> int:
    return ahead.days or 0


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
    folder = Path(tracker.web.__file__).parent / "templates" / "email"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
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
