"""Files by the hash of their content: whole or not there, whatever dies in between."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tracker.doctor import around
from tracker.kit.clock import utc_now
from tracker.kit.errors import Unavailable
from tracker.kit.files import Files
from tracker.kit.settings import Settings

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_file_in_pieces_is_kept_under_the_hash_of_the_whole(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    with files.arriving() as arriving:
        for piece in (b"hel", b"", b"lo"):
            arriving.write(piece)
        files.keep(arriving)
    assert (arriving.sha256, arriving.size) == (HELLO, 5)
    assert files.place(HELLO).read_bytes() == b"hello"
    assert list(files.kept()) == [HELLO]
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "files").rglob("*")] == [0, 0, 0]
    assert files.folder.stat().st_mode & 0o077 == 0


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    with pytest.raises(ZeroDivisionError), files.arriving() as arriving:
        arriving.write(b"hello")
        raise ZeroDivisionError
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_the_same_file_twice_is_one(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    for _ in range(2):
        with files.arriving() as arriving:
            arriving.write(b"hello")
            files.keep(arriving)
    assert list(files.kept()) == [HELLO]


def test_what_a_dead_process_left_is_swept_and_what_arrives_now_is_not(tmp_path: Path) -> None:
    files, now = Files(tmp_path / "files"), utc_now()
    dead, alive = files.arriving(), files.arriving()
    os.utime(dead.path, (0, (now - timedelta(days=2)).timestamp()))
    assert files.sweep(now - timedelta(days=1)) == 1
    assert (dead.path.exists(), alive.path.exists()) == (False, True)
    dead.drop()
    alive.drop()


@pytest.mark.parametrize(
    "sha256", ["", "..", "../../etc/passwd", HELLO.upper(), HELLO + "0", HELLO[:-1] + "/"]
)
def test_only_a_hash_names_a_place(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(ValueError, match="is no SHA-256"):
        Files(tmp_path).place(sha256)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("")
    with pytest.raises(Unavailable, match="give a link instead"):
        Files(tmp_path / "files").arriving()


def test_the_doctor_looks_at_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    given = Settings(data_dir=tmp_path)
    assert around.files(given).state == "ok"
    folder.mkdir(mode=0o700)
    assert around.files(given).state == "ok"
    folder.chmod(0o705)
    assert around.files(given).mend == f"Run `chmod o-rwx {folder}`."
    folder.chmod(0o700)
    server = {"database_url": "postgresql://web@db/tracker"}
    assert around.files(Settings(data_dir=tmp_path, **server)).state == "warn"
    assert around.files(Settings(data_dir=tmp_path, files_dir=folder, **server)).state == "ok"
    folder.rmdir()
    folder.write_text("")
    assert around.files(given).state == "bad"
