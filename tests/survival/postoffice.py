"""A slow mail server that can be stopped at any step of a conversation, so that a sender can be killed there."""

import asyncio
import re
import threading
from collections import Counter

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.kit.mailserver import Answers

STEPS = ("EHLO", "MAIL", "RCPT", "DATA", "answered")
"""`DATA`: the whole message is here, the answer is not given. `answered`: the sender said what comes after it."""
SLOWLY = 0.02
MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s+(<[^>]+>)")


class PostOffice(Answers):
    """Takes every message, slowly; `halt` stops the next conversation that comes to a step, `go_on` lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = threading.Event()
        self._halted_at: str | None = None

    def halt(self, step: str) -> None:
        """From now on: who comes to this step waits, and `inside` is set."""
        self.inside.clear()
        self._halted_at = step

    def go_on(self) -> None:
        """Everybody goes on."""
        self._halted_at = None

    def delivered(self) -> Counter[str]:
        """How often each message, by its Message-ID, was received whole."""
        found = [MESSAGE_ID.search(content) for content in self.received]
        return Counter(match[1].decode() for match in found if match)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        answer = await super().handle_EHLO(server, session, envelope, hostname, responses)
        await self._pause("EHLO")
        return answer

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, arg: str) -> str:
        # A sender with several messages asks so between two of them.
        await self._pause("answered")
        return "250 OK"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._pause("MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._pause("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await self._pause("DATA")
        return answer

    async def _pause(self, step: str) -> None:
        await asyncio.sleep(SLOWLY)
        while self._halted_at == step:
            self.inside.set()
            await asyncio.sleep(SLOWLY)
