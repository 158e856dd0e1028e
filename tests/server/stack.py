"""The services of docker-compose.yml as processes: their exact commands, environment, health checks and stop signals.

Real are PostgreSQL (`around.py`), Valkey and the tracker, out of a folder that holds what the image holds. Stand-ins
are the mail catcher (a real SMTP server), the `docker` command (`docker.py`) and `valkey-cli`, which the wheel lacks.
Containers share this machine's loopback.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.server import image
from tests.server.composed import OURS, SERVICES, Composed, read_env
from tests.servers import NOBODY, die_with_parent, free_port
from tests.servers import programs as postgres_programs
from tracker.supervisor.broker import find_server

HERE = Path(__file__).parent
PATIENCE = 60.0
IN_PROCESS = re.compile(r"docker compose (build|up|stop|ps|logs)\b(.*)")


def until(holds: Callable[[], object], what: str) -> None:
    """Waits for a condition."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)


@dataclass
class Container:
    """One running process of a service."""

    service: str
    process: subprocess.Popen[bytes]


class Stack:
    """`docker compose` in a folder of its own, with PostgreSQL and mail server running."""

    def __init__(self, folder: Path, database: int, mail: int) -> None:
        self.folder, self.host = folder, folder / "host"
        self.ports = {"db": database, "mail": mail, "redis": free_port(), "web": free_port()}
        self.containers: list[Container] = []
        self.completed: set[str] = set()
        self.host.mkdir()
        (folder / "bin").mkdir()
        self.user = NOBODY if os.geteuid() == 0 and _others_can_run_python() else None
        self._shims()

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.ports['web']}"

    @property
    def secrets(self) -> dict[str, str]:
        """The file `.env`."""
        return read_env(self.host / ".env")

    @property
    def composed(self) -> Composed:
        """The compose file with these secrets on these ports."""
        places = {f"{name}:{port}": f"127.0.0.1:{self.ports[name]}" for name, port in _listening()}
        places |= {"127.0.0.1:8018": self.address.removeprefix("http://"), "0.0.0.0": "127.0.0.1"}  # noqa: S104 - only replaced
        places |= {
            "8018": str(self.ports["web"]),
            "172.30.18.1": "127.0.0.1",  # the network's gateway
            "/var/lib/tracker": str(self.folder / "data" / "{service}"),
        }
        return Composed(self.secrets, places)

    def environment(self, service: str) -> dict[str, str]:
        """All variables of a container: the image's, the file's, and those that an engine sets."""
        built = self.folder / "image"
        paths = [self.folder / "bin", Path(sys.executable).parent, postgres_programs(), "/usr/bin", "/bin"]
        given = {"PATH": ":".join(map(str, paths)), "HOSTNAME": socket.gethostname(), "HOME": "/nonexistent"}
        if service in OURS:
            given |= image.variables() | {"PYTHONPATH": f"{built / 'src'}:{built}"}
        if service == "db":
            given |= {"PGHOST": str(self.folder / "socket"), "PGPORT": str(self.ports["db"])}
        return given | self.composed.environment(service)

    def sh(self, block: str) -> str:
        """Runs commands as a person types them beside docker-compose.yml; what they print. Errors are raised."""
        printed, waiting = "", ""
        for line in block.strip().splitlines():
            if found := IN_PROCESS.fullmatch(line.strip()):
                printed += self._shell(waiting)
                waiting = ""
                getattr(self, found[1])(*found[2].split())
                continue
            if found := re.match(r"docker compose run --rm (\w+)", line):
                self._depend(found[1])
            waiting += line + "\n"
        return printed + self._shell(waiting)

    def build(self) -> None:
        """`docker compose build`."""
        image.remove(self.folder / "image")
        image.build(self.folder / "image")
        self.completed.clear()

    def up(self, *options: str) -> None:
        """`docker compose up --detach [--scale SERVICE=NUMBER]… [SERVICE…]`."""
        wanted = {name: 1 for name in SERVICES if name not in ("db", "mail", "migrate")}
        wanted |= {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", " ".join(options))}
        for name, number in wanted.items():
            self._depend(name)
            for _ in range(number - len(self.running(name))):
                self._start(name)

    def ps(self) -> None:
        """`docker compose ps`, looked at until all are healthy."""
        for name in ("db", "redis", "web", "worker", "beat"):
            until(lambda name=name: self.healthy(name), f"{name} is healthy")

    def logs(self, *options: str) -> str:
        """`docker compose logs`."""
        found = (self.folder / f"{name}.log" for name in options if name in SERVICES)
        return "".join(log.read_text() for log in found if log.exists())

    def stop(self, *services: str) -> dict[str, int]:
        """SIGTERM, and the exit codes; `docker compose stop`. Fails if a service does not end within its grace."""
        codes = {}
        for each in [c for c in self.containers if c.service in services or not services]:
            each.process.send_signal(signal.SIGTERM)
            codes[each.service] = each.process.wait(self.composed.grace(each.service))
            self.containers.remove(each)
        return codes

    def running(self, service: str) -> list[Container]:
        """Its containers that live."""
        return [c for c in self.containers if c.service == service and c.process.poll() is None]

    def healthy(self, service: str) -> bool:
        """The health check's own command succeeds in time."""
        command, timeout = self.composed.health_check(service)
        try:
            done = self._run(command, service, timeout)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def end(self) -> None:
        """Kills what is left."""
        for each in self.containers:
            each.process.kill()
            each.process.wait()
        image.remove(self.folder / "image")

    def _depend(self, service: str) -> None:
        for name, condition in SERVICES[service].get("depends_on", {}).items():
            if condition["condition"] == "service_completed_successfully":
                self._complete(name)
            elif name != "db":
                if not self.running(name):
                    self._start(name)
                until(lambda name=name: self.healthy(name), f"{name} is healthy")

    def _complete(self, service: str) -> None:
        """Once for each build, which is quicker than once for each command, and no different."""
        if service not in self.completed:
            self._depend(service)
            done = self._run(self.composed.command(service), service, PATIENCE)
            assert done.returncode == 0, done.stderr
            self.completed.add(service)

    def _start(self, service: str) -> None:
        if service in OURS and not self.running(service):
            data = self.folder / "data" / service
            shutil.rmtree(data)  # it lies in memory, and goes with its container
            open_to_all(data)
        with (self.folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                self.composed.command(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                **self._surroundings(service),  # type: ignore[call-overload]
            )
        self.containers.append(Container(service, process))

    def _run(self, command: list[str], service: str, timeout: float) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, **self._surroundings(service)
        )

    def _surroundings(self, service: str) -> dict[str, object]:
        account = {"user": self.user, "group": self.user, "extra_groups": ()} if self.user else {}
        where = self.folder / "image" if service in OURS else self.folder
        return {"cwd": where, "env": self.environment(service), **account}

    def _shell(self, commands: str) -> str:
        if not commands.strip():
            return ""
        if (self.host / ".env").exists():
            (self.folder / "stack.json").write_text(json.dumps({name: self._told(name) for name in SERVICES}))
        path = f"{self.folder / 'bin'}:/usr/bin:/bin"
        done = subprocess.run(
            ["sh", "-ec", commands],
            cwd=self.host,
            env={"PATH": path},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{commands}{done.stdout}"
        return done.stdout

    def _told(self, name: str) -> dict[str, object]:
        around = self._surroundings(name)
        command = self.composed.command(name) if name in OURS else []
        user = self.user if name in OURS else None
        return {"environment": around["env"], "folder": str(around["cwd"]), "user": user, "command": command}

    def _shims(self) -> None:
        keep = self.folder / "broker"
        open_to_all(keep)
        port = self.ports["redis"]
        server = f'exec {find_server()} "$@" --port {port} --bind 127.0.0.1 --dir {keep}'
        client = f'exec {sys.executable} {HERE / "valkey_cli.py"} {port} "$@"'
        docker = f'exec {sys.executable} -I -S {HERE / "docker.py"} {self.folder / "stack.json"} "$@"'
        for name, line in (("valkey-server", server), ("valkey-cli", client), ("docker", docker)):
            file = self.folder / "bin" / name
            file.write_text(f"#!/bin/sh\n{line}\n")
            file.chmod(0o755)


def open_to_all(folder: Path) -> None:
    """Makes a folder into which any account may write."""
    folder.mkdir()
    folder.chmod(0o777)


def _listening() -> list[tuple[str, int]]:
    return [("db", 5432), ("redis", 6379), ("mail", 1025)]


def _others_can_run_python() -> bool:
    tried: Mapping[str, object] = {"user": NOBODY, "group": NOBODY, "extra_groups": (), "cwd": "/"}
    try:
        return subprocess.run([sys.executable, "-c", "import celery"], **tried).returncode == 0  # type: ignore[call-overload]
    except PermissionError:
        return False
