"""One call by a program: who stands behind its token, and what it asks. Every route for programs comes through here.

A session's cookie opens nothing here, so that no page of another site can make a browser call.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Query
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPBearer
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from tracker.eventstore.store import Context
from tracker.identity.came import Came
from tracker.identity.tokens import Token, needs_a_touch, touch
from tracker.kit.errors import BadInput, Unproven
from tracker.people import policy, tokens
from tracker.people.moments import asked_for
from tracker.people.policy import PUBLIC
from tracker.people.visit import Visit, Visitor, now, seen, visitor_fields
from tracker.web.address import check_address
from tracker.web.client import client_of
from tracker.web.site import Site, site_of
from tracker.web.strict import JsonRoute

T = TypeVar("T")
SCHEME = HTTPBearer(auto_error=False, description="A token of yours, as made under Your tokens.")
NEEDS_A_TOKEN = "Please send a token: Authorization: Bearer trk_…"  # noqa: S105
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_VERSION = re.compile(r'"(\d{1,9})"')


@dataclass(frozen=True)
class Caller(Visitor):
    """Whoever calls; nobody has asked the policy yet."""

    token: Token | None


@dataclass(frozen=True)
class Commander(Visitor):
    """A call that changes something. `key`: the caller's idempotency key; `expected_version`: what the caller saw."""

    key: str
    expected_version: int | None

    @property
    def command_id(self) -> str:
        """The key, among those of this person alone."""
        return f"{self.actor.person_id}:{self.key}"

    def context(self, effective_at: datetime | None = None) -> Context:
        """Who asks, and under which command id."""
        metadata: dict[str, Any] = {"door": "api"} | ({"demonstration": True} if self.demonstration else {})
        return Context(
            actor_id=self.actor.person_id,
            effective_at=effective_at or self.now,
            command_id=self.command_id,
            metadata=metadata,
        )

    def run(self, work: Callable[[Connection], T]) -> T:
        """`work` in a write transaction."""
        return self.site.database.run(work)


def caller_of(request: Request, _: Annotated[object, Depends(SCHEME)]) -> Caller:
    """Who calls; raises `Unproven` for a token that opens nothing, and for none where one is needed whoever it may be;
    `TooMany` after many of those."""
    site = site_of(request)
    caller = _caller(request, site)
    if request.method != "GET" and caller.actor == PUBLIC:
        raise Unproven(NEEDS_A_TOKEN, "no token")
    request.state.visitor = caller  # so that a problem knows them too
    check_address(request)
    _check_query(request)
    if caller.token is not None and needs_a_touch(caller.token, caller.now):
        token, now = caller.token, caller.now
        site.database.run(lambda tx: touch(tx, token, now))
    return caller


class CommandRoute(JsonRoute):
    """A route that takes commands: what is wrong with a body only those hear who show a good token."""

    async def prove(self, request: Request) -> None:
        """As the route would, had it come so far."""
        await run_in_threadpool(caller_of, request, None)


@dataclass(frozen=True)
class Calling:
    """A dependency: a reading call of someone who may do `action`."""

    action: str

    def __call__(
        self,
        request: Request,
        caller: Annotated[Caller, Depends(caller_of)],
        as_of: Annotated[
            str, Query(description="A day (its end) or an instant: as known then (needs audit.read).")
        ] = "",
        valid: Annotated[str, Query(description="Likewise: as it was then, by what was known.")] = "",
    ) -> Iterator[Visit]:
        """The visit, for as long as its answer is made."""
        policy.require(caller.actor, self.action)
        then = asked_for(request, caller.actor, caller.now, caller.zone)
        if then is not None:
            with seen(caller, then) as visit:
                yield visit
            return
        with caller.site.database.read() as live:
            yield now(caller, live)


@dataclass(frozen=True)
class Commanding:
    """A dependency: someone who commands by `action`, with a token that is meant for it.

    Where the action belongs to a body or a partner, the service that takes the command asks the policy.
    """

    action: str

    def __call__(
        self,
        caller: Annotated[Caller, Depends(caller_of)],
        idempotency_key: Annotated[
            str, Header(description="Yours, 1 to 100 characters; the same key again writes nothing again.")
        ],
        if_match: Annotated[str | None, Header(description='The ETag that you saw, such as "7".')] = None,
    ) -> Commander:
        """The commander."""
        policy.require_scope(caller.actor, self.action)
        if self.action in policy.OWNED_BY_NOBODY:
            policy.require(caller.actor, self.action)
        if not _KEY.fullmatch(idempotency_key):
            raise BadInput("An Idempotency-Key has 1 to 100 printable characters.", field="Idempotency-Key")
        fields = visitor_fields(caller)
        return Commander(**fields, key=idempotency_key, expected_version=_version(if_match))


AnyCaller = Annotated[Visit, Depends(Calling("read.public"), scope="function")]
AuditCaller = Annotated[Visit, Depends(Calling("audit.read"), scope="function")]


def _caller(request: Request, site: Site) -> Caller:
    now = site.clock()
    given = request.headers.get("authorization")
    if given is None:
        return Caller(request, site, PUBLIC, "UTC", now, now.date(), False, None, None)
    scheme, _, secret = given.partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise Unproven(NEEDS_A_TOKEN, "no token")
        with site.database.read() as live:
            found = tokens.bearer(live, secret.strip(), now)
    except Unproven as refused:
        came, why = Came(client_of(request), request.headers.get("user-agent", ""), now), refused
        wait = site.database.run(lambda tx: tokens.turn_away(tx, why, came))
        raise wait or refused from None
    person = found.person
    return Caller(
        request,
        site,
        found.actor,
        person.time_zone,
        now,
        found.today,
        person.demonstration,
        None,
        found.token,
    )


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise BadInput('If-Match is the ETag that you saw, such as "7".', field="If-Match")
    return int(found[1])


def _check_query(request: Request) -> None:
    """Raises `BadInput` for what the address does not know: a filter with a slip in its name must not show all."""
    known = set(_parameters(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        these = f"it knows {', '.join(sorted(known))}" if known else "it knows none"
        raise BadInput(f"The address has no parameter of this name; {these}.", field=unknown[0][:80])


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (each.alias for each in dependant.query_params)
    for each in dependant.dependencies:
        yield from _parameters(each)
