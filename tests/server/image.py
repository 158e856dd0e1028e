"""The image of the Dockerfile without a container engine: its copied files, its variables, its compiled code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())


def instructions(name: str) -> list[str]:
    """What follows each `NAME` in the Dockerfile."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def variables() -> dict[str, str]:
    """The image's environment."""
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def build(into: Path) -> None:
    """Copies what the Dockerfile copies and compiles it; then nobody may write there."""
    for line in instructions("COPY"):
        *sources, target = line.split()
        for source in sources:
            _copy(ROOT / source, into / target, inside=target.endswith("/") or len(sources) > 1)
    compiling = re.search(r"python (-m compileall [^&]+)", DOCKERFILE)
    assert compiling, "the image is read-only later, so it is compiled when it is made"
    subprocess.run([sys.executable, *compiling[1].split()], cwd=into, check=True)
    _protect(into, 0o555, 0o444)


def remove(built: Path) -> None:
    """Takes it away again."""
    if built.exists():
        _protect(built, 0o755, 0o644)
        shutil.rmtree(built)


def _copy(source: Path, target: Path, *, inside: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        return
    target = target / source.name if inside else target
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _protect(folder: Path, for_folders: int, for_files: int) -> None:
    folder.chmod(0o755)
    for each in folder.rglob("*"):
        each.chmod(0o755 if each.is_dir() else for_files)
    for each in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        each.chmod(for_folders)
