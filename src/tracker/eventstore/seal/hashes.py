"""The hashes of any range of leaves, out of the log and what the sealer kept of its tree."""

from functools import lru_cache

from sqlalchemy import Connection, select

from tracker.eventstore.seal.merkle import node, split
from tracker.eventstore.seal.tables import merkle_nodes
from tracker.eventstore.tables import events
from tracker.kit.errors import Tampered

STEP = 8
"""A node is kept at each eighth level: 256 of them, or of leaves, are read at once."""
WIDTH = 1 << STEP


class Hashes:
    """A function from a range of leaves to its hash, for the time of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept = lru_cache(maxsize=64)(self._read)
        self._node = lru_cache(maxsize=1024)(self._computed)

    def __call__(self, start: int, end: int) -> bytes:
        """The root over leaves `start` up to but not including `end`; `start` is where a complete part may begin.
        Raises `Tampered` if a leaf is missing."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._node(level, start >> level)
        middle = start + split(count)
        return node(self(start, middle), self(middle, end))

    def _computed(self, level: int, number: int) -> bytes:
        if level % STEP == 0:
            found = self._kept(level, number // WIDTH).get(number)
            if found is not None:
                return found
            if level == 0:
                raise Tampered(f"The log lacks position {number + 1}; `tracker verify` says more.")
        return node(self._node(level - 1, 2 * number), self._node(level - 1, 2 * number + 1))

    def _read(self, level: int, block: int) -> dict[int, bytes]:
        first = block * WIDTH
        if level == 0:
            place = events.c.position
            query = select(place - 1, events.c.leaf_hash).where(place.between(first + 1, first + WIDTH))
        else:
            column = merkle_nodes.c
            query = select(column.number, column.hash).where(
                column.level == level, column.number.between(first, first + WIDTH - 1)
            )
        return {number: bytes(found) for number, found in self._connection.execute(query)}
