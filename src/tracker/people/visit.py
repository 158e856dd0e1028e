"""One visit to the pages: who reads, which day it is for them, and what they see of it. Every route comes through here or
through `sending`. A reading visit holds one read transaction while its page is made.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.eventstore.store import Recorded, head
from tracker.identity import sessions
from tracker.identity.sessions import Session
from tracker.kit.clock import local_date
from tracker.kit.errors import NotFound
from tracker.people import called, policy, queries
from tracker.people.moments import ACCOUNT_IS_NOW, DOOR_IS_NOW, asked_for, opened
from tracker.people.policy import PUBLIC, Actor
from tracker.people.sight import seeing, seeing_then
from tracker.web.address import check_address
from tracker.web.asked import Asked
from tracker.web.render import page
from tracker.web.session import session_token
from tracker.web.site import Site, site_of

T = TypeVar("T")
COMMAND_ID = re.compile(r"[0-9a-f-]{36}")
K = TypeVar("K")


@dataclass(frozen=True)
class Visitor:
    """Who came: `zone` is the reader's time zone, `today` their local date."""

    request: Request
    site: Site
    actor: Actor
    zone: str
    now: datetime
    today: date
    demonstration: bool
    session: Session | None

    @property
    def signed_in(self) -> bool:
        """Whether a person is behind it that the tracker knows."""
        return self.actor != PUBLIC

    def may(
        self, action: str, *, body: str | None = None, partner: str | None = None, reporter: str | None = None
    ) -> bool:
        """Whether the policy lets them: for buttons that are shown or not."""
        return policy.allows(self.actor, action, body=body, partner=partner, reporter=reporter)

    def represents(self, partner: str) -> bool:
        """Whether they are a focal point of the partner in some body."""
        return any(represented == partner for _, represented in self.actor.represents)


@dataclass(frozen=True)
class Visit(Visitor):
    """A reading visit: `conn` answers for the moment the reader asked about, `live` for now. `now_only`: why the page
    can tell of now alone, where it can."""

    conn: Connection
    live: Connection
    position: int
    asked: Asked | None = None
    now_only: str = ""

    @property
    def as_of(self) -> date | None:
        """The day for which the page answers, None now: nothing can be changed there."""
        return None if self.asked is None else self.asked.day

    @property
    def moment(self) -> datetime:
        """The moment for which the page answers."""
        return self.now if self.asked is None else self.asked.moment

    def names(self, person_ids: Iterable[str | None]) -> dict[str, str]:
        """Names of people, for readers with a role; the public sees none."""
        wanted = {person_id for person_id in person_ids if person_id}
        return called.names(self.live, wanted) if wanted and self.may("audit.read") else {}

    def names_then(self, wanted: Mapping[K, tuple[str | None, datetime | None]]) -> dict[K, str]:
        """As `names`, but each as it was shown at a moment, by whatever key the page has for it."""
        asked = {key: (who, at) for key, (who, at) in wanted.items() if who and at}
        if not asked or not self.may("audit.read"):
            return {}
        then = called.names_then(self.live, asked.values())
        return {key: then[each] for key, each in asked.items()}

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page for this reader."""
        return page(self.request, template, status=status, visit=self, **context)


@dataclass(frozen=True)
class Reading:
    """A dependency: a reading visit of someone who may do `action`. `now_only`: a sentence that says why its pages tell
    of now alone; all others answer for any moment."""

    action: str
    now_only: str = ""

    def __call__(self, request: Request) -> Iterator[Visit]:
        """The visit, for as long as its page is made."""
        site = site_of(request)
        with site.database.read() as live:
            visitor = visitor_of(request, site, live)
            check_address(request)
            policy.require(visitor.actor, self.action)
            then = asked_for(request, visitor.actor, visitor.now, visitor.zone, self.now_only)
            if then is None:
                yield now(visitor, live, self.now_only)
        if then is not None:
            with seen(visitor, then) as visit:
                yield visit
        note_use(visitor)


# The transaction ends before the answer goes out: a slow line must not keep it open.
Reader = Annotated[Visit, Depends(Reading("read.public"), scope="function")]
Auditor = Annotated[Visit, Depends(Reading("audit.read"), scope="function")]
Arrived = Annotated[Visit, Depends(Reading("read.public", DOOR_IS_NOW), scope="function")]
"""Who follows a mailed link, or is about to sign in."""
Own = Annotated[Visit, Depends(Reading("account.own", ACCOUNT_IS_NOW), scope="function")]
"""Who looks after their own account."""


def recorders(recorded: Iterable[Recorded]) -> dict[int, tuple[str | None, datetime | None]]:
    """Who recorded each event and when, by log position, for `names_then`."""
    return {each.position: (each.actor_id, each.recorded_at) for each in recorded}


def chosen(value: str | None, among: Collection[str] | None = None) -> str | None:
    """A filter from the address: None if it is empty, or none of those that there are."""
    text = (value or "").strip()
    return text if text and (among is None or text in among) else None


def visitor_of(request: Request, site: Site, live: Connection) -> Visitor:
    """Who sends this request; a problem page knows them too."""
    visitor = _who(request, site, live)
    request.state.visitor = visitor
    return visitor


def _who(request: Request, site: Site, live: Connection) -> Visitor:
    now = site.clock()
    token = session_token(request)
    session = sessions.find(live, token, now) if token else None
    public = Visitor(request, site, PUBLIC, "UTC", now, now.date(), demonstration=False, session=None)
    if session is None:
        return public
    try:
        person = queries.person(live, session.person_id)
        today = local_date(now, person.time_zone)
        actor = queries.actor(live, person.person_id, today, strong=session.strong)
    except NotFound:  # the account was erased or disabled while its session was open
        return public
    return Visitor(request, site, actor, person.time_zone, now, today, person.demonstration, session)


def now(visitor: Visitor, live: Connection, now_only: str = "") -> Visit:
    """The visit now."""
    seeing(live, visitor.actor)
    return Visit(**visitor_fields(visitor), conn=live, live=live, position=head(live), now_only=now_only)


@contextmanager
def seen(visitor: Visitor, then: Asked) -> Iterator[Visit]:
    """The visit at the moment that was asked for."""
    database = visitor.site.database
    with opened(database, then) as (position, conn), database.read() as live:
        seeing_then(conn, live, visitor.actor)
        fields = visitor_fields(visitor) | {"today": then.day}
        yield Visit(**fields, conn=conn, live=live, position=position, asked=then)


def note_use(visitor: Visitor) -> None:
    """Remembers that their session is in use."""
    session = visitor.session
    if session is not None and sessions.needs_a_touch(session, visitor.now):
        visitor.site.database.run(lambda tx: sessions.touch(tx, session, visitor.now))


def visitor_fields(visitor: Visitor) -> dict[str, Any]:
    """The fields that every kind of visit has."""
    return {name: getattr(visitor, name) for name in Visitor.__dataclass_fields__}
