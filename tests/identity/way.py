"""One browser's way to a provider and back."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from tests.web.browser import HOME, Browser, Page
from tests.web.conftest import Post
from tracker.eventstore.store import load
from tracker.identity import security_log, sessions, tables
from tracker.identity.sessions import Session
from tracker.kit.clock import Clock
from tracker.kit.db import Database

CLIENT_ID = "tracker"


class Way:
    """`authorize` stands for the person at the provider: from the address there to the address back."""

    def __init__(
        self,
        db: Database,
        folder: Path,
        issuer: str,
        secret: str,
        authorize: Callable[[str], str],
        post: Post,
        clock: Clock,
        **given: str,
    ) -> None:
        named = {"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": secret}
        self.browser = Browser(db, folder, clock, oidc_name="the ministry", **named, **given)
        self.db, self.authorize, self.post, self.clock = db, authorize, post, clock

    def there(self, path: str = "/sign-in-oidc") -> str:
        """The provider's address to which the browser is sent."""
        answer = self.browser.client.get(path, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def back(self, path: str = "/sign-in-oidc") -> str:
        """There and back: the address on this site that the browser is about to open."""
        return self.authorize(self.there(path)).removeprefix(HOME)

    def sign_in(self, path: str = "/sign-in-oidc") -> Page:
        """The whole way."""
        return self.browser.open(self.back(path))

    def link_in_mail(self) -> str:
        """The path of the link in the one new mail."""
        ((_, text),) = self.post.deliver(self.clock())
        line = next(line for line in text.splitlines() if "/sign-in-oidc/link/" in line)
        return urlsplit(line.strip()).path

    def press(self, path: str) -> Page:
        """Opens a mailed link and presses its button."""
        action, fields = next(form for form in self.browser.open(path).forms if form[0] == path)
        return self.browser.post(action, fields)

    def link(self) -> Page:
        """Signs in for the first time and confirms by mail."""
        assert self.sign_in().status == 200
        return self.press(self.link_in_mail())

    @property
    def session(self) -> Session | None:
        """The one that this browser has."""
        token = self.browser.client.cookies.get("tracker-session") or ""
        with self.db.read() as conn:
            return sessions.find(conn, token, self.clock())

    def log(self) -> list[str]:
        """The security log, oldest first; what was refused with why."""
        with self.db.read() as conn:
            return [
                str(entry.facts.get("thing", entry.what)) for entry in reversed(security_log.entries(conn))
            ]

    def linked(self) -> list[str]:
        """The subjects that are somebody here."""
        with self.db.read() as conn:
            return list(conn.execute(select(tables.oidc_identities.c.subject)).scalars())

    def history(self, person_id: str) -> list[str]:
        """The types of a person's events."""
        with self.db.read() as conn:
            return [each.event_type for each in load(conn, f"person-{person_id}")]


def at(moment: datetime) -> Clock:
    """A clock that stands."""
    return lambda: moment
