"""What the tracker makes in its data folder is for its user alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.kit.test_mail import letter
from tracker.doctor import around
from tracker.kit.db import Database
from tracker.kit.mail import build
from tracker.kit.mailbox import Mailbox
from tracker.kit.private import open_to_others
from tracker.kit.secret import secret_of
from tracker.kit.settings import Settings


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """A user who lets everybody read what he makes, as most do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def fill(folder: Path) -> None:
    """A mailbox with a message, a database in use, a secret."""
    Mailbox(folder / "mailbox").send(build(letter()))
    database = Database(f"sqlite:///{folder / 'tracker.db'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE a (b INTEGER)"))
    database.dispose()
    secret_of(Settings(data_dir=folder))


def test_no_other_user_can_read_anything(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "data"
    fill(folder)
    made = [folder.parent, folder, *folder.rglob("*")]
    assert {"mailbox", "tracker.db", "secret_key"} <= {each.name for each in made}
    assert [each for each in made if open_to_others(each)] == []
    assert around.folder(Settings(data_dir=folder)).state == "ok"


def test_the_doctor_says_when_other_users_can_look_in(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    (tmp_path / "data").chmod(0o755)
    found = around.folder(Settings(data_dir=tmp_path / "data"))
    assert (found.state, "chmod -R go-rwx" in found.mend) == ("warn", True)


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o750)
    fill(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o750
