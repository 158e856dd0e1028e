"""Sends a letter between two transactions: the first makes its link, the second forgets the letter."""

from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.errors import Unavailable
from tracker.kit.mail import build
from tracker.kit.mailbox import transport_of
from tracker.kit.settings import settings
from tracker.people import letters

# Within the lease and the time limit of a piece of work. A server that takes the mail later than that gets a second
# one, which is harmless: it holds another single-use link.
ANSWER_SECONDS = 20.0


def send(db: Database, letter_id: str, clock: Clock) -> None:
    """Sends it, if there is something to send; raises `Unavailable` with the mail server's words if it was not taken."""
    given = settings()
    letter = db.run(lambda tx: letters.written(tx, letter_id, clock(), given))
    if letter is None:
        return
    transport = transport_of(given, answer_seconds=ANSWER_SECONDS)
    try:
        outcome = transport.send(build(letter))
    finally:
        transport.close()
    if outcome.state != "sent":
        raise Unavailable(f"The letter was not sent ({outcome.state}): {outcome.answer}")
