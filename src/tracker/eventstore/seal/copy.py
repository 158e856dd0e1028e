"""What the sealer keeps outside the database: the hash of each event that it sealed, and every checkpoint.

Whoever can change every table cannot change these files, unless the machine is theirs as well. Both only ever grow:
`leaves` by 32 bytes an event, `checkpoints` by a note, with an empty line behind it.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.eventstore.seal.notes import Note, read_note
from tracker.kit.errors import BadInput, Tampered
from tracker.kit.private import make_file, make_folder
from tracker.kit.settings import Settings

HASH = 32
END = "\n\n\n"


class Copy:
    """The files in a folder; where there is none, nothing was kept."""

    def __init__(self, folder: Path) -> None:
        self.leaves, self.checkpoints = folder / "leaves", folder / "checkpoints"

    def count(self) -> int:
        """Of how many events it has the hash."""
        return self.leaves.stat().st_size // HASH if self.leaves.exists() else 0

    def hashes(self, start: int, end: int) -> list[bytes]:
        """Those of leaves `start` up to but not including `end`, fewer where it has no more."""
        if end <= start or not self.leaves.exists():
            return []
        with self.leaves.open("rb") as file:
            file.seek(start * HASH)
            text = file.read((end - start) * HASH)
        return [text[at : at + HASH] for at in range(0, len(text) - HASH + 1, HASH)]

    def notes(self) -> list[Note]:
        """Every checkpoint, oldest first. Raises `Tampered` where the file was changed so that it cannot be read."""
        if not self.checkpoints.exists():
            return []
        try:
            text = self.checkpoints.read_text("utf-8")
            return [read_note(each + "\n") for each in text.split(END) if each]
        except (BadInput, UnicodeDecodeError) as error:
            raise Tampered(f"{self.checkpoints} holds what is no checkpoint: {error}") from error

    @contextmanager
    def growing(self) -> Iterator[None]:
        """Alone among all sealers of this machine."""
        make_folder(self.leaves.parent)
        for each in (self.leaves, self.checkpoints):
            make_file(each)
        with self.leaves.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def add(self, hashes: Iterable[bytes]) -> None:
        """The next leaves, behind whole ones: half a hash, left by a cut of the power, is written over."""
        with self.leaves.open("r+b") as file:
            file.seek(self.count() * HASH)
            file.write(b"".join(hashes))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())

    def keep(self, note: Note) -> None:
        """One more checkpoint."""
        with self.checkpoints.open("a", encoding="utf-8") as file:
            file.write(note.text.removesuffix("\n") + END)
            file.flush()
            os.fsync(file.fileno())


def copy_of(settings: Settings) -> Copy:
    """Beside the attached files, in the folder that all processes share."""
    return Copy(settings.files / "sealed")
