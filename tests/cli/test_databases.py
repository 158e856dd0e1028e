"""Databases that are not right: a sentence that says what to do, and nothing changed."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import Cli
from tracker.eventstore import work
from tracker.kit import db as kit_db
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.kit.running import Running, only_one, tell


def newer(file: Path) -> None:
    """As a release to come would leave it."""
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_to_come'")


def older(file: Path) -> None:
    """As an earlier release left it."""
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '0005_recommendations'")


def foreign(file: Path) -> None:
    """Of another program."""
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE songs(title TEXT)")


def no_database(file: Path) -> None:
    """A text."""
    file.write_text("This is a letter, and no database at all. " * 20)


def corrupt(file: Path) -> None:
    """A disk went bad."""
    size = file.stat().st_size
    with file.open("r+b") as inside:
        inside.seek(4096)
        inside.write(os.urandom(size - 8192))


def cut(file: Path) -> None:
    """A copy that was interrupted."""
    with file.open("r+b") as inside:
        inside.truncate(file.stat().st_size // 3)


def empty(file: Path) -> None:
    """Made by another hand."""
    file.write_bytes(b"")


WRONG_DATABASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "newer": (newer, "was made by a newer release (9999_to_come); install that release"),
    "older": (older, "is older than this program; run `tracker migrate`"),
    "foreign": (foreign, "holds tables of another program; set TRACKER_DATABASE_URL"),
    "no database": (no_database, "is damaged, or is none"),
    "corrupt": (corrupt, "is damaged, or is none"),
    "cut": (cut, "is damaged, or is none"),
    "empty": (empty, "run `tracker migrate` first"),
}
COMMANDS = (
    ("list",),
    ("report", "CMM8-R03", "IDN", "--status", "implemented", "--note", "Done."),
    ("verify",),
    ("load",),
)


@pytest.mark.parametrize("kind", WRONG_DATABASES)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_database_that_is_not_of_this_release_is_left_alone(
    kind: str, words: tuple[str, ...], sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    spoil, sentence = WRONG_DATABASES[kind]
    file = tmp_path / "tracker.db"
    spoil(file)
    before = file.read_bytes()
    point_at(sqlite_url)
    told = Cli()(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert sentence in told.stderr
    assert file.read_bytes() == before
    refusal = json.loads(Cli()(*words, "--json").stderr)
    assert (refusal["error"], refusal["exit_code"]) == ("SetupError", 2)


@pytest.mark.parametrize("kind", ["newer", "foreign", "no database", "corrupt", "cut"])
def test_migrate_leaves_what_it_cannot_mend_alone(
    kind: str, sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    file = tmp_path / "tracker.db"
    WRONG_DATABASES[kind][0](file)
    before = file.read_bytes()
    point_at(sqlite_url)
    told = Cli()("migrate")
    assert (told.exit_code, told.stdout) == (2, "")
    assert WRONG_DATABASES[kind][1] in told.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", WRONG_DATABASES)
def test_doctor_names_a_wrong_database_and_exits_with_1(
    kind: str, sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    WRONG_DATABASES[kind][0](tmp_path / "tracker.db")
    point_at(sqlite_url)
    told = Cli()("doctor", "--json")
    assert told.exit_code == 1
    found = {check["name"]: check for check in json.loads(told.stdout)["checks"]}
    assert found["database"]["state"] == "bad"
    assert WRONG_DATABASES[kind][1] in found["database"]["message"]
    assert found["database"]["mend"]


def test_a_newer_postgresql_is_left_alone(postgresql_url: str, point_at: Callable[[str], None]) -> None:
    db = Database(postgresql_url)
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999_to_come'"))
    db.dispose()
    point_at(postgresql_url)
    for words in (*COMMANDS, ("migrate",)):
        told = Cli()(*words)
        assert (told.exit_code, "was made by a newer release" in told.stderr) == (2, True)


def test_a_server_that_is_away_is_unavailable_and_its_password_stays_secret(
    point_at: Callable[[str], None],
) -> None:
    point_at("postgresql://somebody:verysecret@127.0.0.1:1/tracker")
    for words in (*COMMANDS, ("migrate",)):
        told = Cli()(*words)
        assert (told.exit_code, told.stdout) == (6, "")
        assert "The database does not answer" in told.stderr
        assert "verysecret" not in told.output
    assert "verysecret" not in Cli()("doctor").output


def test_a_locked_file_is_unavailable_and_nothing_is_written(
    sqlite_url: str,
    small_tracker: Callable[[str], None],
    point_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    small_tracker(sqlite_url)
    point_at(sqlite_url)
    monkeypatch.setattr(kit_db, "BUSY_MS", 50)
    other = sqlite3.connect(tmp_path / "tracker.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    told = Cli()("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "Begun.")
    other.execute("ROLLBACK")
    other.close()
    assert (told.exit_code, told.stdout) == (6, "")
    assert "Another program holds the database" in told.stderr
    assert Cli().json("show", "CMM8-R03:IDN")["followup"]["status"] == "no_information"


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(
    sqlite_url: str,
    small_tracker: Callable[[str], None],
    point_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small_tracker(sqlite_url)
    point_at(sqlite_url)
    configure = kit_db._configure_sqlite

    def full(raw: sqlite3.Connection, record: object) -> None:
        configure(raw, record)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages}")

    monkeypatch.setattr(kit_db, "_configure_sqlite", full)
    told = Cli()("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "a" * 19_000)
    monkeypatch.undo()
    assert (told.exit_code, told.stdout) == (6, "")
    assert "The disk of the database is full; nothing was written" in told.stderr


def test_a_file_that_may_only_be_read_is_named(
    sqlite_url: str,
    small_tracker: Callable[[str], None],
    point_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small_tracker(sqlite_url)
    point_at(sqlite_url)
    configure = kit_db._configure_sqlite

    def read_only(raw: sqlite3.Connection, record: object) -> None:  # root may write to any file
        configure(raw, record)
        raw.execute("PRAGMA query_only = ON")

    monkeypatch.setattr(kit_db, "_configure_sqlite", read_only)
    assert Cli()("list").exit_code == 0
    assert_it_cannot_be_written_to()


def test_a_server_that_may_only_be_read_is_named(
    postgresql_url: str, small_tracker: Callable[[str], None], point_at: Callable[[str], None]
) -> None:
    small_tracker(postgresql_url)
    point_at(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don")
    assert Cli()("list").exit_code == 0
    assert_it_cannot_be_written_to()


def assert_it_cannot_be_written_to() -> None:
    """In a sentence."""
    told = Cli()("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "Begun.")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "The database cannot be written to" in told.stderr


def test_a_database_that_is_behind_is_brought_up_by_migrate(
    sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    shutil.move(tmp_path / "tracker.db", tmp_path / "away.db")
    point_at(sqlite_url)
    applied = Cli().json("migrate")["applied"]
    assert applied[0] == "0001_log"
    assert Cli().json("migrate")["applied"] == []
    assert Cli()("list").exit_code == 0


def test_doctor_does_not_call_it_well_when_nothing_runs(
    sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    db = Database(sqlite_url)
    db.run(lambda tx: work.put_due(tx, "housekeeping", ["today"], utc_now()))
    db.dispose()
    point_at(sqlite_url)
    (tmp_path / "data").mkdir(mode=0o700)
    assert timetable().startswith("warn: The tracker does not run on the folder")
    with only_one(tmp_path / "data"):
        tell(tmp_path / "data", Running(1, "http://127.0.0.1:43210", "redis+socket:///nowhere"))
        assert timetable().startswith("ok: Beat and a worker were at work at")


def timetable() -> str:
    """What the doctor says about it."""
    checks = json.loads(Cli()("doctor", "--json").stdout)["checks"]
    (found,) = (check for check in checks if check["name"] == "timetable")
    return f"{found['state']}: {found['message']}"
