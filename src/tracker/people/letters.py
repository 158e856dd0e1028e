"""Mail to one person: a link to sign in, an invitation, a warning. No secret lies in wait: the transaction writes down
who is to be written to about what; the worker that sends it makes the link, and only the link's hash is kept.

A feature adds a letter by a composer:

    @letter("factor_added")
    def _factor_added(writing: Writing) -> Words | None: ...

and asks for it with `put(tx, "factor_added", now, person_id=…, facts={"what": "passkey"})`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from tracker.eventstore import work
from tracker.identity import links
from tracker.kit.errors import BadInput, NotFound
from tracker.kit.ids import new_id
from tracker.kit.mail import Letter, domain_of
from tracker.kit.running import address_of
from tracker.kit.settings import Settings
from tracker.people import queries
from tracker.people.queries import Person
from tracker.people.tables import letters
from tracker.web import mails

WORK = "letter"
"""The kind of due work; its key is the letter's id."""
KEPT = timedelta(days=30)
"""How long a letter that could not be sent is kept."""


@dataclass(frozen=True)
class Button:
    """What the reader is asked to press: words and an address."""

    label: str
    address: str


@dataclass(frozen=True)
class Words:
    """What a letter says: paragraphs, a button, and what to know beside it. `name`: whether it greets by name."""

    subject: str
    paragraphs: Sequence[str]
    button: Button | None = None
    notes: Sequence[str] = ()
    name: bool = True


@dataclass(frozen=True)
class Writing:
    """A letter on its way to be written. `person` is None where nobody has an account with the `email`."""

    tx: Connection
    now: datetime
    settings: Settings
    person: Person | None
    email: str
    facts: Mapping[str, Any]
    asked_at: datetime

    def button(self, label: str, path: str, purpose: str, *, about: str = "", next_path: str = "") -> Button:
        """A button with a fresh single-use link of this purpose: its token is put behind the path."""
        if self.person is None:
            raise BadInput("A link is for a person, and nobody has an account with this address.")
        token = links.issue(
            self.tx, self.person.person_id, self.now, purpose=purpose, about=about, next_path=next_path
        )
        return Button(label, f"{address_of(self.settings)}{path}/{token}")


Composer = Callable[[Writing], Words | None]
_composers: dict[str, Composer] = {}


def letter(purpose: str) -> Callable[[Composer], Composer]:
    """Registers who writes the letters of a purpose; None from the composer: there is nothing to send (any more)."""

    def register(composer: Composer) -> Composer:
        if purpose in _composers:
            raise BadInput(f"Two composers write letters about {purpose}.")
        _composers[purpose] = composer
        return composer

    return register


def put(
    tx: Connection,
    purpose: str,
    now: datetime,
    *,
    person_id: str | None = None,
    email: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Lets a letter be sent: to the person's address, or to `email`.

    `bell.ring` after the commit lets it leave at once; without, a sweep finds it within half a minute.
    """
    letter_id = new_id()
    row = {
        "id": letter_id,
        "purpose": purpose,
        "person_id": person_id,
        "email": email,
        "facts": dict(facts or {}),
        "asked_at": now,
    }
    tx.execute(insert(letters).values(row))
    work.put_due(tx, WORK, [letter_id], now)


def written(tx: Connection, letter_id: str, now: datetime, given: Settings) -> Letter | None:
    """The letter, with links made for it; None if there is nothing to send. Raises `BadInput` for a purpose that this
    program does not know."""
    row = tx.execute(select(letters).where(letters.c.id == letter_id)).one_or_none()
    if row is None:
        return None
    composer = _composers.get(row.purpose)
    if composer is None:
        raise BadInput(f"This program knows no letters about {row.purpose}; a newer one may.")
    person = _person(tx, row.person_id, row.email)
    email = row.email or (person.email if person else "")
    words = composer(Writing(tx, now, given, person, email, row.facts, row.asked_at))
    if words is None or not email:
        return None
    mail = mails.render(
        "letter",
        words=words,
        name=person.name if person and words.name else "",
        demonstration=bool(person and person.demonstration),
        address=address_of(given),
    )
    return Letter(
        # Another try is another letter: its link is not that of the first.
        message_id=f"<letter-{new_id()}@{domain_of(given.mail_from)}>",
        date=now,
        sender=given.mail_from,
        to=email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
    )


def remove(tx: Connection, letter_id: str) -> None:
    """Forgets a letter, with the address in it, once it was sent."""
    tx.execute(delete(letters).where(letters.c.id == letter_id))


def sweep(tx: Connection, now: datetime) -> int:
    """Forgets letters that could not be sent for long; how many."""
    return tx.execute(delete(letters).where(letters.c.asked_at < now - KEPT)).rowcount


def _person(tx: Connection, person_id: str | None, email: str | None) -> Person | None:
    if person_id is None:
        return queries.person_by_email(tx, email or "")
    try:
        return queries.person(tx, person_id)
    except NotFound:  # erased since
        return None
