"""One loading: issues commands as the tracker's own service, counts, and says where in the files a refusal belongs."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from seed.loaded import DOOR
from seed.yamlfile import Mistake
from tracker.eventstore.store import Context, Receipt
from tracker.kit.errors import BadInput, NotFound, RuleBroken
from tracker.people.policy import SERVICE

REASON = "The seed files were changed."

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
        self, handle: Callable[..., Receipt], code: str, command: Any, at: datetime, file: str, line: int
    ) -> None:
        """One command, effective `at`; raises `BadInput` with the place for what a rule refuses."""
        context = Context(actor_id=SERVICE.person_id, effective_at=at, metadata={"door": DOOR})
        try:
            receipt = handle(self.tx, SERVICE, code, command, context)
        except (BadInput, NotFound, RuleBroken) as refused:
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
