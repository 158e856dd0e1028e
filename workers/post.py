"""Delivers some digests over one conversation with the mail server."""

from collections.abc import Sequence
from time import monotonic

from tracker.digests.service import deliver
from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.mail import Transport

AT_ONCE = 20
# The last mail that is begun may take as long as the task's limit less this; so none is cut off in the middle.
BEGIN_WITHIN_SECONDS = 25.0


def post(db: Database, digest_ids: Sequence[str], clock: Clock, transport: Transport) -> dict[str, str]:
    """The state of each digest that was tried; the sweep finds those for which there was no time."""
    states: dict[str, str] = {}
    until = monotonic() + BEGIN_WITHIN_SECONDS
    try:
        for digest_id in digest_ids:
            if monotonic() > until:
                break
            states[digest_id] = deliver(db, digest_id, clock, transport)
    finally:
        transport.close()
    return states


def chunks(ids: Sequence[str]) -> Sequence[Sequence[str]]:
    """`AT_ONCE` ids a message."""
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
