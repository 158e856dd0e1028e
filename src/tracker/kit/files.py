"""Files kept under the hash of their content, in one folder that every process of the tracker reaches.

A file arrives under a temporary name beside its place, and is renamed once the disk has it: what has its place is whole.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from tracker.kit.errors import Unavailable
from tracker.kit.ids import new_id
from tracker.kit.private import make_folder

MOST_FILE_BYTES = 10_000_000
SHA256 = re.compile(r"[0-9a-f]{64}")


class Arriving:
    """One file on its way in: written in pieces, hashed and counted meanwhile, gone at the end unless it was kept."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / new_id()
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = os.fdopen(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    @property
    def sha256(self) -> str:
        """The hash of what came so far."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """One more piece."""
        self._hash.update(piece)
        self.size += len(piece)
        self._file.write(piece)

    def flush(self) -> None:
        """Waits until the disk has all of it; nothing more may be written."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def drop(self) -> None:
        """Forgets it, unless it has its place already."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> "Arriving":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()


class Files:
    """The folder. Raises `Unavailable` where it cannot be written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def arriving(self) -> Arriving:
        """A new file on its way in."""
        incoming = self.folder / "incoming"
        try:
            make_folder(self.folder.parent)
            for folder in (self.folder, incoming):
                folder.mkdir(mode=0o700, exist_ok=True)
            return Arriving(incoming)
        except OSError as error:
            raise Unavailable(
                f"Files cannot be taken now ({error.strerror}); please try again later, or give a link instead."
            ) from error

    def keep(self, file: Arriving) -> None:
        """Gives it its place, for good: when this returns, neither a crash nor a power cut takes it away."""
        try:
            file.flush()
            place = self.place(file.sha256)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            file.path.chmod(0o400)
            file.path.replace(place)
            for folder in (place.parent, self.folder):
                _sync(folder)
        except OSError as error:
            raise Unavailable(
                f"The file could not be kept ({error.strerror}); nothing was recorded. Please try again later."
            ) from error

    def place(self, sha256: str) -> Path:
        """Where the file with this content is, or would be."""
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256.")
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Removes it, if it is there."""
        self.place(sha256).unlink(missing_ok=True)

    def kept(self) -> Iterator[str]:
        """The hashes of all files."""
        for place in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if SHA256.fullmatch(place.name):
                yield place.name

    def sweep(self, before: datetime) -> int:
        """Removes what began to arrive before a moment and never was kept: its process died."""
        removed = 0
        for path in self.folder.glob("incoming/*"):
            with suppress(FileNotFoundError):  # another sweep was quicker
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
        return removed


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
