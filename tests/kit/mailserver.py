"""A real SMTP server for tests, which answers as it is told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

DROP = "drop the line"
SILENCE = "say nothing"


class Answers:
    """What the server says to MAIL, RCPT and the end of DATA; `received` are the messages that it took."""

    def __init__(self) -> None:
        self.mail = self.rcpt = self.data = "250 OK"
        self.by_recipient: dict[str, str] = {}
        self.received: list[bytes] = []
        self.seen: list[bytes] = []
        self.conversations = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._say(server, self.mail)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._say(server, self.by_recipient.get(address, self.rcpt))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.seen.append(content)
        if self.data.startswith("250"):
            self.received.append(content)
        return await self._say(server, self.data)

    async def _say(self, server: SMTP, answer: str) -> str:
        if answer == DROP:
            assert server.transport is not None
            server.transport.abort()
            return "250 nobody hears this"
        if answer == SILENCE:
            await asyncio.Event().wait()
        return answer


class AnyPort(Controller):  # type: ignore[misc]
    """A controller that learns which port it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(answers: Answers | None = None) -> Iterator[tuple[str, Answers]]:
    """The server's URL and its answers, which may be changed while it runs."""
    answers = answers or Answers()
    controller = AnyPort(answers, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", answers
    finally:
        controller.stop()
