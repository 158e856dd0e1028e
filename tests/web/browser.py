"""A browser without a screen: opens pages, reads their forms and sends them as a person would."""

import re
import warnings
from html.parser import HTMLParser
from pathlib import Path

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx that is not in its own dependencies yet.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from httpx import Response

from tracker.app import create_app
from tracker.identity import links
from tracker.kit.clock import Clock, utc_now
from tracker.kit.db import Database
from tracker.kit.settings import Settings

HOME = "http://127.0.0.1:8018"


def without_reference(text: str) -> str:
    """A page or a problem without what is made anew for each, so that two can be told to be alike."""
    return re.sub(r'((?:reference: <span class="code">)|(?:"reference":"))[0-9a-f]{12}', r"\1", text)


class Page(HTMLParser):
    """An answer as its reader gets it: text, links, ids, and each form's address and fields."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer, self.status, self.html = answer, answer.status_code, answer.text
        self.text = ""
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._area: str | None = None
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what a test may ask for."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        if tag == "input" and self.forms and "name" in given:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self.forms[-1][1][given["name"]] = given.get("value", "")
        if tag == "textarea":
            self._area = given["name"]
            self.forms[-1][1][self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        """A text area ends."""
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        """Text of the page or of a text area."""
        self.text += data
        if self._area:
            self.forms[-1][1][self._area] += data.removeprefix("\n")

    def form(self) -> tuple[str, dict[str, str]]:
        """The form that a person came to fill in: the one with a command id, or the last that is sent by POST."""
        return next(form for form in self.forms if "command_id" in form[1])

    def count(self, tag: str) -> int:
        """How many elements of this kind there are."""
        return sum(name == tag for name, _ in self.tags)


class Browser:
    """One person's browser on a tracker; `sign_in` makes it that person's."""

    def __init__(
        self, db: Database, folder: Path, clock: Clock = utc_now, peer: str = "192.0.2.200", **settings: str
    ) -> None:
        self.db, self.clock = db, clock
        self.app = create_app(Settings(data_dir=folder, secret_key="k" * 40, **settings), db, clock)
        self.client = TestClient(
            self.app,
            base_url=settings.get("base_url", HOME),
            raise_server_exceptions=False,
            follow_redirects=True,
            client=(peer, 50_000),
        )

    def sign_in(self, person_id: str) -> "Browser":
        """As if they had opened a link."""
        now = self.clock()
        with self.db.write() as tx:
            session = links.redeem(tx, links.issue(tx, person_id, now, strong=True), now)
        self.client.cookies.set("tracker-session", session)
        return self

    def open(self, path: str, **headers: str) -> Page:
        """A page."""
        return Page(self.client.get(path, headers=headers))

    def send(self, page: Page, **typed: str) -> Page:
        """The page's form with what was typed into it; the page that follows."""
        action, fields = page.form()
        return self.post(action, fields | typed)

    def attach(self, page: Page, *files: tuple[str, bytes], **typed: str) -> Page:
        """The page's form with files."""
        action, fields = page.form()
        brought = [("files", (name, content)) for name, content in files]
        return Page(self.client.post(action, data=fields | typed, files=brought))

    def post(self, path: str, fields: dict[str, str] | bytes) -> Page:
        """A form that may come from anywhere."""
        if isinstance(fields, bytes):
            form = {"content-type": "application/x-www-form-urlencoded"}
            return Page(self.client.post(path, content=fields, headers=form))
        return Page(self.client.post(path, data=fields))
