"""Sends one digest: claim it, freeze what it says, speak to the mail server, record what it answered."""

import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from tracker.digests import delivery
from tracker.digests.kinds import kind_of
from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.kit.mail import Letter, Transport, build, domain_of
from tracker.kit.settings import Settings, settings

TAKEN = "taken"
NOBODY = "The person no longer reports for any partner, follows nothing any more, or the account is disabled."
FROZEN = ("frozen_at", "email", "message_id", "subject", "text", "html")

log = logging.getLogger(__name__)


def deliver(db: Database, digest_id: str, clock: Clock, transport: Transport) -> str:
    """Sends one digest if it is due; its state now, or `taken` when it was not ours to send.

    Three short transactions, and the mail server between the last two: claim; write, freeze and commit `sending`;
    record the answer.
    """
    claimed = db.run(lambda tx: delivery.take(tx, digest_id, clock()))
    if claimed is None:
        return TAKEN
    try:
        letter = db.run(lambda tx: _freeze(tx, claimed, clock()))
    except Exception as error:
        reason = f"It could not be written: {error}"
        db.run(lambda tx: delivery.put_back(tx, claimed, "claimed", reason, clock()))
        raise
    if isinstance(letter, str):
        return letter
    outcome = transport.send(build(letter))
    state = db.run(lambda tx: delivery.record(tx, claimed, outcome, clock()))
    if state is None:
        log.warning("Digest %s: %s, but its lease had ended; it stays as it is.", digest_id, outcome)
    elif state != "sent":
        log.warning("Digest %s is %s: %s", digest_id, state, outcome.answer)
    return state or TAKEN


def _freeze(tx: Connection, claimed: Any, now: datetime) -> Letter | str:
    """Writes the digest, unless an earlier try did, and commits it to be sent; or the state in which it ends."""
    given, kind = settings(), kind_of(claimed.kind)
    if claimed.frozen_at is None:
        frozen = _written(tx, claimed, now, given)
        if isinstance(frozen, str):
            reason = NOBODY if frozen == "cancelled" else None
            return frozen if delivery.end_unsent(tx, claimed, frozen, reason) else TAKEN
    else:
        frozen = {name: getattr(claimed, name) for name in FROZEN}
    letter = Letter(
        message_id=frozen["message_id"],
        date=frozen["frozen_at"],
        sender=given.mail_from,
        to=frozen["email"],
        subject=frozen["subject"],
        text=frozen["text"],
        html=frozen["html"],
        list_id=f"Follow-up digest <{kind.list_name}.{domain_of(given.mail_from)}>",
        unsubscribe=kind.unsubscribe(claimed.recipient, given),
    )
    try:
        build(letter)
    except BadInput as error:
        return "refused" if delivery.end_unsent(tx, claimed, "refused", error.message) else TAKEN
    return letter if delivery.start_sending(tx, claimed, now, **frozen) else TAKEN


def _written(tx: Connection, claimed: Any, now: datetime, given: Settings) -> dict[str, Any] | str:
    kind = kind_of(claimed.kind)
    email = kind.address(tx, claimed.recipient, now)
    if email is None:
        return "cancelled"
    composed = kind.compose(tx, claimed.recipient, now, given)
    if composed is None:
        return "empty"
    return {
        "frozen_at": now.astimezone(UTC),
        "email": email,
        "message_id": f"<digest-{claimed.id}-{claimed.period}@{domain_of(given.mail_from)}>",
        "subject": composed.subject,
        "text": composed.text,
        "html": composed.html,
        "log_position": composed.position,
        "lines": composed.lines,
    }
