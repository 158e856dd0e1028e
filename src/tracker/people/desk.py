"""Where a person sits who types a command: the database, who asks, when, under which command id, as known when."""

import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection, select

from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import Context, Receipt, head, position_at
from tracker.eventstore.tables import events
from tracker.identity.came import from_console
from tracker.identity.tokens import needs_a_touch, touch
from tracker.kit import bell
from tracker.kit.clock import at_midnight, local_date, utc_now
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, NotAllowed, NotFound, Unproven
from tracker.kit.ids import new_id
from tracker.kit.running import running
from tracker.kit.settings import Settings, settings
from tracker.migrate import check_version
from tracker.people import queries, tokens
from tracker.people.policy import OPERATOR, Actor, require
from tracker.people.sight import seeing, seeing_then
from tracker.people.written import Written, written
from tracker.terminal.answer import Answer, said, show
from tracker.terminal.parameters import Instant
from tracker.terminal.root import nearest

A_DAY = timedelta(days=1)
"""A day stands for its end, and begins in the east while it is yesterday in UTC."""
KNOWN_HELP = "Answer as the tracker knew it then (a day: at its end, UTC)."
VALID_HELP = "Answer as it was then, by what the tracker knew (now, or at --as-of)."
COMMAND_HELP = "Idempotency key: the same key again gives the same answer and writes nothing."


@dataclass(frozen=True)
class Desk:
    """One command's place. The owner of the setting's token asks, where there is one; else who is named with `--as`
    (`asker`, an address); else the operator of the server."""

    db: Database
    settings: Settings
    now: datetime
    asker: str | None = None
    command_id: str = dataclasses.field(default_factory=new_id)
    known_at: datetime | None = None
    valid_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raises `BadInput` for a future of which nothing is known, and for what was so after it was known."""
        for field, at in (("as_of", self.known_at), ("valid", self.valid_at)):
            if at is not None and at > self.now + A_DAY:
                raise BadInput(
                    f"{at.date()} is still to come; name today ({self.now.date()}) or an earlier day.",
                    field=field,
                )
        if self.known_at is not None and self.valid_at is not None and self.valid_at > self.known_at:
            raise BadInput(
                f"{said(self.valid_at)} lies after {said(self.known_at)}, when nobody could know of it; --valid must be "
                "the earlier of the two.",
                field="valid",
            )

    def actor(self, live: Connection) -> Actor:
        """Who asks; raises `NotFound` when nobody has the address, `Unproven` for a token that opens nothing."""
        if self.bearer is not None:
            return self.bearer(live).actor
        if self.asker is None:
            return OPERATOR
        person = person_at(live, self.asker)
        return queries.actor(live, person.person_id, local_date(self.now, person.time_zone))

    @property
    def today(self) -> date:
        """The day of the answer: that of `--valid` or of `--as-of`, else today."""
        return (self.valid_at or self.known_at or self.now).astimezone(UTC).date()

    @property
    def in_the_past(self) -> bool:
        """Whether another moment than now was asked for."""
        return self.known_at is not None or self.valid_at is not None

    @property
    def then(self) -> str:
        """Of which day an answer about the past speaks, as a sentence to put after another."""
        if self.valid_at is not None:
            return f" So it was at the end of {self.today}."
        return f" So the tracker knew it at the end of {self.today}." if self.known_at else ""

    def not_yet(self, code: str) -> str:
        """What is said of something of which nothing was known, or which was not so yet."""
        if self.valid_at is not None:
            return f"There was no {code} yet on {self.today}; `tracker history {code}` says since when."
        return (
            f"The tracker did not know {code} yet on {self.today}; `tracker history {code}` says since when."
        )

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Connection, Actor]]:
        """The read tables (with `--as-of` and `--valid` as they were then), the live database, and who asks."""
        with self.db.read() as live:
            actor = self.actor(live)
            seeing(live, actor)
            if not self.in_the_past:
                yield live, live, actor
                return
            require(actor, "audit.read")
            with as_known_at(live, self.position(live), self.valid_at) as scratch:
                seeing_then(scratch, live, actor)
                yield scratch, live, actor

    def position(self, live: Connection) -> int:
        """The log position up to which the answer knows."""
        return head(live) if self.known_at is None else position_at(live, self.known_at)

    def write(
        self, work: Callable[[Connection, Actor, Context], Receipt], *, since: date | None = None
    ) -> Answer:
        """Runs a command of a service, once more as a whole when writers met. `since`: the day from which it is so."""

        def run(tx: Connection) -> Written:
            actor = self.actor(tx)
            return written(tx, work(tx, actor, self.context(actor, since)), self.command_id)

        return recorded(self.db.run(run))

    def ring(self) -> None:
        """Calls a worker for the letters that were put, after the commit."""
        at_work = running(self.settings.data_dir)
        bell.ring(self.settings.broker_url or (at_work.broker_url if at_work else ""))

    def context(self, actor: Actor, since: date | None = None) -> Context:
        """Who writes, and since when it is so: since a day, else from now on."""
        return Context(
            actor_id=actor.person_id,
            effective_at=self.now if since is None else at_midnight(since),
            command_id=self.command_id,
            # The operator lent a hand: the log must not say that the person was here.
            metadata={"door": "cli"} | ({"on_behalf": True} if self.asker is not None else {}),
        )

    @property
    def bearer(self) -> Callable[[Connection], tokens.Bearer] | None:
        """Whoever holds the setting's token, held against everything anew at each call; None without a token."""
        secret = self.settings.token.get_secret_value()
        return (lambda live: tokens.bearer(live, secret, self.now)) if secret else None


