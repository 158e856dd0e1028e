"""The migrations make exactly the tables that the program describes, on both databases."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tests.conftest import ALEMBIC
from tracker.kit.db import Database

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
