"""A visit that changes something: who sends what. It holds no transaction, since on SQLite an open reader would keep the
writer waiting.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tracker.eventstore.store import Context
from tracker.identity.came import Came
from tracker.kit import bell
from tracker.kit.errors import BadInput
from tracker.kit.files import MOST_FILE_BYTES
from tracker.people import policy
from tracker.people.moments import refuse_the_past
from tracker.people.visit import Visit, Visitor, note_use, now, visitor_fields, visitor_of
from tracker.web.address import check_address
from tracker.web.client import client_of
from tracker.web.forms import posted, posted_with_files
from tracker.web.multipart import Brought
from tracker.web.site import site_of

T = TypeVar("T")
COMMAND_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class Sender(Visitor):
    """A visit that changes something: `fields` as typed, known to come from this site's own page."""

    fields: Mapping[str, str]
    files: Sequence[Brought] = ()

    def context(self, effective_at: datetime | None = None) -> Context:
        """Who asks, by which command id: the form's own, so that a second press of its button is the same command."""
        metadata: dict[str, Any] = {"door": "web"} | ({"demonstration": True} if self.demonstration else {})
        command_id = self.fields.get("command_id", "")
        if not COMMAND_ID.fullmatch(command_id):
            raise BadInput("This form was not made by its own page; please open the page and send it again.")
        return Context(
            actor_id=self.actor.person_id,
            effective_at=effective_at or self.now,
            command_id=f"{self.actor.person_id}:{command_id}",
            metadata=metadata,
        )

    @property
    def came(self) -> Came:
        """From where they came, for the limits and the security log."""
        return Came(client_of(self.request), self.request.headers.get("user-agent", ""), self.now)

    def run(self, work: Callable[[Connection], T]) -> T:
        """`work` in a write transaction."""
        return self.site.database.run(work)

    def ringing(self, response: Response) -> Response:
        """The same answer; once it is out, a worker is called for the letters that were put."""
        response.background = BackgroundTask(bell.ring, self.site.settings.broker_url)
        return response

    @contextmanager
    def reading(self) -> Iterator[Visit]:
        """The same person as a reader, to be shown what came of it."""
        with self.site.database.read() as live:
            yield now(self, live)


@dataclass(frozen=True)
class SendingForm:
    """A dependency: someone who sends a form by which `action` is asked for.

    Where the action belongs to a body or a partner, the service that takes the command asks the policy; what belongs to
    nobody in particular is asked here.
    """

    action: str

    def __call__(self, request: Request, fields: Annotated[Mapping[str, str], Depends(posted)]) -> Sender:
        """The visit."""
        refuse_the_past(request)
        return _sent(_arrived(request), self.action, fields)


@dataclass(frozen=True)
class SendingFiles(SendingForm):
    """The same with a form that may bring files. Files of somebody who did not sign in are not written anywhere."""

    async def __call__(self, request: Request) -> AsyncIterator[Sender]:  # type: ignore[override]
        """The visit, for as long as the files are there."""
        refuse_the_past(request)
        visitor = await run_in_threadpool(_arrived, request)
        async with posted_with_files(request, MOST_FILE_BYTES if visitor.signed_in else 0) as filled:
            yield await run_in_threadpool(_sent, visitor, self.action, filled.fields, filled.files)


@dataclass(frozen=True)
class Arriving:
    """A dependency: someone on the way to another site or back from it, which is no form of ours. The route itself
    must make sure that this browser asked for what it does; `fields` is the query."""

    action: str

    def __call__(self, request: Request) -> Sender:
        """The visit."""
        return _sent(_arrived(request), self.action, dict(request.query_params))


def _arrived(request: Request) -> Visitor:
    site = site_of(request)
    with site.database.read() as live:
        return visitor_of(request, site, live)


def _sent(visitor: Visitor, action: str, fields: Mapping[str, str], files: Sequence[Brought] = ()) -> Sender:
    """The visit of whoever is known to have come, with what they sent."""
    check_address(visitor.request)
    note_use(visitor)
    if action in policy.OWNED_BY_NOBODY:
        policy.require(visitor.actor, action)
    return Sender(**visitor_fields(visitor), fields=fields, files=files)
