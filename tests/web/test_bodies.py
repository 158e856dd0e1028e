"""Bodies that never end, and senders that go away: nobody holds a connection for ever, nor fills the log with faults."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from tests.web.browser import Browser
from tests.web.conftest import World
from tests.web.hostile import AT
from tracker.web import guard

FORM = b"application/x-www-form-urlencoded"
FILES = b"multipart/form-data; boundary=b"


class Line:
    """A connection on which only these pieces come; then the sender is gone, or silent."""

    def __init__(self, *pieces: bytes, gone: bool) -> None:
        self.pieces, self.gone = list(pieces), gone
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        """The next piece."""
        if self.pieces:
            return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}
        if self.gone:
            return {"type": "http.disconnect"}
        return await asyncio.Future()

    async def send(self, message: Message) -> None:
        """What is answered."""
        self.sent.append(message)

    def post(self, app: Any, path: str, kind: bytes) -> int | None:
        """The status of the answer; None without any."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8018"), (b"content-type", kind)],
            "client": ("192.0.2.1", 50_000),
            "server": ("127.0.0.1", 8018),
        }
        asyncio.run(app(scope, self.receive, self.send))
        return next((each["status"] for each in self.sent if "status" in each), None)


@pytest.fixture
def app(world: World, tmp_path: Path) -> Any:
    return Browser(world.db, tmp_path).app


@pytest.mark.parametrize(("path", "kind"), [("/sign-in", FORM), (f"{AT}/report", FILES), ("/api/v1/x", FORM)])
def test_a_sender_who_goes_away_is_no_fault_of_ours(
    app: Any, path: str, kind: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert Line(b"--b\r\nContent-", gone=True).post(app, path, kind) is None
    assert caplog.text == ""


def test_a_body_that_does_not_come_is_not_waited_for(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.01)
    line = Line(b"email=", gone=False)
    assert line.post(app, "/sign-in", FORM) == 408
    (headers,) = [each["headers"] for each in line.sent if "headers" in each]
    assert (b"connection", b"close") in headers
    said = b"".join(each.get("body", b"") for each in line.sent).decode()
    assert re.search("did not arrive within a minute", said)


def test_files_that_do_not_come_are_not_waited_for(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS_WITH_FILES", 0.5)
    assert Line(b"--b\r\nContent-", gone=False).post(app, f"{AT}/report", FILES) == 422
