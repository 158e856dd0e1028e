"""Shells complete commands, options and words."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.program import PROGRAM, environment

COMPLETE = """
PATH={folder}:$PATH
source <({folder}/tracker completion bash)
COMP_WORDS=({words}) COMP_CWORD={last}
_tracker_completion tracker
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def put_program(folder: Path) -> None:
    """A `tracker` on PATH."""
    script = folder / "tracker"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from tracker.cli import main; main()" "$@"\n')
    script.chmod(0o755)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ver"], ["verify", "verify-report"]),
        (["digest", "pre"], ["preview"]),
        (["report", "CMM8-R03", "IDN", "--sta"], ["--status"]),
        (["report", "CMM8-R03", "IDN", "--status", "part"], ["partially-implemented"]),
        (["list", "--kind", ""], ["action-plan", "recommendation"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
    ids=str,
)
def test_bash_completes(words: list[str], offered: list[str], tmp_path: Path) -> None:
    put_program(tmp_path)
    quoted = " ".join(f"'{word}'" for word in ["tracker", *words])
    script = COMPLETE.format(folder=tmp_path, words=quoted, last=len(words))
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=environment(""),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert sorted(done.stdout.split()) == sorted(offered)


@pytest.mark.parametrize(
    ("shell", "given", "answer"),
    [
        ("zsh", {"COMP_WORDS": "tracker digest pre", "COMP_CWORD": "2"}, ["plain", "preview"]),
        ("fish", {"COMP_WORDS": "tracker digest pre", "COMP_CWORD": "pre"}, ["plain,preview\tShow"]),
    ],
)
def test_zsh_and_fish_get_what_their_scripts_ask_for(
    shell: str, given: dict[str, str], answer: list[str]
) -> None:
    asked = environment("", _TRACKER_COMPLETE=f"{shell}_complete", **given)
    done = subprocess.run(PROGRAM, env=asked, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("\n".join(answer))


@pytest.mark.parametrize(
    ("shell", "calls"),
    [("zsh", "compdef _tracker_completion tracker"), ("fish", "complete --no-files --command tracker")],
)
def test_the_scripts_for_zsh_and_fish_bind_to_the_program(shell: str, calls: str) -> None:
    assert calls in Cli()("completion", shell).stdout
