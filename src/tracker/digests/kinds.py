"""The kinds of digest: who gets one when, what it says, and how whoever gets it ends it. A feature above adds its own by
`KINDS[name] = Kind(…)`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.digests.compose import Composed
from tracker.kit.errors import BadInput
from tracker.kit.settings import Settings


class Due(NamedTuple):
    """A digest that is to be; `period` is the day of it."""

    recipient: str
    kind: str
    period: date
    due_at: datetime


@dataclass(frozen=True)
class Kind:
    """`list_name`: the first part of its List-Id. `due`: who is to get one by a moment. `address`: where it goes, None if
    they get none any more. `compose`: what it says, None if there is nothing to say. `unsubscribe`: the address that ends
    it by one press, empty if there is none."""

    list_name: str
    due: Callable[[Connection, datetime], Iterable[Due]]
    address: Callable[[Connection, str, datetime], str | None]
    compose: Callable[[Connection, str, datetime, Settings], Composed | None]
    unsubscribe: Callable[[str, Settings], str] = lambda recipient, given: ""


KINDS: dict[str, Kind] = {}


def kind_of(name: str) -> Kind:
    """Raises `BadInput` for a kind that this program does not know."""
    if name not in KINDS:
        raise BadInput(f"This program knows no digests of the kind {name}; a newer one may.")
    return KINDS[name]
