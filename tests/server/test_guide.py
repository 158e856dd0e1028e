"""What docs/operations.md tells beside the containers; and that no block of it is left untried."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.server.composed import ROOT, SERVICES
from tests.server.guide import PAGE, blocks, headings
from tests.servers import postgres, programs
from tracker.eventstore.verify import verify
from tracker.kit.db import Database

TRIED = [
    "Secrets",
    "First start",
    "First administrator",
    "Second factors",
    "Is all well?",
    "Backup",
    "Restore",
    "Upgrade",
    "More of everything",
    "By hand",
]


def test_every_block_is_tried() -> None:
    assert headings() == TRIED


def test_secrets_are_long_different_and_closed_to_others(tmp_path: Path) -> None:
    (block,) = blocks("Secrets")
    subprocess.run(["sh", "-ec", block], cwd=tmp_path, check=True)
    file = tmp_path / ".env"
    values = [line.partition("=")[2] for line in file.read_text().splitlines()[:-1]]
    assert [len(value) for value in values] == [64] * 5
    assert len(set(values)) == 5
    assert file.stat().st_mode & 0o077 == 0


def test_by_hand_the_roles_are_those_of_the_containers(tmp_path: Path) -> None:
    (block,) = blocks("By hand")
    socket = tmp_path.parent if os.geteuid() else Path("/tmp")
    with postgres(settings=[f"unix_socket_directories={socket}"]) as server:
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{programs()}:/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "PGHOST": str(socket),
            "PGPORT": str(server.port),
            "PGUSER": "postgres",
            "TRACKER_DATA_DIR": str(tmp_path),
        }
        commands = f"{block}\ntracker doctor --json > doctor.json || true"
        subprocess.run(["sh", "-ec", commands], cwd=tmp_path, env=environment, check=True, timeout=90)
    said = {
        each["name"]: each["state"] for each in json.loads((tmp_path / "doctor.json").read_text())["checks"]
    }
    assert (said["database"], said["rights"], said["guards"]) == ("ok", "ok", "ok")


def test_by_hand_the_processes_are_those_of_the_containers() -> None:
    lines = PAGE.partition("## By hand")[2].splitlines()
    for name in ("web", "worker", "beat"):
        command = " ".join(SERVICES[name]["command"])
        assert any(line and command.startswith(line) for line in lines), command


def test_a_copy_of_the_embedded_database_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    _, block = blocks("Backup")
    (tmp_path / "data").mkdir()
    shutil.copy(str(make_url(sqlite_url).database), tmp_path / "data" / "tracker.db")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    subprocess.run(["sh", "-ec", block], cwd=tmp_path, check=True)
    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    with copy.read() as connection:
        assert verify(connection).findings == []
    copy.dispose()
