"""One `tracker up` on one data folder, and what it tells the other commands."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings

# After a kill of the supervisor its children, which hold the lock too, are gone within milliseconds.
PATIENCE_SECONDS = 10.0


class Running(msgspec.Struct, frozen=True):
    """What runs on a data folder."""

    pid: int
    address: str
    broker_url: str


@contextmanager
def only_one(folder: Path) -> Iterator[int]:
    """Holds the folder for this process and the children that inherit the yielded descriptor; the kernel frees it when
    the last of them is gone. Raises `SetupError` while another supervisor holds it."""
    handle = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, folder)
        (folder / "running.json").unlink(missing_ok=True)  # of one that was killed
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield handle
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def tell(folder: Path, running: Running) -> None:
    """Lets `running` answer."""
    target = folder / "running.json"
    target.touch(0o600)
    target.write_bytes(msgspec.json.encode(running))


def running(folder: Path) -> Running | None:
    """What runs on this folder now; None if nothing does."""
    try:
        with (folder / "up.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return msgspec.json.decode((folder / "running.json").read_bytes(), type=Running)
        except (FileNotFoundError, msgspec.DecodeError):
            return None  # it is just starting
    except OSError:  # no such folder, or none that this user may enter
        return None
    return None


def address_of(given: Settings) -> str:
    """Where the pages are, without a slash at the end: of what runs on the data folder, else as the settings say."""
    at_work = running(given.data_dir)
    return at_work.address if at_work else given.address


def _take(handle: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode()
            if (holder and _alive(int(holder))) or time.monotonic() > until:
                raise SetupError(
                    f"The tracker runs already on the folder {folder}{f' (process {holder})' if holder else ''}; stop "
                    "it first, or set TRACKER_DATA_DIR to another folder."
                ) from None
            time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
