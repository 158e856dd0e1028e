"""The mailbox on disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kit.test_mail import letter
from tracker.kit.errors import NotFound
from tracker.kit.mail import Letter, build
from tracker.kit.mailbox import Mailbox, list_messages, read_message


def test_a_kept_message_is_read_back(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "mailbox").send(build(letter())).state == "sent"
    [listed] = list_messages(tmp_path / "mailbox")
    read = read_message(tmp_path / "mailbox", listed.name)
    assert (read.subject, read.to, read.text) == (letter().subject, letter().to, letter().text)
    assert read.html.strip() == letter().html
    assert read.date == letter().date


def test_the_same_message_twice_is_one_file(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    for _ in range(2):
        mailbox.send(build(letter()))
    assert [file.name for file in tmp_path.iterdir()] == ["digest-1-2026-11-23@example.org.eml"]


def test_the_newest_message_comes_first(tmp_path: Path) -> None:
    for day in (2, 3, 1):
        sent = datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=7)
        given = {**vars(letter()), "date": sent, "message_id": f"<{day}@example.org>"}
        Mailbox(tmp_path).send(build(Letter(**given)))
    assert [message.date.day for message in list_messages(tmp_path)] == [3, 2, 1]


@pytest.mark.parametrize("name", ["nothing", "../secret", "..", "", "a/b", ".hidden", "x\x00y"])
def test_only_messages_of_the_mailbox_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "secret.eml").write_text("Subject: no\n\n")
    with pytest.raises(NotFound):
        read_message(tmp_path / "mailbox", name)


def test_a_mailbox_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list_messages(tmp_path / "none") == []


def test_a_mailbox_that_cannot_be_written_to_takes_the_message_later(tmp_path: Path) -> None:
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / "digest-1-2026-11-23@example.org.eml").mkdir()
    assert Mailbox(tmp_path / "mailbox").send(build(letter())).state == "later"
    assert len(list((tmp_path / "mailbox").iterdir())) == 1
