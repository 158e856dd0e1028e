"""Runs the commands of docs/walkthrough.md and holds their output against the page.

`python -m tests.walkthrough` writes the page anew with the real output.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "walkthrough.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PASSING = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\b20[2-9]\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?UTC|Z|\+00:00)?"), "<time>"),
    (re.compile(r"\b20[2-9]\d-\d\d-\d\d\b"), "<day>"),
    (
        re.compile(
            r"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) 20[2-9]\d\b"
        ),
        "<day>",
    ),
    (re.compile(r"\b\d+ days?\b"), "<days>"),
    (re.compile(r"\b\d+(\.\d+)? (s|seconds)\b"), "<seconds>"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r"[─━-]{2,}"), "--"),
]
"""What changes from run to run: ids, times, days of today, widths."""


def steady(text: str) -> str:
    """The text without what changes from run to run."""
    for pattern, instead in PASSING:
        text = pattern.sub(instead, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """(command, output) of every `$ …` line in a console block."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def run(command: str, folder: Path) -> str:
    """What the command prints, run by this Python in an empty data folder; its errors too, as a terminal shows them."""
    name, *arguments = shlex.split(command)
    assert name == "tracker", f"The page may call tracker only, not {name}."
    program = [sys.executable, "-c", "from tracker.cli import main; main()", *arguments]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")},
        "TRACKER_DATA_DIR": str(folder),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "COLUMNS": "110",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        program,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
    )
    return done.stdout


def written(page: str, folder: Path) -> str:
    """The page with the real output under every command."""

    def again(match: re.Match[str]) -> str:
        parts = [f"$ {command}\n{run(command, folder)}" for command, _ in blocks(match.group(0))]
        return "```console\n" + "".join(parts) + "```"

    return BLOCK.sub(again, page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        PAGE.write_text(written(PAGE.read_text(), Path(temporary) / "data"))
