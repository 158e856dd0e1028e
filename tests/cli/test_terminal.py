"""What reaches a terminal, a pipe, a full disk: texts cannot command it, lines fit, and data are alone on stdout."""

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import FOCAL_POINT, Cli
from tests.cli.program import PROGRAM, environment
from tracker.kit.db import Database

HOSTILE = "\x1b[2J\x07\x9b31m\u202egnp.exe\u200b\x7f"
READING = (
    ("show", "CMM8-R03:IDN"),
    ("show", "CMM8-R03"),
    ("show", "IDN"),
    ("list",),
    ("grid", "--body", "ASEM-CMM"),
    ("history", "CMM8-R03"),
    ("history", "IDN"),
    ("changes", "--since", "2000-01-01"),
    ("as-of", "2026-11-24"),
    ("digest", "preview", FOCAL_POINT),
)


@pytest.fixture
def on_sqlite(sqlite_url: str, small_tracker: Callable[[str], None]) -> str:
    """The small tracker in a file."""
    small_tracker(sqlite_url)
    return sqlite_url


@pytest.fixture
def small(on_sqlite: str, point_at: Callable[[str], None]) -> Cli:
    """The command line on the small tracker in a file: drawing does not know the database."""
    point_at(on_sqlite)
    return Cli()


@pytest.fixture
def hostile(small: Cli, on_sqlite: str) -> Cli:
    """Texts that the tracker refuses were put into the database by hand."""
    small.json("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "Begun.")
    db = Database(on_sqlite)
    with db.write() as tx:
        for table, column in (
            ("followups", "narrative"),
            ("recommendations", "text"),
            ("partners", "name"),
            ("person_details", "name"),
            ("meetings", "title"),
        ):
            tx.execute(text(f"UPDATE {table} SET {column} = :text"), {"text": HOSTILE})  # noqa: S608 - constants
    db.dispose()
    return small


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_stored_text_cannot_command_the_terminal(hostile: Cli, words: tuple[str, ...]) -> None:
    for arguments in (words, (*words, "--json")):
        done = hostile(*arguments)
        assert done.exit_code == 0, done.output
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]", done.output)


def test_what_was_stored_can_still_be_read(hostile: Cli) -> None:
    assert "\\u001b[2J\\u009b31m\\u202egnp.exe\\u200b\\u007f" in hostile("show", "CMM8-R03:IDN").stdout
    assert hostile.json("show", "CMM8-R03:IDN")["followup"]["narrative"] == HOSTILE


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("words", READING[:-1], ids=" ".join)
def test_lines_fit_the_terminal_and_do_not_end_in_spaces(
    small: Cli, words: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = small(*words).stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert [line for line in lines if line != line.rstrip()] == []
    assert lines[0]


def test_a_pipe_gets_whole_lines(small: Cli) -> None:
    long = "A fund was opened for creative industries. " * 40
    small.json("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", long)
    assert long.strip() in small("show", "CMM8-R03:IDN").stdout
    assert long.strip() in small("history", "CMM8-R03:IDN").stdout


def test_moments_are_shown_to_the_minute(small: Cli) -> None:
    small.json("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "Begun.")
    for words in (("show", "CMM8-R03:IDN"), ("history", "CMM8-R03:IDN")):
        shown = small(*words).stdout
        assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", shown)
        assert not re.search(r"\d\d:\d\d:\d\d", shown)


def test_a_reader_that_goes_away_ends_the_command_quietly(on_sqlite: str) -> None:
    program = subprocess.Popen(
        [*PROGRAM, "list"], env=environment(on_sqlite), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    assert (program.wait(30), program.stderr.read()) == (0, b"")
    program.stderr.close()


@pytest.mark.parametrize("words", [["list"], ["list", "--json"]], ids=" ".join)
def test_an_output_that_cannot_be_written_is_a_sentence(
    on_sqlite: str, words: list[str], tmp_path: Path
) -> None:
    limited = ["bash", "-c", f'ulimit -f 0; exec "$@" > {tmp_path / "out"}', "bash", *PROGRAM, *words]
    done = subprocess.run(limited, env=environment(on_sqlite), stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 6
    assert "The answer cannot be written (File too large)" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_a_command_that_waits_without_a_trace(
    postgresql_url: str, small_tracker: Callable[[str], None]
) -> None:
    small_tracker(postgresql_url)
    db = Database(postgresql_url)
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )

    def waits() -> bool:
        with db.read() as connection:
            return bool(connection.execute(waiting).scalar_one())

    with db.write() as other:
        other.execute(text("UPDATE log_head SET position = position"))
        program = start(
            "report",
            "CMM8-R03",
            "IDN",
            "--status",
            "under-implementation",
            "--note",
            "Begun.",
            on=postgresql_url,
        )
        until(waits)
        interrupted(program)
    with db.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM followups")).scalar_one() == 0
    db.dispose()


def test_ctrl_c_in_the_middle_of_loading_leaves_nothing_half_written(
    sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    program = start("load", on=sqlite_url)
    until((tmp_path / "tracker.db-journal").exists)  # it writes
    interrupted(program)
    point_at(sqlite_url)
    assert Cli().json("verify")["ok"]
    loaded = Cli().json("load")
    assert (loaded["read"], Cli().json("load")["events"]) == (410, 0)
    assert Cli().json("verify")["ok"]


def start(*words: str, on: str) -> "subprocess.Popen[bytes]":
    """A command in a process of its own."""
    return subprocess.Popen(
        [*PROGRAM, *words], env=environment(on), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def interrupted(program: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C does it."""
    program.send_signal(signal.SIGINT)
    out, error = program.communicate(timeout=60)
    assert (program.returncode, out) == (130, b"")
    assert b"Traceback" not in error


def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition, a minute at most."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "It did not come about."
        time.sleep(0.01)


def on_a_terminal(words: list[str], env: dict[str, str]) -> str:
    """What a command prints on a terminal of its own, standard error included."""
    held, given = pty.openpty()
    program = subprocess.Popen([*PROGRAM, *words], env=env, stdin=given, stdout=given, stderr=given)
    os.close(given)
    printed = b""
    while True:
        try:
            part = os.read(held, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        printed += part
    os.close(held)
    assert program.wait(30) == 0
    return printed.decode()


def test_progress_shows_on_a_terminal_only(on_sqlite: str) -> None:
    shown = on_a_terminal(["verify"], environment(on_sqlite, TERM="xterm-256color", COLUMNS="100"))
    assert "Reading the log" in shown
    assert "Checking followups" in shown
    done = subprocess.run(
        [*PROGRAM, "verify"],
        env=environment(on_sqlite),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert "Reading the log" not in done.stdout


def test_no_color_means_no_color(on_sqlite: str) -> None:
    colors = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    plain = on_a_terminal(["verify"], environment(on_sqlite, TERM="xterm-256color", NO_COLOR="1"))
    assert not colors.search(plain)


def test_json_is_alone_on_standard_output(small: Cli) -> None:
    done = small("list", "--json")
    assert json.loads(done.stdout)
    assert done.stderr == ""
