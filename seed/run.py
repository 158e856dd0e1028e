"""One loading: issues commands as the tracker's own service, counts, and says where in the files a refusal belongs."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from seed.loaded import DOOR, KEPT
from seed.shapes import Entry
from seed.yamlfile import Mistake
from tracker.eventstore.store import Context, Receipt
from tracker.kit.errors import BadInput, NotFound, RuleBroken
from tracker.people.policy import SERVICE

REASON = "The seed files were changed."


def merged(names: Iterable[str], before: Any, wanted: Any, now: Any) -> dict[str, Any]:
    """The fields to write: those that the files changed since they were loaded (`before`), and of the others what stands
    in the tracker `now`, which people may have changed."""
    asked = {name: (getattr(before, name), getattr(wanted, name)) for name in names}
    return {name: getattr(now, name) if old == new else new for name, (old, new) in asked.items()}


def _kept(command: Any, said: Any) -> dict[str, Any]:
    names = [name for name in command.__struct_fields__ if name != "reason" and hasattr(said, name)]
    return {name: getattr(said, name) for name in names if getattr(said, name) != getattr(command, name)}


Progress = Callable[[int, int], None]


class Report(msgspec.Struct, frozen=True):
    """What a loading did: entries read in the files, events written, entries revised, entries that needed nothing.
    What is neither revised nor unchanged is new."""

    read: int
    events: int
    revised: int
    unchanged: int


class Run:
    """`tx` is the tracker as it stands; `before` holds what the seed itself wrote so far (see `seed.loaded`)."""

    def __init__(
        self, tx: Connection, before: Connection, now: datetime, total: int, progress: Progress | None
    ) -> None:
        self.tx, self.before, self.now = tx, before, now
        self.total, self.progress = total, progress
        self.read = self.events = self.revised = self.unchanged = 0
        self.mistakes: list[Mistake] = []
        self.bodies: set[str] = set()  # those whose files are loaded now
        self.partners: set[str] = set()  # of every body so far: a partner of two is registered once

    @contextmanager
    def entry(self, known: object | None) -> Iterator[None]:
        """Counts one entry of the files; `known` is what the seed wrote of it before."""
        events = self.events
        yield
        self.read += 1
        if self.events == events:
            self.unchanged += 1
        elif known is not None:
            self.revised += 1
        if self.progress is not None:
            self.progress(self.read, self.total)

    def do(
        self,
        handle: Callable[..., Receipt],
        code: str,
        command: Any,
        at: datetime,
        file: str,
        entry: Entry,
        field: str = "",
        said: Any = None,
    ) -> None:
        """One command, effective `at`; raises `BadInput` with the place for what a rule refuses: the line of the field
        that the rule names, else of `field`. `said`: what the file says, where the command keeps some of what people
        wrote; it is noted with the event, so that the next loading compares with it."""
        metadata: dict[str, Any] = {"door": DOOR}
        if kept := _kept(command, said):
            metadata[KEPT] = msgspec.to_builtins(kept)
        context = Context(actor_id=SERVICE.person_id, effective_at=at, metadata=metadata)
        try:
            receipt = handle(self.tx, SERVICE, code, command, context)
        except (BadInput, NotFound, RuleBroken) as refused:
            line = entry.line(refused.field) if refused.field in entry.at else entry.line(field)
            raise refusal([*self.mistakes, Mistake(file, line, refused.message)]) from refused
        self.events += len(receipt.events)

    def fixed(self, file: str, line: int, code: str, what: str, before: object, after: object) -> None:
        """Notes a mistake if a file changes what no file may change."""
        if before != after:
            reason = (
                f"the {what} of {code} was loaded as “{before}” and cannot be changed by a file to “{after}”."
            )
            self.mistakes.append(Mistake(file, line, reason))

    def kept(self, file: str, what: str, before: Collection[str], after: Collection[str]) -> None:
        """Notes a mistake for each code that was loaded and is no longer in the files."""
        for code in sorted(set(before) - set(after)):
            reason = f"the {what} {code} was loaded before and is missing now; codes are permanent, so put it back."
            self.mistakes.append(Mistake(file, 1, reason))

    def report(self) -> Report:
        """The counts; raises `BadInput` if there were mistakes."""
        if self.mistakes:
            raise refusal(self.mistakes)
        return Report(self.read, self.events, self.revised, self.unchanged)


def refusal(mistakes: list[Mistake]) -> BadInput:
    """The error that lists every mistake, a line each."""
    number = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    listed = "\n".join(map(str, sorted(set(mistakes))))
    return BadInput(f"Nothing was loaded: the seed files hold {number}.\n{listed}")
