"""Folders and files that no other user of the machine can read: they hold people's addresses and live links."""

import os
from pathlib import Path

OTHERS = 0o077
"""The rights of everybody but the owner."""


def make_folder(folder: Path) -> None:
    """Makes the folder, and those above it that are missing, for this user alone; one that is there stays as it is.
    Raises `OSError`."""
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)


def make_file(file: Path) -> None:
    """Makes the file, empty, for this user alone; one that is there stays as it is. Raises `OSError`."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))


def open_to_others(path: Path) -> bool:
    """Whether other users may read or enter it."""
    return bool(path.stat().st_mode & OTHERS)
