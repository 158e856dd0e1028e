#!/usr/bin/env python3
"""Installs the follow-up tracker beside itself, in .venv, and starts or tests it.

    python3 bootstrap.py up [OPTION ...]      install what is missing, then run `tracker up`
    python3 bootstrap.py test [OPTION ...]    install what is missing, then check and test; options go to pytest
    python3 bootstrap.py install [LOCK]       only install: run (if nothing is said), dev or benchmarks

Needs Python 3.11 or newer, and once a network. Nothing is changed outside this folder but pip's download cache.
docs/decisions/0003-two-commands.md says why it is as it is.
"""
# Standard library only. Python 3.8 must be able to read it, so that an old one gets a sentence to act on.

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

try:
    import fcntl
except ImportError:  # not Linux or macOS; main says so
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "installed.json"
# Each lock holds all of the one before it, so that installing a later one also installs the earlier ones.
LOCKS = ("run", "dev", "benchmarks")
OLDEST = (3, 11)
PIP_WITH_OPTION_PYTHON = (22, 3)

CHECKS = (
    ("Common mistakes (ruff check)", ("ruff", "check", ".")),
    ("Layout of the code (ruff format)", ("ruff", "format", "--check", ".")),
    ("Types (mypy)", ("mypy",)),
    ("Who may import whom (import-linter)", ("lint-imports", "--no-logo")),
)
TESTS = "Tests on SQLite and PostgreSQL (pytest)"


class Stop(Exception):
    """Something that the person at the terminal must know or do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# What is installed


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock_file(lock: str) -> Path:
    return ROOT / "requirements" / (lock + ".lock")


def real_python() -> str:
    """The Python that .venv stands on; an upgrade of the system may put another in its place."""
    return os.path.realpath(str(BIN / "python"))


def wanted(lock: str) -> dict[str, str]:
    """What the stamp says when this lock is completely installed, here, by the Python that is still there."""
    return {
        "place": str(VENV),
        "python": real_python(),
        "project": digest(ROOT / "pyproject.toml"),
        lock: digest(lock_file(lock)),
    }


def stamped() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def installed(lock: str) -> bool:
    return (
        wanted(lock).items() <= stamped().items()
        and (BIN / "tracker").exists()
        and os.access(str(BIN / "python"), os.X_OK)
    )


def write_stamp(stamp: dict[str, str]) -> None:
    """Whole or not at all: an interrupted run must not leave a stamp that promises too much."""
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps(stamp, indent=1) + "\n", "utf-8")
    os.replace(str(unfinished), str(STAMP))


# Installing


def base_python() -> str:
    """The Python to build on: not the one inside .venv, which may have to go."""
    return getattr(sys, "_base_executable", None) or sys.executable


def run_step(what: str, command: list[str]) -> None:
    """Run a command without its chatter; when it fails, its last lines and, if known, what to do."""
    print(f"{what} … ", end="", file=sys.stderr, flush=True)
    start = time.monotonic()
    environment = dict(
        os.environ,
        PIP_USER="0",  # a person's own pip settings for other work must not lead away from .venv
        PIP_REQUIRE_VIRTUALENV="0",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_ROOT_USER_ACTION="ignore",
        PIP_NO_INPUT="1",
    )
    with tempfile.TemporaryFile() as log:
        status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        if status == 0:
            say(f"{time.monotonic() - start:.0f} s")
            return
        log.seek(0)
        output = log.read().decode("utf-8", "replace")
    say("failed")
    telling = [line for line in output.strip().splitlines() if "Retry(total=" not in line]
    for line in telling[-8:]:
        say("    " + line[:200])
    raise Stop(advice(output))


def advice(output: str) -> str:
    if "No space left on device" in output:
        return "The disk is full. Make about 500 MB of room, then run the same command again."
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package that was downloaded is not the one that this project was tested with: its checksum differs.\n"
            "It was not installed. If it happens again, something between here and the package index changes files."
        )
    if any(
        sign in output
        for sign in ("onnection", "timed out", "name resolution", "SSLError", "ProxyError", "HTTP error")
    ):
        return (
            "The packages could not be downloaded. Check the network, then run the same command again; what has\n"
            "arrived is kept. Behind a proxy set HTTPS_PROXY; with a package mirror of your own set PIP_INDEX_URL."
        )
    if "No matching distribution found" in output:
        return (
            "A package is not to be had for this machine or from the package index that pip is set up to use.\n"
            f"This is Python {sys.version.split()[0]} on {sys.platform}, {os.uname().machine}; tested are Python 3.11 to 3.14 on\n"
            "Linux with glibc 2.28 or newer (not Alpine) and on macOS. `pip config list` shows the index."
        )
    return "The lines above say what went wrong. Running the same command again starts afresh."


def pip_with_option_python(python: str) -> bool:
    """Whether this Python's pip can install into another folder: it is there and new enough."""
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    with contextlib.suppress(IndexError, ValueError):
        version = tuple(int(part) for part in asked.stdout.split()[1].split(".")[:2])
        return asked.returncode == 0 and version >= PIP_WITH_OPTION_PYTHON
    return False


def can_import(python: str, module: str) -> bool:
    return subprocess.call([python, "-c", "import " + module], stderr=subprocess.DEVNULL) == 0


