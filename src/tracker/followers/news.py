"""What followers are told: the link that confirms, and once a day what happened to what they follow."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from tracker.digests import queries as digests
from tracker.digests.compose import Composed
from tracker.digests.kinds import KINDS, Due, Kind
from tracker.eventstore.store import head, position_at
from tracker.feeds import queries as feeds
from tracker.feeds.news import News
from tracker.followers import queries, service
from tracker.followers.queries import BODIES, RECOMMENDATIONS
from tracker.followers.service import LETTER, PREFIX
from tracker.kit.running import address_of
from tracker.kit.secret import secret_of
from tracker.kit.settings import Settings
from tracker.meetings import queries as meetings
from tracker.people.letters import Button, Words, Writing, letter
from tracker.people.sight import as_the_public
from tracker.web import mails
from tracker.web.render import counted

KIND = "news"
AT = time(6, tzinfo=ZoneInfo("UTC"))
LONGEST_OUTAGE = timedelta(days=8)
"""What happened before is told with the next thing that happens."""
MOST_LINES = 20


class Line(msgspec.Struct, frozen=True):
    """One thing that happened."""

    title: str
    text: str
    url: str
    demonstration: bool


class Told(msgspec.Struct, frozen=True):
    """A whole mail; `more`: that some news did not fit."""

    lines: list[Line]
    more: bool
    followed: list[str]
    today: date
    position: int
    address: str
    stop: str


@letter(LETTER)
def _confirm(writing: Writing) -> Words | None:
    """To any address: whoever did not ask ignores it, and nothing more comes."""
    kind, code = writing.facts["kind"], writing.facts["code"]
    token = service.prepare(writing.tx, kind, code, writing.email, writing.now)
    if token is None:
        return None
    name = queries.named(writing.tx, kind, code)
    return Words(
        subject=f"Please confirm: follow {name}",
        paragraphs=[f"Somebody, we hope you, asked that this address be told what happens to {name}."],
        button=Button(f"Follow {name}", f"{address_of(writing.settings)}/following/confirm/{token}"),
        notes=[
            "At most one mail comes a day, and each says how to stop. The link works once, for seven days.",
            "If you did not ask for it, you need do nothing: no more mail comes.",
        ],
        name=False,
    )


def due(conn: Connection, now: datetime) -> Iterator[Due]:
    """Today's mail of whoever follows something to which anything happened lately."""
    begins = datetime.combine(now.date(), AT)
    if now < begins:
        return
    body_of = {each.code: each.body for each in meetings.meetings(conn)}
    things: set[tuple[str, str]] = set()
    for stream in feeds.streams_since(conn, position_at(conn, now - LONGEST_OUTAGE)):
        kind, _, code = stream.partition("-")
        element = code.partition(":")[0]
        things.add((BODIES, body_of.get(element.partition("-")[0], "")))
        if kind != "meeting":
            things.add((RECOMMENDATIONS, element))
    for follower in queries.following(conn, things):
        yield Due(PREFIX + follower, KIND, now.date(), begins)


def address(conn: Connection, recipient: str, now: datetime) -> str | None:
    """Where it goes, None to whoever stopped."""
    return queries.email_of(conn, recipient.removeprefix(PREFIX))


def compose(conn: Connection, recipient: str, now: datetime, given: Settings) -> Composed | None:
    """What everybody may know and this follower was not told yet; None if there is nothing."""
    site = address_of(given)
    found: dict[int, News] = {}
    more, told_up_to = False, digests.told_position(conn, recipient)
    followed = queries.followed_by(conn, recipient.removeprefix(PREFIX))
    with as_the_public(conn):
        for each in followed:
            after = max(each.position or 0, told_up_to)
            page = feeds.since(conn, each.code, after, whole_body=each.kind == BODIES)
            found |= {news.position: news for news in page.news}
            more = more or page.before is not None
    if not found:
        return None
    newest = sorted(found.values(), key=lambda news: news.position, reverse=True)
    told = Told(
        lines=[_line(news, site) for news in newest[:MOST_LINES]],
        more=more or len(newest) > MOST_LINES,
        followed=[each.code for each in followed],
        today=now.date(),
        position=head(conn),
        address=site,
        stop=f"{site}/following/stop/{_key(recipient, given)}",
    )
    subject = newest[0].title if len(newest) == 1 else f"{counted(len(newest), 'change')} to what you follow"
    mail = mails.render("news", told=told, subject=subject)
    return Composed(mail.subject, mail.text, mail.html, len(newest), told.position)


def unsubscribe(recipient: str, given: Settings) -> str:
    """Where a mail program posts that its reader wants no more."""
    return f"{address_of(given)}/following/stop/{_key(recipient, given)}/one-click"


def _key(recipient: str, given: Settings) -> str:
    return service.key_of(secret_of(given), recipient.removeprefix(PREFIX))


def _line(news: News, site: str) -> Line:
    path = "/".join(quote(part, safe=":") for part in news.path)
    return Line(news.title, news.text, f"{site}/{path}", news.demonstration)


KINDS[KIND] = Kind("news", due, address, compose, unsubscribe)
