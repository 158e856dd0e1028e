"""The Merkle tree of the log (RFC 6962 section 2.1, proofs also RFC 9162 section 2.1). Pure.

Leaves are numbered from 0; the event at log position p is leaf p - 1. `Ranges` gives the hash of the tree over the leaves
from `start` up to but not including `end`; who stores nothing computes it with `root`.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Ranges = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below `count` (of at least 2): how many leaves stand on the left."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of a whole tree."""
    peaks = Peaks()
    peaks.extend(leaves)
    return peaks.root()


class Peaks:
    """A tree that grows by one leaf after another, held as the roots of its complete parts: flat in memory."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf hash."""
        size, peaks = self.size, self._peaks
        while size & 1:
            leaf = node(peaks.pop(), leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Several, in order."""
        for leaf in leaves:
            self.add(leaf)

    def root(self, rest: bytes | None = None) -> bytes:
        """The hash of the tree so far; `rest` is the root of leaves behind it that do not fill one of its parts yet."""
        if not self._peaks:
            return EMPTY if rest is None else rest
        peaks, found = (self._peaks[:-1], self._peaks[-1]) if rest is None else (self._peaks, rest)
        for peak in reversed(peaks):
            found = node(peak, found)
        return found


def inclusion(index: int, size: int, ranges: Ranges) -> list[bytes]:
    """The hashes by which a leaf leads to the root of the first `size` leaves, from the leaf upwards.
    Raises `ValueError` if there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [ranges(*each) for each in reversed(path)]


def consistency(old: int, size: int, ranges: Ranges) -> list[bytes]:
    """The hashes that show that the first `old` leaves are a beginning of the first `size`; empty if either is all or
    nothing of the other. Raises `ValueError` if `old` is larger."""
    if not 0 <= old <= size:
        raise ValueError(f"A tree of {size} leaves had never {old}.")
    if old in (0, size):
        return []
    path, start, end, whole = [], 0, size, True
    while old != end - start:
        middle = start + split(end - start)
        if old <= middle - start:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            old -= middle - start
            start, whole = middle, False
    if not whole:
        path.append((start, end))
    return [ranges(*each) for each in reversed(path)]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads (RFC 9162 section 2.1.3.2); None if it is no path of such a leaf."""
    if not 0 <= index < size:
        return None
    number, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            found = node(each, found)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            found = node(found, each)
        number >>= 1
        last >>= 1
    return found if last == 0 else None


def is_consistent(old: int, size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves that the one tree began as the other (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        return not path and (old == 0 or old_root == new_root)
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    number, last = old - 1, size - 1
    while number & 1:
        number >>= 1
        last >>= 1
    before = after = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node(each, before), node(each, after)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            after = node(after, each)
        number >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root
