"""What is due and lies unattended: the answer to every message that a broker lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.digests import queries as digests
from tracker.eventstore import work
from tracker.eventstore.projector import checkpoint
from tracker.eventstore.seal.kept import sealed
from tracker.eventstore.store import head
from tracker.metrics.service import FOLLOWER


class Found(NamedTuple):
    """Ids of due work and due digests, and whether the log moved since the metrics were computed and it was sealed."""

    work: Sequence[int]
    digests: Sequence[str]
    metrics: bool
    seal: bool


def look(conn: Connection, now: datetime) -> Found:
    """Everything that somebody should be called for: a handful of queries, each by an index."""
    newest = head(conn)
    return Found(
        work=work.due_ids(conn, now),
        digests=digests.due_ids(conn, now),
        metrics=checkpoint(conn, FOLLOWER) < newest,
        seal=sealed(conn) < newest,
    )
