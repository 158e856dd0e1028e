"""What `verify` holds against the seals while it reads the log once: what was sealed is still there, and nothing else."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from tracker.eventstore.seal import kept
from tracker.eventstore.seal.copy import Copy
from tracker.eventstore.seal.hashes import STEP, WIDTH
from tracker.eventstore.seal.merkle import Peaks, root
from tracker.eventstore.seal.notes import Key, Note, read_note
from tracker.eventstore.seal.tables import checkpoints, merkle_nodes
from tracker.kit.errors import BadInput, NotFound, Tampered

Found = tuple[int, str]
"""The first position where something shows, and what it is."""
CHUNK = 10_000
MOST = 100


class Watch:
    """Give it the leaf hash of each position in order with `see`, then ask for `events` and `seals`.

    `trusted` are public keys from outside the database, of which the log's own must be one or come from one.
    """

    def __init__(self, connection: Connection, copy: Copy, trusted: list[bytes]) -> None:
        self._connection, self._copy, self._trusted = connection, copy, trusted
        self._size, self._blocks, self._block = 0, Peaks(), list[bytes]()
        self._sealed: list[bytes] = []
        self._found: list[Found] = []
        self._bad_notes: list[Found] = []
        self._good, self._strangers = 0, 0
        self._notes = self._read_notes()
        self._waiting = sorted({note.checkpoint for note in self._notes}, key=lambda each: each.size)
        self._waiting.reverse()
        self._nodes = _Nodes(connection)

    def see(self, position: int, leaf: bytes) -> None:
        """The next event; one whose position does not follow is a gap, after which nothing fits."""
        while self._size + 1 < position:
            self._add(b"\0" * 32)  # as if nobody had sealed it, so that what follows stands at its place
        self._compare(position, leaf)
        self._add(leaf)

    def _add(self, leaf: bytes) -> None:
        self._block.append(leaf)
        self._size += 1
        if len(self._block) == WIDTH:
            complete = root(self._block)
            self._block.clear()
            self._blocks.add(complete)
            self._nodes.see(complete, STEP)
        if self._waiting and self._waiting[-1].size == self._size:
            self._check_root()

    def events(self) -> list[Found]:
        """What is wrong with the events that were sealed; call it after the last one."""
        last, sealed = self._size, self._copy.count()
        found = list(self._found)
        if sealed > last:
            found.append((last + 1, f"positions {last + 1} to {sealed} were sealed and are gone"))
        elif self._waiting:
            size = self._waiting[0].size
            found.append((last + 1, f"a checkpoint speaks of {size} events, and the log has only {last}"))
        return found

    def seals(self) -> list[Found]:
        """What is wrong with the seals themselves: keys, checkpoints, the kept tree."""
        return [*self._bad_notes, *self._nodes.findings(), *self._keys(), *self._removed()]

    def _compare(self, position: int, leaf: bytes) -> None:
        at = (position - 1) % CHUNK
        if at == 0 or not self._sealed:
            start = position - 1 - at
            self._sealed = self._copy.hashes(start, start + CHUNK)
        if at < len(self._sealed) and self._sealed[at] != leaf and self._strangers < MOST:
            self._strangers += 1
            self._found.append((position, "it is not the event that was sealed at this position"))

    def _check_root(self) -> None:
        """All checkpoints of this size: one that fits is enough, any other is forged."""
        size, good = self._size, False
        found = self._blocks.root(root(self._block) if self._block else None)
        while self._waiting and self._waiting[-1].size == size:
            fits = self._waiting.pop().root == found
            good |= fits
            if not fits:
                self._bad_notes.append((size, f"a checkpoint of {size} events does not fit them"))
        if good:
            self._good = size
        elif not self._strangers:  # else it is said more exactly
            since = self._good + 1
            self._found.append((since, f"positions {since} to {size} are not what a checkpoint sealed"))

    def _read_notes(self) -> list[Note]:
        """Of the database and of the copy outside."""
        self._here: list[Note] = []
        query = select(checkpoints.c.size, checkpoints.c.note).order_by(checkpoints.c.size)
        for size, text in self._connection.execute(query):
            try:
                note = read_note(text)
            except BadInput as error:
                self._bad_notes.append((size, f"its checkpoint cannot be read: {error}"))
                continue
            if note.checkpoint.size != size:
                self._bad_notes.append((size, f"its checkpoint speaks of {note.checkpoint.size} events"))
            self._here.append(note)
        try:
            self._outside = self._copy.notes()
        except Tampered as error:
            self._outside = []
            self._bad_notes.append((1, str(error)))
        return [*self._here, *self._outside]

    def _keys(self) -> Iterator[Found]:
        """Every checkpoint is signed by a key of the log, and they come from one another and from one we trust."""
        try:
            known = kept.known_keys(self._connection)
            if not known and not self._here:
                return  # nothing was sealed yet
            origin = kept.origin(self._connection)
        except (BadInput, NotFound) as error:
            yield 1, f"the keys of the log cannot be read: {error}"
            return
        first = min((note.checkpoint.size for note in self._here), default=1)
        before: Key | None = None
        for each in known:
            if not each.follows(before):
                yield first, f"nobody introduced the key {each.key.id}, by which checkpoints are signed"
            before = each.key
        if self._trusted and known and not {each.key.public for each in known} & set(self._trusted):
            yield first, "none of the keys of the log is this tracker's: somebody put another in its place"
        keys = [each.key for each in known if each.key.name == origin]
        for note in self._here:
            if not any(note.is_signed_by(key) for key in keys):
                yield note.checkpoint.size, "its checkpoint is not signed by a key of the log"

    def _removed(self) -> Iterator[Found]:
        """Checkpoints that were kept outside and are not in the database."""
        here = {note.text for note in self._here}
        for note in self._outside:
            if note.text not in here:
                yield (
                    note.checkpoint.size,
                    f"the checkpoint of {note.checkpoint.size} events is gone or another one",
                )


class _Nodes:
    """Holds the kept hashes of complete parts against those that follow from the leaves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._below: dict[int, list[bytes]] = {}
        self._count: dict[int, int] = {}
        self._kept: dict[int, dict[int, bytes]] = {}
        self._found: list[Found] = []

    def see(self, found: bytes, level: int) -> None:
        """The next root of a complete part of this level."""
        number = self._count.get(level, 0)
        self._count[level] = number + 1
        self._compare(level, number, found)
        below = self._below.setdefault(level, [])
        below.append(found)
        if len(below) == WIDTH:
            above = root(below)
            below.clear()
            self.see(above, level + STEP)

    def _compare(self, level: int, number: int, computed: bytes) -> None:
        if number % WIDTH == 0:
            column = merkle_nodes.c
            query = select(column.number, column.hash).where(
                column.level == level, column.number.between(number, number + WIDTH - 1)
            )
            self._kept[level] = {n: bytes(found) for n, found in self._connection.execute(query)}
        found = self._kept[level].get(number)
        if found is not None and found != computed and len(self._found) < MOST:
            first = (number << level) + 1
            last = (number + 1) << level
            self._found.append((first, f"the kept hash over positions {first} to {last} is not theirs"))

    def findings(self) -> list[Found]:
        """What was found."""
        return self._found
