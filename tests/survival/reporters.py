"""Focal points at their browsers: they sign in by a link, report progress by the page's form, and press the button
again, with the same command id, for as long as nobody answers."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import NamedTuple

import httpx
from sqlalchemy import func, select

from tests.web.browser import Page
from tracker.eventstore.tables import events
from tracker.identity import links
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.errors import Unavailable

SIGN_IN_AFTER = 5
BREATH = THINKING = 0.05
PATIENCE = 120.0
STATUSES = ("under_implementation", "partially_implemented")


class Desk(NamedTuple):
    """A focal point and what they report on."""

    person_id: str
    partner: str
    codes: Sequence[str]


class Reporter(threading.Thread):
    """One focal point, who reports until told to stop; `acknowledged` says at which position each command stands."""

    def __init__(self, address: str, db: Database, desk: Desk) -> None:
        super().__init__(daemon=True)
        self.db, self.desk = db, desk
        self.client = httpx.Client(base_url=address, timeout=30, trust_env=False)
        self.acknowledged: dict[str, int] = {}
        self.links = self.sign_ins = self.unanswered = 0
        self.posting = threading.Event()
        self.stopping = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Reports, and keeps what went wrong for the test."""
        try:
            for number in count():
                if self.stopping.wait(THINKING):
                    return
                if number % SIGN_IN_AFTER == 0:
                    self._sign_in()
                self._report(number)
        except BaseException as error:
            self.error = error
        finally:
            self.client.close()

    def _sign_in(self) -> None:
        while True:
            self.client.cookies.clear()
            link = f"/sign-in/{self._link()}"
            self.links += 1
            _, fields = next(form for form in Page(self._ask("GET", link)).forms if form[0] == link)
            answer = self._ask("POST", link, fields)
            if answer.status_code == 303:
                self.sign_ins += 1
                return
            # Who was not answered may have spent the link: then they ask for another one.
            assert answer.status_code == 410, answer.text

    def _link(self) -> str:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.db.run(lambda tx: links.issue(tx, self.desk.person_id, utc_now()))
            except Unavailable:  # all others wrote for so long that this one never came in: it tries again
                assert time.monotonic() < until, f"the database was held for {PATIENCE:.0f} s"

    def _report(self, number: int) -> None:
        code = self.desk.codes[number % len(self.desk.codes)]
        address = f"/follow-ups/{code}/{self.desk.partner}/report"
        page = self._ask("GET", address)
        assert page.status_code == 200, page.text
        _, fields = Page(page).form()
        said = {"status": STATUSES[number % len(STATUSES)], "narrative": f"Report {number}."}
        self.posting.set()
        answer = self._ask("POST", address, fields | said)
        self.posting.clear()
        assert answer.status_code == 303, answer.text
        position = int(answer.headers["location"].rpartition("/receipt/")[2])
        self.acknowledged[f"{self.desk.person_id}:{fields['command_id']}"] = position

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(httpx.TransportError):
                answer = self.client.request(method, path, data=fields)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:  # which asks to try again
                    return answer
            self.unanswered += 1
            assert time.monotonic() < until, f"nobody answered for {PATIENCE:.0f} s"
            time.sleep(BREATH)


class Reporters:
    """All of them."""

    def __init__(self, address: str, db: Database, desks: Sequence[Desk]) -> None:
        self.db = db
        self.each = [Reporter(address, db, desk) for desk in desks]

    @contextmanager
    def at_work(self) -> Iterator["Reporters"]:
        """Within, they report; at the end each finishes what was begun. Raises what went wrong with any of them."""
        for reporter in self.each:
            reporter.start()
        try:
            yield self
        finally:
            self.stop()
        self.check()

    def stop(self) -> None:
        """Each finishes what was begun, and goes."""
        for reporter in self.each:
            reporter.stopping.set()
        for reporter in self.each:
            reporter.join(PATIENCE)

    def check(self) -> None:
        """Raises what went wrong with any of them."""
        for reporter in self.each:
            if reporter.error is not None:
                raise reporter.error
            assert reporter.is_alive() != reporter.stopping.is_set(), "a reporter does not come to an end"

    def done(self) -> int:
        """How many reports were acknowledged so far."""
        self.check()
        return sum(len(reporter.acknowledged) for reporter in self.each)

    def posting(self) -> bool:
        """Whether a report is on its way at this moment."""
        return any(reporter.posting.is_set() for reporter in self.each)

    def unanswered(self) -> int:
        """How often a request got no answer."""
        return sum(reporter.unanswered for reporter in self.each)

    def assert_nothing_lost_or_doubled(self) -> None:
        """Every acknowledged report is in the log where the receipt says, each once, and nothing else of theirs is."""
        acknowledged = {k: v for reporter in self.each for k, v in reporter.acknowledged.items()}
        theirs = events.c.actor_id.in_([reporter.desk.person_id for reporter in self.each])
        with self.db.read() as connection:
            found = connection.execute(select(events.c.command_id, events.c.position).where(theirs)).all()
            commands = select(func.count(), func.count(events.c.command_id.distinct())).where(theirs)
            assert len(set(connection.execute(commands).one())) == 1
        assert {row.command_id: row.position for row in found} == acknowledged
