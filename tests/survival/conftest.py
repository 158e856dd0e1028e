"""The real matrix with people around it, made once and copied."""

import shutil
from collections.abc import Sequence
from multiprocessing import forkserver
from pathlib import Path

import pytest

from tests.supervisor.running import environment
from tests.survival import processes  # noqa: F401 - says what is to be imported before forking
from tests.survival.reporters import Desk
from tests.survival.world import settle
from tracker.kit.db import Database

EACH = 3


@pytest.fixture(scope="session", autouse=True)
def forking() -> None:
    """The server that forks, on the path of this folder's program: it does not learn it from us."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
        forkserver.ensure_running()


@pytest.fixture(scope="session")
def settled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sequence[Desk]]:
    """An SQLite file to be copied, and the desks of the focal points in it: three for each partner."""
    path = tmp_path_factory.mktemp("settled") / "tracker.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    desks = settle(database, EACH)
    database.dispose()
    return path, desks


@pytest.fixture(scope="module")
def embedded(settled: tuple[Path, Sequence[Desk]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with this database, of this module's tests."""
    folder = tmp_path_factory.mktemp("embedded") / "data"
    folder.mkdir()
    shutil.copy(settled[0], folder / "tracker.db")
    return folder
