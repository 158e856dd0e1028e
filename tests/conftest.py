"""Databases for tests: every test that asks for `db` runs on SQLite and on a real PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from tracker import wiring  # noqa: F401
from tracker.kit.db import Database
from tracker.kit.ids import new_id

HERE = Path(__file__).parent
ALEMBIC = HERE.parent / "alembic.ini"
SLOW = [HERE / name for name in ("survival", "supervisor", "server", "browser")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: they run beside all others, and no process ends up with the last of them alone."""
    items.sort(key=lambda item: not any(folder in item.path.parents for folder in SLOW))


def migrated(url: str) -> None:
    """Brings a new database to the newest version."""
    database = Database(url)
    config = Config(ALEMBIC)
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tracker.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test process; TEST_POSTGRES_URL names another one to use instead."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    from tests.servers import postgres

    with postgres() as server:
        yield server.url()


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[Connection]:
    """One connection that makes and drops databases: a new one for each statement took as long as the statement."""
    server = Database(postgres_url, pooled=False)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    server.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, postgres_server: Connection) -> Iterator[str]:
    """The name of a migrated, empty database, to be copied."""
    name = f"template_{new_id().replace('-', '')}"
    postgres_server.execute(text(f"CREATE DATABASE {name}"))
    migrated(_named(postgres_url, name))
    yield name
    postgres_server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database of this test."""
    path = tmp_path / "tracker.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_url: str, postgres_server: Connection, postgres_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test."""
    name = f"test_{new_id().replace('-', '')}"
    postgres_server.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    yield _named(postgres_url, name)
    postgres_server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of this test, on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.dispose()
