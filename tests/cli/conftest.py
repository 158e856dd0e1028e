"""A small tracker with a body, two partners and a recommendation, and the command line on it."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.builders import put_body, put_focal_point, put_meeting, put_partner, put_person, put_recommendation
from tracker.cli import main
from tracker.kit.db import Database
from tracker.kit.ids import new_id
from tracker.kit.settings import settings

FOCAL_POINT = "focal.point@example.org"


class Cli:
    """`cli("show", "CMM8-R03")` runs a command; `cli.json(…)` reads what it prints with --json."""

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    def json(self, *arguments: str) -> Any:
        """What a command that must succeed prints."""
        done = self(*arguments, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def point_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Lets the commands use a database."""

    def point(url: str) -> None:
        monkeypatch.setenv("TRACKER_DATABASE_URL", url)
        monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.delenv("COLUMNS", raising=False)  # no terminal, wherever the tests run
        monkeypatch.chdir(tmp_path)
        settings.cache_clear()

    yield point
    settings.cache_clear()


@pytest.fixture
def empty(db: Database, database_url: str, point_at: Callable[[str], None]) -> Cli:
    """On a migrated database without any event."""
    point_at(database_url)
    return Cli()


@pytest.fixture
def cli(db: Database, empty: Cli) -> Cli:
    """On the small tracker."""
    put_small_tracker(db)
    return empty


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The small tracker once for all tests of a module: for those that must not write."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("shared") / "tracker.db"
        shutil.copy(sqlite_template, file)
        database = Database(f"sqlite:///{file}")
    else:
        server, template = (request.getfixturevalue(name) for name in ("postgres_url", "postgres_template"))
        name = f"shared_{new_id().replace('-', '')}"
        owner = Database(server, pooled=False)
        with owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        owner.dispose()
        database = Database(make_url(server).set(database=name).render_as_string(hide_password=False))
    put_small_tracker(database)
    yield database
    database.dispose()


@pytest.fixture
def small_tracker() -> Callable[[str], None]:
    """Puts the small tracker into a migrated database."""

    def put(url: str) -> None:
        database = Database(url)
        put_small_tracker(database)
        database.dispose()

    return put


def put_small_tracker(db: Database) -> None:
    """A body, two partners, two recommendations, a meeting held and one to come, a focal point."""
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 1), ends_on=date(2018, 3, 2))
        put_meeting(tx, "CMM9", date(2027, 6, 1), held=False)
        put_partner(tx, "IDN")
        put_partner(tx, "MYS")
        put_recommendation(tx, "CMM8-R03", "IDN", "MYS")
        put_recommendation(tx, "CMM8-R04", "IDN")
        put_focal_point(tx, "IDN", put_person(tx, FOCAL_POINT, name="Focal point, Indonesia"))
