"""From contents to a mail: subject, text, HTML."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from tracker.digests.contents import Ahead, Contents, gather
from tracker.digests.queries import last_told
from tracker.kit.clock import local_date
from tracker.people.queries import Person, appointments_of
from tracker.web import mails
from tracker.web.mails import in_days

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
    mail = mails.render("digest", **given)
    return Composed(
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
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


def _days(ahead: Ahead) -> int:
    return ahead.days or 0
