"""The migrations make exactly the tables that the program describes, on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tests.conftest import ALEMBIC
from tracker import migrate
from tracker.kit.db import Database
from tracker.kit.errors import SetupError

CONFIG = Config(ALEMBIC)


def test_alembic_check_finds_nothing_to_do(db: Database) -> None:
    with db.write() as connection:
        CONFIG.attributes["connection"] = connection
        command.check(CONFIG)


def test_a_column_that_no_migration_makes_is_noticed(db: Database) -> None:
    with pytest.raises(Exception, match="New upgrade operations detected"), db.write() as connection:
        connection.execute(text("ALTER TABLE work DROP COLUMN last_error"))
        CONFIG.attributes["connection"] = connection
        command.check(CONFIG)


def test_migrating_twice_changes_nothing(db: Database) -> None:
    with db.write() as connection:
        before = inspect(connection).get_table_names()
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, "head")
        assert inspect(connection).get_table_names() == before


def test_there_is_one_line_of_migrations_and_each_says_its_rule() -> None:
    script = ScriptDirectory.from_config(CONFIG)
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert "must survive this migration" in Path(revision.path).read_text()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'half.db'}")
    with pytest.raises(RuntimeError, match="stop"), database.write() as connection:
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, "head")
        raise RuntimeError("stop")
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The migrations, copied, so that some may be added."""
    shutil.copytree(ALEMBIC.parent / "migrations", tmp_path / "migrations")
    shutil.copy(ALEMBIC, tmp_path)
    monkeypatch.setattr(migrate, "HOME", tmp_path)
    migrate.revisions.cache_clear()
    yield tmp_path
    migrate.revisions.cache_clear()


def test_a_migration_that_alembic_writes_is_one_of_this_release(home: Path) -> None:
    made = command.revision(Config(home / "alembic.ini"), "contact unit")
    assert not isinstance(made, list)
    assert made is not None
    assert f'revision = "{made.revision}"' in Path(made.path).read_text("utf-8")
    url = f"sqlite:///{home / 'tracker.db'}"
    assert migrate.migrate(url)[-1] == made.revision
    database = Database(url)
    migrate.check_version(database)
    database.dispose()


def test_single_quotes_and_types_are_read_too(home: Path) -> None:
    last = migrate.revisions()[-1]
    migrate.revisions.cache_clear()
    added = home / "migrations" / "versions" / "added.py"
    added.write_text(f"revision: str = 'added'\ndown_revision: str | None = '{last}'\n", "utf-8")
    assert migrate.revisions()[-1] == "added"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("revision = make()", "added.py does not say what it is"),
        ('revision = "added"\ndown_revision = ("a", "b")', "added.py does not say what it is"),
        ('revision = "added"\ndown_revision = "nowhere"', "are not one line"),
        ('revision = "added"\ndown_revision = None', "are not one line"),
    ],
)
def test_a_migration_that_cannot_be_read_is_refused_before_any_is_applied(
    home: Path, lines: str, sentence: str
) -> None:
    (home / "migrations" / "versions" / "added.py").write_text(lines, "utf-8")
    with pytest.raises(SetupError, match=sentence):
        migrate.migrate(f"sqlite:///{home / 'tracker.db'}")
    database = Database(f"sqlite:///{home / 'tracker.db'}")
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.dispose()
