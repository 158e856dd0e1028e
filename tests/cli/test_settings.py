"""Settings, folders and ports that are not right: a sentence that says what to do, and nothing made."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tracker.kit.settings import settings

WRONG_SETTINGS = [
    ("DATABASE_URL", "mysql://x/y", "must start with sqlite:/// or postgresql://"),
    ("DATABASE_URL", "nonsense", "must start with sqlite:/// or postgresql://"),
    ("DATABASE_URL", "sqlite:///", "must look like sqlite:////folder/tracker.db"),
    (
        "DATABASE_URL",
        "postgresql://u:p@h:port/x",
        "must look like sqlite:////folder/tracker.db or postgresql://",
    ),
    ("OWNER_DATABASE_URL", "nonsense", "must start with sqlite:/// or postgresql://"),
    ("BROKER_URL", "http://x", "must start with redis://"),
    ("BROKER_URL", "redis://x:port/0", "must look like redis://"),
    ("SMTP_URL", "nonsense", "must look like smtp://"),
    ("SMTP_URL", "smtp://x:port", "must look like smtp://"),
    ("SMTP_URL", "smtp://x:99999", "must look like smtp://"),
    ("MAIL_FROM", "nonsense", "must look like Follow-up tracker <tracker@example.org>"),
    ("MAIL_FROM", "a@example.org\nBcc: b@example.org", "must look like Follow-up tracker"),
    ("BASE_URL", "nonsense", "must look like https://"),
    ("OIDC_ISSUER", "http://login.example.org", "must look like https://login.example.org"),
    ("OIDC_ISSUER", "https://user:secret@login.example.org", "must look like https://login.example.org"),
    ("OIDC_ISSUER", "https://login.example.org?x=y", "must look like https://login.example.org"),
    ("OIDC_CLIENT_SECRET", "alone", "set all of TRACKER_OIDC_ISSUER, TRACKER_OIDC_CLIENT_ID and"),
    ("PORT", "x", "“x” is no port; it must be a whole number from 0 to 65535"),
    ("PORT", "70000", "whole number from 0 to 65535"),
    ("PORT", "-1", "whole number from 0 to 65535"),
    ("DATABSE_URL", "x", "is not a setting of the tracker"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG_SETTINGS, ids=lambda value: value[:30])
@pytest.mark.parametrize("command", ["list", "doctor", "migrate", "load", "up"])
def test_a_wrong_setting_is_named(
    command: str, name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(f"TRACKER_{name}", value)
    settings.cache_clear()
    told = Cli()(command)
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"TRACKER_{name}" in told.stderr
    assert sentence in told.stderr
    assert os.listdir(tmp_path) == []


def test_a_file_of_settings_that_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    (tmp_path / ".env").write_bytes(b"TRACKER_HOST=\xff\xfe")
    told = Cli()("list")
    assert (told.exit_code, "The file .env cannot be read" in told.stderr) == (2, True)


@pytest.mark.parametrize("command", ["list", "migrate", "load", "doctor", "up"])
@pytest.mark.parametrize("folder", ["file", "/proc/nowhere"])
def test_a_data_folder_that_cannot_be_one_is_named(
    command: str, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_DATA_DIR", folder)
    settings.cache_clear()
    told = Cli()(command)
    assert told.exit_code == (1 if command == "doctor" else 2)
    assert folder in told.output
    assert "set TRACKER_DATA_DIR to another" in " ".join(told.output.split())
    assert isinstance(told.exception, SystemExit)


def test_a_folder_without_a_database_is_not_made_one_by_reading(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    told = Cli()("list")
    assert (told.exit_code, "`tracker migrate`" in told.stderr) == (2, True)
    assert not (tmp_path / "data" / "tracker.db").exists()


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_port_in_use_is_named(
    command: str, sqlite_url: str, point_at: Callable[[str], None], tmp_path: Path
) -> None:
    point_at(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = Cli()(command, "--port", port)
    assert (told.exit_code, told.stdout) == (2, "")
    assert port in told.stderr
    assert "--port" in told.stderr or "TRACKER_PORT" in told.stderr
