"""Folders and files that no other user of the machine can read: they hold people's addresses and live links."""

import os
from contextlib import suppress
from pathlib import Path

from tracker.kit.ids import new_id

OTHERS = 0o077
"""The rights of everybody but the owner."""


def make_folder(folder: Path) -> None:
    """Makes the folder, and those above it that are missing, for this user alone; one that is there stays as it is.
    Raises `OSError`."""
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)


def make_file(file: Path) -> None:
    """Makes the file, empty, for this user alone; one that is there stays as it is and is not even opened. Raises
    `OSError`.

    Whoever closes a file gives up every lock that the process holds on it, those of SQLite in other threads too
    (sqlite.org/howtocorrupt.html, section 2.2). So it is made and closed under another name, under which nobody can have
    locked it.
    """
    if file.exists():
        return
    half = file.with_name(f".{new_id()}.tmp")
    os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with suppress(FileExistsError):
            os.link(half, file)
    finally:
        half.unlink()


def open_to_others(path: Path) -> bool:
    """Whether other users may read or enter it."""
    return bool(path.stat().st_mode & OTHERS)
