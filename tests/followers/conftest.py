"""The small tracked body of the pages, a visitor, and the workers that send letters and digests."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from tests.builders import RECORDED_AT
from tests.digests.world import Hand
from tests.web.browser import HOME, Browser
from tests.web.conftest import Post, World, post, visitor, world
from tracker.digests import queries, service
from tracker.kit.db import Database
from tracker.kit.settings import settings

__all__ = ["post", "visitor", "world"]
ADDRESS = "reader@example.org"
TOMORROW = RECORDED_AT + timedelta(days=1)


class Public:
    """Somebody of the public with a browser and a mailbox."""

    def __init__(self, world: World, browser: Browser, post: Post) -> None:
        self.db: Database = world.db
        self.browser, self.post = browser, post

    def ask(self, thing: str = "recommendations/CMM8-R01", email: str = ADDRESS) -> str:
        """The link in the mail that came, as a path; empty if none came."""
        page = self.browser.open(f"/follow/{thing}")
        answer = self.browser.post(f"/follow/{thing}", page.forms[-1][1] | {"email": email})
        assert answer.status == 200, answer.text
        mails = self.post.deliver()
        if not mails:
            return ""
        assert [to for to, _ in mails] == [email]
        link = next(line for line in mails[0][1].splitlines() if "/following/confirm/" in line)
        return link.partition("8018")[2]

    def follow(self, thing: str = "recommendations/CMM8-R01", email: str = ADDRESS) -> None:
        """Asks and confirms."""
        path = self.ask(thing, email)
        answer = self.browser.post(path, self.browser.open(path).forms[-1][1])
        assert "You follow" in answer.text

    def mails(self, now: datetime = TOMORROW) -> list[EmailMessage]:
        """What the day's digests send."""
        hand = Hand()
        with self.db.write() as tx:
            service.schedule(tx, now)
            due = queries.due_ids(tx, now)
        for each in due:
            service.deliver(self.db, each, lambda: now, hand)
        return [mail for mail in hand.sent if "news" in str(mail["List-Id"])]


@pytest.fixture
def public(world: World, visitor: Browser, post: Post, monkeypatch: pytest.MonkeyPatch) -> Public:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("TRACKER_BASE_URL", HOME)
    settings.cache_clear()
    return Public(world, visitor, post)
