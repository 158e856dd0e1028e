"""The Dockerfile as far as can be seen without a container engine."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import image
from tests.server.composed import OURS, ROOT, SERVICES

WORD = re.compile(r"^([\w.-]+)==", re.MULTILINE)
LOCKED = set(WORD.findall((ROOT / "requirements" / "run.lock").read_text()))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SHOW = """
from starlette.testclient import TestClient
from tracker.app import create_app
with TestClient(create_app(), base_url="http://127.0.0.1") as browser:
    home = browser.get("/")
    sheet = home.text.split('rel="stylesheet" href="')[1].split('"')[0]
    print(home.status_code, browser.get(sheet).status_code, browser.get("/readyz").status_code)
"""


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Path]:
    """What the image's folder would hold."""
    folder = tmp_path / "image"
    image.build(folder)
    yield folder
    image.remove(folder)


def test_what_is_copied_is_enough_to_migrate_and_show(built: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{built / 'src'}:{built}",
        "TRACKER_DATA_DIR": str(tmp_path / "data"),
    }

    def python(code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    tracker = "from tracker.cli import main; main()"
    assert "Applied 0001_log." in python(tracker, "migrate")
    assert python(SHOW).split() == ["200", "200", "200"]
    assert not list(built.rglob("*.db"))


def test_the_image_is_pinned_locked_and_not_root() -> None:
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", image.instructions("FROM")[0])
    (install, *_), (user,) = image.instructions("RUN"), image.instructions("USER")
    assert "--require-hashes --no-deps -r requirements/run.lock" in install
    assert user.split(":")[0] not in {"root", "0"}
    assert {SERVICES[name]["user"] for name in OURS} == {user}


def test_the_builder_gets_what_is_copied_and_no_secrets() -> None:
    ignored, *passed = (
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    )
    copied = {source for line in image.instructions("COPY") for source in line.split()[:-1]}
    assert ignored == "*"
    assert {line.removeprefix("!") for line in passed if line.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)


def test_the_build_tool_and_every_program_come_with_the_image() -> None:
    assert {word.split(">")[0] for word in PROJECT["build-system"]["requires"]} <= LOCKED
    scripts = {*PROJECT["project"]["scripts"], "celery"}
    assert "celery" in LOCKED
    assert {SERVICES[name]["command"][0] for name in OURS} <= scripts
    assert {word.strip('[]",') for word in image.instructions("CMD")[0].split()} == {"tracker", "serve"}