def make_venv() -> list[str]:
    """A new .venv if there is none that works; returns the command that is its pip."""
    python = base_python()
    stamp = stamped()
    if os.path.lexists(str(VENV)):
        at_home = stamp.get("place", str(VENV)) == str(VENV)
        same_python = stamp.get("python", real_python()) == real_python()
        works = "unfinished" not in stamp and at_home and same_python and venv_works()
        if works and can_import(str(BIN / "python"), "pip"):
            return [str(BIN / "python"), "-m", "pip"]
        if works and pip_with_option_python(python):
            return [python, "-m", "pip", "--python", str(BIN / "python")]
        say("The .venv here is incomplete, was moved or belongs to another Python. It is made anew.")
        remove(VENV)
    if can_import(python, "venv"):
        if pip_with_option_python(python):  # takes a fifth of a second, ensurepip several seconds
            run_step("Making .venv", [python, "-m", "venv", "--without-pip", str(VENV)])
            return [python, "-m", "pip", "--python", str(BIN / "python")]
        if can_import(python, "ensurepip"):
            run_step("Making .venv", [python, "-m", "venv", str(VENV)])
            return [str(BIN / "python"), "-m", "pip"]
    raise Stop(
        f"This Python ({python}) has neither pip 22.3 or newer nor ensurepip, so nothing can be installed. On\n"
        "Debian or Ubuntu `sudo apt install python3-pip python3-venv` brings them, on Fedora\n"
        "`sudo dnf install python3-pip`. Then run the same command again."
    )


def venv_works() -> bool:
    test = f"import sys; sys.exit(sys.prefix != {str(VENV)!r} or sys.version_info[:2] < {OLDEST!r})"
    try:
        return subprocess.call([str(BIN / "python"), "-c", test], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    else:
        shutil.rmtree(str(folder))


def check_machine() -> None:
    if sys.version_info < OLDEST:
        raise Stop(
            f"This is Python {sys.version.split()[0]}; the follow-up tracker needs 3.11 or newer. If one is installed\n"
            f"beside it, name it, for example: python3.12 bootstrap.py {' '.join(sys.argv[1:])}"
        )
    if not os.access(str(ROOT), os.W_OK):
        raise Stop(
            f"{ROOT} cannot be written to, and .venv must be made in it.\n"
            "Copy the project to a folder of your own and run the same command there."
        )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold a lock on this very file, so that two runs do not install at once. The system frees it if we die."""
    with open(__file__, "rb") as me:
        try:
            fcntl.flock(me, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run is installing here. Waiting for it …")
            fcntl.flock(me, fcntl.LOCK_EX)
        except OSError:
            pass  # some network folders have no locks: better to go on without
        yield


def install(lock: str) -> None:
    if installed(lock):
        return
    check_machine()
    with alone():
        if installed(lock):  # by the run that was waited for
            return
        pip = [*make_venv(), "install", "--quiet", "--progress-bar", "off"]
        before = stamped()
        write_stamp({"place": str(VENV), "unfinished": lock})
        after = wanted(lock)
        # The locks that an installed one holds are installed with it.
        after.update({name: digest(lock_file(name)) for name in LOCKS[: LOCKS.index(lock)]})
        if before.get(lock) != after[lock]:
            count = sum(line[:1].isalnum() for line in lock_file(lock).read_text("utf-8").splitlines())
            run_step(
                f"Installing the {count} packages of requirements/{lock}.lock",
                [*pip, "--require-hashes", "--no-deps", "-r", str(lock_file(lock))],
            )
        # From its own folder, by the build tool in the lock: nothing is downloaded.
        run_step(
            "Installing the follow-up tracker",
            [*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT)],
        )
        write_stamp(after)


# The three commands


def up(arguments: list[str]) -> int:
    install("run")
    python = str(BIN / "python")
    # This process becomes the tracker, so that Ctrl-C and a service manager's signals reach it.
    os.execv(python, [python, str(BIN / "tracker"), "up", *arguments])


def test(arguments: list[str]) -> int:
    install("dev")
    os.environ["PATH"] = str(BIN) + os.pathsep + os.environ.get("PATH", os.defpath)
    for heading, command in (*CHECKS, (TESTS, ("pytest", "-n", "2", "--dist", "worksteal", *arguments))):
        start = time.monotonic()
        print(f"\n== {heading}", flush=True)
        status = subprocess.call([str(BIN / command[0]), *command[1:]], cwd=str(ROOT))
        if status != 0:
            print(f"== Failed: {heading}. The rest was not run.", flush=True)
            return status if status > 0 else 128 - status
        print(f"   {time.monotonic() - start:.1f} s", flush=True)
    return 0


def install_only(arguments: list[str]) -> int:
    lock = arguments[0] if arguments else "run"
    if lock not in LOCKS or len(arguments) > 1:
        raise Stop("install takes one of: " + ", ".join(LOCKS))
    fresh = not installed(lock)
    install(lock)
    say("Installed." if fresh else "Already installed.")
    return 0


COMMANDS = {"up": up, "test": test, "install": install_only}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print((__doc__ or "").strip())
        return 0 if arguments in (["help"], ["-h"], ["--help"]) else 2
    if fcntl is None:
        raise Stop(
            "The follow-up tracker runs on Linux and macOS. On Windows use WSL (Windows Subsystem for Linux)."
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a running pip with it, like Ctrl-C
    os.chdir(str(ROOT))
    return COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say("\n" + str(stop))
        sys.exit(1)
    except KeyboardInterrupt:
        say("\nStopped. The same command goes on from here.")
        sys.exit(130)
    except OSError as error:
        say(f"\n{error}")
        sys.exit(1)
