"""Keep all writers of the log waiting for a moment."""

from sqlalchemy import Connection, func, select

from tracker.eventstore.tables import log_head


def hold(tx: Connection) -> int:
    """The newest position; nobody else appends until this transaction ends.

    For the few who must look at the state and act on it together. What they look at after this call is the newest.
    """
    if tx.dialect.name == "postgresql":  # SQLite's writers have the database for themselves anyway
        tx.execute(
            select(func.hold_log())
        )  # the queue first, as appends do: the other way round would be a deadlock
    return int(tx.execute(select(log_head.c.position).with_for_update()).scalar_one())
