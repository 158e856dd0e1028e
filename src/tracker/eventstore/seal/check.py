"""The whole proof: the log follows from itself, and it is what was sealed."""

from sqlalchemy import Connection

from tracker.eventstore.seal.copy import copy_of
from tracker.eventstore.seal.keys import private_keys
from tracker.eventstore.seal.watch import Watch
from tracker.eventstore.verify import Finding, Progress, Verified, verify
from tracker.kit.settings import Settings


def check(connection: Connection, settings: Settings, progress: Progress = lambda done, of: None) -> Verified:
    """As `verify`, held beside every checkpoint and the copy outside the database, in the same one pass. What is wrong
    with events comes first, then what is wrong with the seals alone."""
    trusted = [each.public_key().public_bytes_raw() for each in private_keys(settings)]
    watch = Watch(connection, copy_of(settings), trusted)
    found = verify(connection, progress, watch.see)
    of_events = [*found.findings, *(Finding(*each) for each in watch.events())]
    of_seals = [Finding(*each) for each in watch.seals()]
    findings = [
        each for part in (of_events, of_seals) for each in sorted(part, key=lambda each: each.position)
    ]
    return Verified(found.events, findings)
