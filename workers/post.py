"""Delivers some digests over one conversation with the mail server."""

import logging
from collections.abc import Sequence
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded

from tracker.digests.service import deliver
from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.mail import Transport

log = logging.getLogger(__name__)

AT_ONCE = 20
FAILED = "failed"
# The last mail that is begun may take as long as the task's limit less this; so none is cut off in the middle.
BEGIN_WITHIN_SECONDS = 25.0


def post(db: Database, digest_ids: Sequence[str], clock: Clock, transport: Transport) -> dict[str, str]:
    """The state of each digest that was tried; the sweep finds those for which there was no time.

    One that cannot be written is `failed`: the reason is kept with it and logged, and the others go their way.
    """
    states: dict[str, str] = {}
    until = monotonic() + BEGIN_WITHIN_SECONDS
    try:
        for digest_id in digest_ids:
            if monotonic() > until:
                break
            states[digest_id] = _deliver(db, digest_id, clock, transport)
    finally:
        transport.close()
    return states


def _deliver(db: Database, digest_id: str, clock: Clock, transport: Transport) -> str:
    try:
        return deliver(db, digest_id, clock, transport)
    except SoftTimeLimitExceeded:
        raise  # the time of all of them is over
    except Exception:  # whatever it is, the others do not wait for it
        log.exception("Digest %s could not be delivered; the others go on.", digest_id)
        return FAILED


def chunks(ids: Sequence[str]) -> Sequence[Sequence[str]]:
    """`AT_ONCE` ids a message."""
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