def person_at(conn: Connection, email: str) -> queries.Person:
    """The person with this address; raises `NotFound`."""
    found = queries.person_by_email(conn, email)
    if found is None:
        raise NotFound(
            f"Nobody has the address {email}; `tracker person invite` opens an account.", field="email"
        )
    return found


def id_of(conn: Connection, email: str) -> str:
    """The id of the person with this address; raises `NotFound`."""
    return person_at(conn, email).person_id


def recorded(done: Written) -> Answer:
    """What a writing command answers."""
    known = " (this command id was known; nothing was written again)" if done.repeated else ""
    lines = [
        f"Recorded {each.type} at position {each.position}: event {each.event_id}{known}"
        for each in done.events
    ]
    return Answer(done, lambda: lines or [f"Nothing was recorded: it is so already{known}."])


def reading(function: Callable[..., Answer]) -> Callable[..., None]:
    """A command that reads: adds `--json`, `--as`, `--as-of` and `--valid`."""
    return click.option("--valid", "valid_at", type=Instant(), help=VALID_HELP)(knowing(function))


def knowing(function: Callable[..., Answer]) -> Callable[..., None]:
    """A command that reads the log itself: adds `--json`, `--as` and `--as-of`."""
    return click.option("--as-of", "known_at", type=Instant(), help=KNOWN_HELP)(asking(function))


def writing(function: Callable[..., Answer]) -> Callable[..., None]:
    """A command that writes: adds `--json`, `--as` and `--command-id`."""
    return click.option("--command-id", metavar="KEY", help=COMMAND_HELP)(asking(function))


def asking(function: Callable[..., Answer]) -> Callable[..., None]:
    """Any command: adds `--json` and `--as`, opens the desk, prints the answer."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON; its keys stay the same.")
    @click.option(
        "--as", "asker", metavar="EMAIL", help="Act as this person; else as the operator of the server."
    )
    @functools.wraps(function)
    def run(
        *,
        as_json: bool,
        asker: str | None,
        command_id: str | None = None,
        known_at: datetime | None = None,
        valid_at: datetime | None = None,
        **given: Any,
    ) -> None:
        with desk(asker, command_id, known_at, valid_at) as own:
            try:
                answer = function(own, **given)
            except NotFound as error:
                raise NotFound(_missing(own, given, error), field=error.field) from None
        show(answer, as_json=as_json)
        if answer.exit_code:
            click.get_current_context().exit(answer.exit_code)

    return run


@contextmanager
def desk(
    asker: str | None = None,
    command_id: str | None = None,
    known_at: datetime | None = None,
    valid_at: datetime | None = None,
) -> Iterator[Desk]:
    """A desk at the database of the settings, which must be that of this release; raises `SetupError`."""
    chosen, now = settings(), utc_now()
    db = Database(chosen.database, pooled=False)
    try:
        check_version(db)
        own = Desk(db, chosen, now, asker, new_id() if command_id is None else command_id, known_at, valid_at)
        _check_token(own)
        yield own
    finally:
        db.dispose()


def _check_token(own: Desk) -> None:
    """Raises `Unproven` for a token that opens nothing, and lets the security log know."""
    if own.bearer is None:
        return
    if own.asker is not None:
        raise NotAllowed("A token acts for its owner: leave --as out, or take TRACKER_TOKEN away.")
    try:
        with own.db.read() as live:
            token = own.bearer(live).token
    except Unproven as refused:
        came, why = from_console(own.now), refused
        own.db.run(lambda tx: tokens.turn_away(tx, why, came))
        raise
    if needs_a_touch(token, own.now):
        own.db.run(lambda tx: touch(tx, token, own.now))


def _missing(own: Desk, given: Mapping[str, Any], error: NotFound) -> str:
    """The refusal, with known codes that look like the one that was given and, as it says, not found; of a code that
    came later than `--as-of`, that it did. A refusal that names the kind of thing suggests things of that kind."""
    if own.in_the_past and str(own.today) in error.message:  # it speaks of that day already
        return error.message
    with own.db.read() as connection:
        streams = connection.execute(select(events.c.stream_id).where(events.c.stream_version == 1)).scalars()
        known = {code: kind for kind, _, code in (each.partition("-") for each in streams)}
    listed = [value if isinstance(value, list | tuple) else [value] for value in given.values()]
    said = re.split(r"[\s;.]+", error.message)
    asked = [word for words in listed for word in words if isinstance(word, str) and word in said]
    if own.in_the_past and (later := [word for word in asked if word in known]):
        return own.not_yet(later[0])
    kinds = {error.field} & {*known.values()} or {*known.values()} - {"person", "token"}
    alike = sorted(code for code, kind in known.items() if kind in kinds)
    found = [near for word in asked if word not in known for near in nearest(word, alike)]
    if found:
        return f"{error.message} Did you mean {' or '.join(dict.fromkeys(found))}?"
    return error.message + own.then
