"""Removes every night what is over: nothing here is part of the log, and most of it is about people."""

from datetime import datetime

from sqlalchemy import Connection

from tracker.eventstore import work
from tracker.followers import service as followers
from tracker.followups import uploads
from tracker.identity import challenges, code_apps, limits, links, security_log, sessions, tokens
from tracker.identity.oidc import ceremony
from tracker.kit.files import Files
from tracker.kit.settings import settings
from tracker.people import address_change, drafts, letters


def tidy(tx: Connection, now: datetime) -> int:
    """How many rows and files were removed."""
    removed = (
        limits.sweep(tx, now),
        challenges.sweep(tx, now),
        code_apps.sweep(tx, now),
        links.sweep(tx, now),
        sessions.sweep(tx, now),
        tokens.sweep(tx, now),
        ceremony.sweep(tx, now),
        security_log.sweep(tx, now),
        letters.sweep(tx, now),
        address_change.sweep(tx, now),
        drafts.sweep(tx, now),
        followers.sweep(tx, now),
        uploads.sweep(tx, Files(settings().files), now),
        work.sweep(tx, letters.WORK, now - letters.KEPT),
    )
    return sum(removed)
