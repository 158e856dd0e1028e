"""What was sealed so far: the name of the log, its keys, its checkpoints."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tracker.eventstore.seal.notes import Key, Note, read_key, read_note, signed_at
from tracker.eventstore.seal.tables import checkpoints, keys
from tracker.eventstore.tables import events
from tracker.kit.errors import NotFound


@dataclass(frozen=True)
class Known:
    """A key of the log; `introduced` is the line by which the one before signed for it."""

    key: Key
    introduced: str

    def follows(self, before: Key | None) -> bool:
        """Whether the key before introduced it; the first needs no one."""
        if before is None:
            return not self.introduced
        return signed_at(introduction(self.key), self.introduced, before) is not None


def origin(connection: Connection) -> str:
    """The name of the log in its checkpoints. It comes from its first event, so that it is the log's own for ever,
    wherever it moves, and no other log can have it. Raises `NotFound` for an empty log."""
    first = connection.execute(select(events.c.leaf_hash).where(events.c.position == 1)).scalar()
    if first is None:
        raise NotFound("The log is empty; there is nothing to prove yet.")
    return f"follow-up-tracker/{bytes(first)[:8].hex()}"


def known_keys(connection: Connection) -> list[Known]:
    """In the order in which they sealed. Raises `BadInput` for what is no key."""
    rows = connection.execute(select(keys.c.key, keys.c.introduced).order_by(keys.c.number))
    return [Known(read_key(key), introduced) for key, introduced in rows]


def newest(connection: Connection) -> Note | None:
    """The newest checkpoint; None before the first."""
    query = select(checkpoints.c.note).order_by(checkpoints.c.size.desc(), checkpoints.c.sealed_at.desc())
    text = connection.execute(query.limit(1)).scalar()
    return None if text is None else read_note(text)


def sealed(connection: Connection) -> int:
    """How many events the newest checkpoint holds, 0 before the first."""
    return connection.execute(select(func.max(checkpoints.c.size))).scalar() or 0


def oldest(connection: Connection) -> int:
    """How many events the first checkpoint holds, 0 before there is one."""
    return connection.execute(select(func.min(checkpoints.c.size))).scalar() or 0


def of_size(connection: Connection, size: int) -> Note:
    """The checkpoint of so many events. Raises `NotFound`."""
    query = select(checkpoints.c.note).where(checkpoints.c.size == size)
    text = connection.execute(query.order_by(checkpoints.c.sealed_at.desc()).limit(1)).scalar()
    if text is None:
        raise NotFound(
            f"There is no checkpoint of {size} events; `tracker checkpoint --list` shows those that there are."
        )
    return read_note(text)


def introduction(key: Key) -> str:
    """The words by which the key before vouches for this one."""
    return f"the next key of this log is\n{key.text}\n"
